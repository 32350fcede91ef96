"""Delivery that can be trusted: doubts, strikes, leases, heartbeats, incidents."""

import sqlalchemy as sa
from alembic import op

from storage.types import Big, Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("subscribers", sa.Column("gone_at", Moment()))
    op.add_column("subscribers", sa.Column("paused_since", Moment()))
    op.add_column("subscribers", sa.Column("facts", sa.Text()))
    op.add_column("sources", sa.Column("sample", sa.Text()))
    op.add_column("sources", sa.Column("sampled_at", Moment()))
    op.add_column("deliveries", sa.Column("doubt_at", Big))
    for name in ("repeated", "held"):
        op.add_column(
            "deliveries",
            sa.Column(name, sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        )
    _index_deliveries()
    op.create_index(
        "ix_subscribers_paused_until",
        "subscribers",
        ["paused_until"],
        sqlite_where=sa.text("paused_until IS NOT NULL"),
    )
    _create_tables()


def _index_deliveries() -> None:
    op.drop_index("ix_deliveries_due", "deliveries")
    for name, columns, rows in (
        (
            "ix_deliveries_due",
            ["platform", "priority", "announcement_id", "subscriber_id"],
            "state = 0 AND at = 0",
        ),
        ("ix_deliveries_waiting", ["at"], "state = 0 AND at > 0"),
        ("ix_deliveries_held", ["subscriber_id"], "state = 0 AND held = 1"),
    ):
        op.create_index(name, "deliveries", columns, sqlite_where=sa.text(rows))


def _create_tables() -> None:
    op.create_table(
        "strikes",
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.SmallInteger(), nullable=False),
        sa.Column("first_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name=op.f("fk_strikes_subscriber_id_subscribers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subscriber_id", name=op.f("pk_strikes")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "notes",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_notes")),
    )
    op.create_table(
        "news_posts",
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("round_number", sa.String()),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("link", name=op.f("pk_news_posts")),
    )
    op.create_index("ix_news_posts_round_number", "news_posts", ["round_number"])
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment()),
        sa.Column("told", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index(
        "ix_incidents_open",
        "incidents",
        ["kind"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    """Take it back."""
    for table in ("notes", "news_posts", "incidents", "heartbeats", "leases", "strikes"):
        op.drop_table(table)
    for index in ("due", "waiting", "held"):
        op.drop_index(f"ix_deliveries_{index}", "deliveries")
    for column in ("doubt_at", "repeated", "held"):
        op.drop_column("deliveries", column)
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["platform", "priority", "announcement_id", "subscriber_id"],
        sqlite_where=sa.text("state = 0"),
    )
    op.drop_index("ix_subscribers_paused_until", "subscribers")
    for column in ("sample", "sampled_at"):
        op.drop_column("sources", column)
    for column in ("gone_at", "paused_since", "facts"):
        op.drop_column("subscribers", column)
