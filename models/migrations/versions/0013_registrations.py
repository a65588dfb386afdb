"""Registrations and their launch links."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "registrations",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("course_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("application_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column(
            "completion",
            sa.Enum(
                "unknown",
                "incomplete",
                "completed",
                name="completion",
                native_enum=False,
                create_constraint=True,
                length=None,
            ),
            nullable=False,
        ),
        sa.Column(
            "success",
            sa.Enum(
                "unknown",
                "passed",
                "failed",
                name="success",
                native_enum=False,
                create_constraint=True,
                length=None,
            ),
            nullable=False,
        ),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("total_time", sa.Double(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(user_id, application_id) = 1", name=op.f("ck_registrations_one_learner")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_registrations_application_id_applications"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_registrations_course_id_courses"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_registrations_user_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["course_versions.id"],
            name=op.f("fk_registrations_version_id_course_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint(
            "version_id",
            "user_id",
            "application_id",
            "attempt",
            name=op.f("uq_registrations_version_id_user_id_application_id_attempt"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        op.f("ix_registrations_application_id"), "registrations", ["application_id"], unique=False
    )
    op.create_index(
        op.f("ix_registrations_course_id_created_at"),
        "registrations",
        ["course_id", "created_at"],
        unique=False,
    )
    op.create_index(op.f("ix_registrations_user_id"), "registrations", ["user_id"], unique=False)
    op.create_table(
        "launch_links",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("registration_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("start_item_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("redirect_url", sa.Text(), nullable=True),
        sa.Column("css_url", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_launch_links_registration_id_registrations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["start_item_id"],
            ["items.id"],
            name=op.f("fk_launch_links_start_item_id_items"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_launch_links")),
        sa.UniqueConstraint("hash", name=op.f("uq_launch_links_hash")),
    )
    op.create_index(
        op.f("ix_launch_links_registration_id"), "launch_links", ["registration_id"], unique=False
    )
    op.create_index(op.f("ix_launch_links_start_item_id"), "launch_links", ["start_item_id"], unique=False)
    op.create_table(
        "activity_states",
        sa.Column("registration_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("activity_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column(
            "completion",
            sa.Enum(
                "unknown",
                "incomplete",
                "completed",
                name="completion",
                native_enum=False,
                create_constraint=True,
                length=None,
            ),
            nullable=False,
        ),
        sa.Column(
            "success",
            sa.Enum(
                "unknown",
                "passed",
                "failed",
                name="success",
                native_enum=False,
                create_constraint=True,
                length=None,
            ),
            nullable=False,
        ),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("points", sa.Double(), nullable=True),
        sa.Column("least_points", sa.Double(), nullable=True),
        sa.Column("most_points", sa.Double(), nullable=True),
        sa.Column("total_time", sa.Double(), nullable=False),
        sa.Column("is_satisfied", sa.Boolean(), nullable=False),
        sa.Column("runtime", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["packaged_activities.id"],
            name=op.f("fk_activity_states_activity_id_packaged_activities"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_activity_states_registration_id_registrations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("registration_id", "activity_id", name=op.f("pk_activity_states")),
    )
    op.create_index(op.f("ix_activity_states_activity_id"), "activity_states", ["activity_id"], unique=False)


def downgrade() -> None:

    op.drop_index(op.f("ix_activity_states_activity_id"), table_name="activity_states")
    op.drop_table("activity_states")
    op.drop_index(op.f("ix_launch_links_start_item_id"), table_name="launch_links")
    op.drop_index(op.f("ix_launch_links_registration_id"), table_name="launch_links")
    op.drop_table("launch_links")
    op.drop_index(op.f("ix_registrations_user_id"), table_name="registrations")
    op.drop_index(op.f("ix_registrations_course_id_created_at"), table_name="registrations")
    op.drop_index(op.f("ix_registrations_application_id"), table_name="registrations")
    op.drop_table("registrations")
