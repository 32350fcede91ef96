"""Who is told: subscribers, their other places, and their profiles.

A profile points to its audience: all of it that decides, shared by everybody who has the same.
An audience is a background (what opens rounds) and a stance (score and preference). Rules are
judged once for each of these, and SQL joins people back (docs/adr/0003).

`since` and `until` number announcements: a profile version was in force for the announcements
after `since`, up to and including `until`. So "the profile as it stood then" needs no clock.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.tables.schema import metadata
from storage.types import Big, Moment

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", String, nullable=False),
    Column("chat", String, nullable=False),
    Column("language", String, nullable=False),
    Column("time_zone", String),
    Column("quiet_from", String),
    Column("quiet_until", String),
    Column("paused", Boolean, nullable=False),
    Column("paused_until", Moment),
    Column("conversation", Text),
    Column("gone_at", Moment),
    Column("paused_since", Moment),
    Column("facts", Text),
    Column("backup", Boolean, nullable=False, server_default=text("1")),
    UniqueConstraint("platform", "chat"),
    sqlite_autoincrement=True,
)

Index(
    "ix_subscribers_paused_until",
    subscribers.c.paused_until,
    sqlite_where=text("paused_until IS NOT NULL"),
)

# The other places of a person; an address is here or in `subscribers`, never in both.
links = Table(
    "links",
    metadata,
    Column("platform", String, primary_key=True),
    Column("chat", String, primary_key=True),
    Column(
        "subscriber_id",
        ForeignKey("subscribers.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("gone_at", Moment),
    Column("gone_for", Text),
    sqlite_with_rowid=False,
)

# At most one code for each person; who types it in another chat is that person.
link_codes = Table(
    "link_codes",
    metadata,
    Column("subscriber_id", ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True),
    Column("code", String, nullable=False, unique=True),
    Column("expires_at", Moment, nullable=False),
)

# Wrong codes, until they no longer count.
link_tries = Table(
    "link_tries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", String, nullable=False),
    Column("chat", String, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_link_tries_platform_chat", "platform", "chat"),
)

# -1 stands for "not said" in these two: NULLs would never be equal in a unique constraint.
backgrounds = Table(
    "backgrounds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("nominee", SmallInteger, nullable=False),
    Column("yes_mask", Big, nullable=False),
    Column("no_mask", Big, nullable=False),
    Column("occupations", Text, nullable=False),
    UniqueConstraint("nominee", "yes_mask", "no_mask", "occupations"),
)

stances = Table(
    "stances",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("crs_score", SmallInteger, nullable=False),
    Column("mode", String, nullable=False),
    Column("near_points", SmallInteger, nullable=False),
    UniqueConstraint("crs_score", "mode", "near_points"),
)

audiences = Table(
    "audiences",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("background_id", ForeignKey("backgrounds.id"), nullable=False),
    Column("stance_id", ForeignKey("stances.id"), nullable=False),
    UniqueConstraint("background_id", "stance_id"),
)


def _profile_columns() -> list[Column[object]]:
    return [
        Column("name", String, nullable=False),
        Column("audience_id", ForeignKey("audiences.id"), nullable=False),
        Column("submitted_earliest", Moment),
        Column("submitted_latest", Moment),
        Column("since", Integer, nullable=False),
    ]


profiles = Table(
    "profiles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subscriber_id", ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    *_profile_columns(),
    UniqueConstraint("subscriber_id", "name"),
)

profile_history = Table(
    "profile_history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "subscriber_id",
        ForeignKey("subscribers.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("profile_id", Integer, nullable=False),  # which it was; it may be gone by now
    *_profile_columns(),
    Column("until", Integer, nullable=False),
)
