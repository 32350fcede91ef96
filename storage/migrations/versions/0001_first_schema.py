"""The first schema: subscribers, audiences, profiles, rounds, announcements, outbox."""

import sqlalchemy as sa
from alembic import op

from storage.types import Big, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "announcements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "backgrounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nominee", sa.SmallInteger(), nullable=False),
        sa.Column("yes_mask", Big, nullable=False),
        sa.Column("no_mask", Big, nullable=False),
        sa.Column("occupations", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backgrounds")),
        sa.UniqueConstraint(
            "nominee",
            "yes_mask",
            "no_mask",
            "occupations",
            name=op.f("uq_backgrounds_nominee_yes_mask_no_mask_occupations"),
        ),
    )
    op.create_table(
        "deliveries",
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("at", Big, server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("announcement_id", "subscriber_id", name=op.f("pk_deliveries")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["platform", "priority", "announcement_id", "subscriber_id"],
        unique=False,
        sqlite_where=sa.text("state = 0"),
    )
    op.create_index(
        "ix_deliveries_leased",
        "deliveries",
        ["at"],
        unique=False,
        sqlite_where=sa.text("state = 1"),
    )
    op.create_table(
        "rounds",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("held_on", sa.String(), nullable=False),
        sa.Column("first_seen_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_rounds")),
    )
    op.create_index(op.f("ix_rounds_held_on"), "rounds", ["held_on"], unique=False)
    op.create_table(
        "sources",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("succeeded_at", Moment(), nullable=True),
        sa.Column("failed_at", Moment(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sources")),
    )
    op.create_table(
        "stances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("crs_score", sa.SmallInteger(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("near_points", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stances")),
        sa.UniqueConstraint(
            "crs_score", "mode", "near_points", name=op.f("uq_stances_crs_score_mode_near_points")
        ),
    )
    op.create_table(
        "subscribers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("quiet_from", sa.String(), nullable=True),
        sa.Column("quiet_until", sa.String(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("paused_until", Moment(), nullable=True),
        sa.Column("conversation", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscribers")),
        sa.UniqueConstraint("platform", "chat", name=op.f("uq_subscribers_platform_chat")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "unreadable_rows",
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("first_seen_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_unreadable_rows")),
    )
    op.create_table(
        "announcement_rounds",
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("round_number", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name=op.f("fk_announcement_rounds_announcement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["round_number"], ["rounds.number"], name=op.f("fk_announcement_rounds_round_number")
        ),
        sa.PrimaryKeyConstraint(
            "announcement_id", "round_number", name=op.f("pk_announcement_rounds")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audiences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("background_id", sa.Integer(), nullable=False),
        sa.Column("stance_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["background_id"], ["backgrounds.id"], name=op.f("fk_audiences_background_id")
        ),
        sa.ForeignKeyConstraint(["stance_id"], ["stances.id"], name=op.f("fk_audiences_stance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audiences")),
        sa.UniqueConstraint(
            "background_id", "stance_id", name=op.f("uq_audiences_background_id_stance_id")
        ),
    )
    op.create_table(
        "openings",
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("background_id", sa.Integer(), nullable=False),
        sa.Column("round_number", sa.String(), nullable=False),
        sa.Column("eligibility", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcements.id"], name=op.f("fk_openings_announcement_id")
        ),
        sa.ForeignKeyConstraint(
            ["background_id"], ["backgrounds.id"], name=op.f("fk_openings_background_id")
        ),
        sa.PrimaryKeyConstraint(
            "announcement_id", "background_id", "round_number", name=op.f("pk_openings")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "round_revisions",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("change", sa.String(), nullable=True),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["rounds.number"], name=op.f("fk_round_revisions_number")
        ),
        sa.PrimaryKeyConstraint("number", "revision", name=op.f("pk_round_revisions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tellings",
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("stance_id", sa.Integer(), nullable=False),
        sa.Column("eligibility", sa.String(), nullable=False),
        sa.Column("round_number", sa.String(), nullable=False),
        sa.Column("priority_0", sa.SmallInteger(), nullable=True),
        sa.Column("priority_1", sa.SmallInteger(), nullable=True),
        sa.Column("priority_2", sa.SmallInteger(), nullable=True),
        sa.Column("priority_3", sa.SmallInteger(), nullable=True),
        sa.Column("priority_4", sa.SmallInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcements.id"], name=op.f("fk_tellings_announcement_id")
        ),
        sa.ForeignKeyConstraint(["stance_id"], ["stances.id"], name=op.f("fk_tellings_stance_id")),
        sa.PrimaryKeyConstraint(
            "announcement_id", "stance_id", "eligibility", "round_number", name=op.f("pk_tellings")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "profile_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=False),
        sa.Column("submitted_earliest", Moment(), nullable=True),
        sa.Column("submitted_latest", Moment(), nullable=True),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audiences.id"], name=op.f("fk_profile_history_audience_id")
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name=op.f("fk_profile_history_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_history")),
    )
    op.create_index(
        op.f("ix_profile_history_subscriber_id"), "profile_history", ["subscriber_id"], unique=False
    )
    op.create_table(
        "profiles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("audience_id", sa.Integer(), nullable=False),
        sa.Column("submitted_earliest", Moment(), nullable=True),
        sa.Column("submitted_latest", Moment(), nullable=True),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audience_id"], ["audiences.id"], name=op.f("fk_profiles_audience_id")
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name=op.f("fk_profiles_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profiles")),
        sa.UniqueConstraint("subscriber_id", "name", name=op.f("uq_profiles_subscriber_id_name")),
    )


def downgrade() -> None:
    """Revert."""
    op.drop_table("profiles")
    op.drop_index(op.f("ix_profile_history_subscriber_id"), table_name="profile_history")
    op.drop_table("profile_history")
    op.drop_table("tellings")
    op.drop_table("round_revisions")
    op.drop_table("openings")
    op.drop_table("audiences")
    op.drop_table("announcement_rounds")
    op.drop_table("unreadable_rows")
    op.drop_table("subscribers")
    op.drop_table("stances")
    op.drop_table("sources")
    op.drop_index(op.f("ix_rounds_held_on"), table_name="rounds")
    op.drop_table("rounds")
    op.drop_index(
        "ix_deliveries_leased", table_name="deliveries", sqlite_where=sa.text("state = 1")
    )
    op.drop_index("ix_deliveries_due", table_name="deliveries", sqlite_where=sa.text("state = 0"))
    op.drop_table("deliveries")
    op.drop_table("backgrounds")
    op.drop_table("announcements")
