"""One person in several places: links, the codes that make them, and wrong tries."""

import sqlalchemy as sa
from alembic import op

from storage.types import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "subscribers",
        sa.Column("backup", sa.Boolean(), server_default=sa.text("1"), nullable=False),
    )
    op.create_table(
        "links",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("gone_at", Moment()),
        sa.Column("gone_for", sa.Text()),
        _of_subscriber("links"),
        sa.PrimaryKeyConstraint("platform", "chat", name=op.f("pk_links")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_links_subscriber_id", "links", ["subscriber_id"])
    op.create_table(
        "link_codes",
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        _of_subscriber("link_codes"),
        sa.PrimaryKeyConstraint("subscriber_id", name=op.f("pk_link_codes")),
        sa.UniqueConstraint("code", name=op.f("uq_link_codes_code")),
    )
    op.create_table(
        "link_tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_tries")),
    )
    op.create_index("ix_link_tries_platform_chat", "link_tries", ["platform", "chat"])


def _of_subscriber(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["subscriber_id"],
        ["subscribers.id"],
        name=op.f(f"fk_{table}_subscriber_id_subscribers"),
        ondelete="CASCADE",
    )


def downgrade() -> None:
    """Take it back."""
    for table in ("link_tries", "link_codes", "links"):
        op.drop_table(table)
    op.drop_column("subscribers", "backup")
