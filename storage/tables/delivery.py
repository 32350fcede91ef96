"""What is told: announcements, what was decided for them, and their deliveries."""

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
    text,
)

from bot.core.delivery import State
from storage.tables.schema import metadata
from storage.types import Big, Moment

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
    # No foreign keys here: a tenth of the time of a broadcast, and only the outbox adds rows.
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
