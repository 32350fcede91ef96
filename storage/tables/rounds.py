"""What was read: rounds with their revisions, posts of news sites, and the sources of both."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from storage.tables.schema import metadata
from storage.types import Moment

rounds = Table(
    "rounds",
    metadata,
    Column("number", String, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("status", String, nullable=False),
    Column("held_on", String, nullable=False, index=True),
    Column("first_seen_at", Moment, nullable=False),
)

round_revisions = Table(
    "round_revisions",
    metadata,
    Column("number", ForeignKey("rounds.number"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("facts", Text, nullable=False),
    Column("change", String),
    Column("seen_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

unreadable_rows = Table(
    "unreadable_rows",
    metadata,
    Column("fingerprint", String, primary_key=True),
    Column("number", String),
    Column("reason", Text, nullable=False),
    Column("first_seen_at", Moment, nullable=False),
)

news_posts = Table(
    "news_posts",
    metadata,
    Column("link", Text, primary_key=True),
    Column("feed", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("round_number", String, index=True),
    Column("seen_at", Moment, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("name", String, primary_key=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("digest", String),
    Column("succeeded_at", Moment),
    Column("failed_at", Moment),
    Column("failure", Text),
    Column("sample", Text),
    Column("sampled_at", Moment),
)
