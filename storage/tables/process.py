"""The running program: who may send, which loops live, what went wrong, what is noted."""

from sqlalchemy import Column, Index, Integer, SmallInteger, String, Table, Text, text

from storage.tables.schema import metadata
from storage.types import Moment

# Who runs; a second instance stands by until the lease of the first one has run out.
leases = Table(
    "leases",
    metadata,
    Column("name", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("until", Moment, nullable=False),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", String, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("note", Text),
)

# What the operator should know of: open until `ended_at`.
incidents = Table(
    "incidents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("told", SmallInteger, nullable=False, server_default=text("0")),
)
Index("ix_incidents_open", incidents.c.kind, unique=True, sqlite_where=text("ended_at IS NULL"))

# What an adapter keeps for itself between restarts.
notes = Table(
    "notes",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)
