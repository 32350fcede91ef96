"""The tables. Times are milliseconds since 1970 (UTC); CRS scores are points.

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
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.core.delivery import State
from storage.types import Big, Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

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

announcements = Table(
    "announcements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

announcement_rounds = Table(
    "announcement_rounds",
    metadata,
    Column("announcement_id", ForeignKey("announcements.id"), primary_key=True),
    Column("round_number", ForeignKey("rounds.number"), primary_key=True),
    Column("revision", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# What was decided, for good: whether a round was open to a background, and with which priority
# a stance is told of it. Together with a submission time they give each verdict back.
openings = Table(
    "openings",
    metadata,
    Column("announcement_id", ForeignKey("announcements.id"), primary_key=True),
    Column("background_id", ForeignKey("backgrounds.id"), primary_key=True),
    Column("round_number", String, primary_key=True),
    Column("eligibility", String, nullable=False),
    Column("reason", String, nullable=False),
    sqlite_with_rowid=False,
)

tellings = Table(
    "tellings",
    metadata,
    Column("announcement_id", ForeignKey("announcements.id"), primary_key=True),
    Column("stance_id", ForeignKey("stances.id"), primary_key=True),
    Column("eligibility", String, primary_key=True),
    Column("round_number", String, primary_key=True),
    # The priority for each `Submission`, in its order; NULL: stay silent.
    *(Column(f"priority_{way}", SmallInteger) for way in range(5)),
    sqlite_with_rowid=False,
)

deliveries = Table(
    "deliveries",
    metadata,
    # No foreign keys here: a tenth of the time of a broadcast, and only `outbox` writes rows.
    Column("announcement_id", Integer, primary_key=True),
    Column("subscriber_id", Integer, primary_key=True),
    Column("platform", String, nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("state", SmallInteger, nullable=False, server_default=text(str(int(State.DUE)))),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    # Due: not before this moment. Leased: until this moment. Otherwise: settled at this moment.
    Column("at", Big, nullable=False, server_default=text("0")),
    Column("error", Text),
    Column("receipt", String),
    # Since when an unanswered request may have arrived, and whether it was repeated since.
    Column("doubt_at", Big),
    Column("repeated", SmallInteger, nullable=False, server_default=text("0")),
    # Waits, or waited, for its reader's quiet hours to end, or beside a correction of what it
    # tells; all of those go in one message.
    Column("held", SmallInteger, nullable=False, server_default=text("0")),
    sqlite_with_rowid=False,
)

# Only rows that may be sent at once; the order is the order of sending.
Index(
    "ix_deliveries_due",
    deliveries.c.platform,
    deliveries.c.priority,
    deliveries.c.announcement_id,
    deliveries.c.subscriber_id,
    sqlite_where=text("state = 0 AND at = 0"),
)
# Rows that wait for their moment; apart, or each claim would read through a night of them.
Index(
    "ix_deliveries_waiting",
    deliveries.c.at,
    sqlite_where=text("state = 0 AND at > 0"),
)
Index(
    "ix_deliveries_held",
    deliveries.c.subscriber_id,
    sqlite_where=text("state = 0 AND held = 1"),
)
Index(
    "ix_deliveries_leased",
    deliveries.c.at,
    sqlite_where=text("state = 1"),
)

# Refusals that platforms have been wrong about; several over a day mean that nobody is there.
strikes = Table(
    "strikes",
    metadata,
    Column("subscriber_id", ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True),
    Column("count", SmallInteger, nullable=False),
    Column("first_at", Moment, nullable=False),
)

# Groups, channels and topics that stopped working, until who set them up has been told.
troubles = Table(
    "troubles",
    metadata,
    Column("subscriber_id", ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True),
    Column("trouble", SmallInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("told", Boolean, nullable=False, server_default=text("0")),
)

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
