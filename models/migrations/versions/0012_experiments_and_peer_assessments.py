"""Experiments and peer assessments."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CONTENT_TYPES = ["quiz", "video", "rich_text", "lti_exercise", "packaged_activity", "gadget"]


def allow(content_types: Sequence[str]) -> None:
    """Restrict the content types of items to the given ones."""
    op.drop_constraint(op.f("ck_items_contenttype"), "items", type_="check")
    op.create_check_constraint(
        op.f("ck_items_contenttype"), "items", sa.column("content_type").in_(content_types)
    )


def upgrade() -> None:
    allow([*CONTENT_TYPES, "peer_assessment"])
    op.create_table(
        "experiments",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("course_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("groups", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("cardinality(groups) > 0", name=op.f("ck_experiments_has_groups")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_experiments_course_id_courses"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiments")),
        sa.UniqueConstraint(
            "course_id",
            "identifier",
            name=op.f("uq_experiments_course_id_identifier"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "experiment_assignments",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("experiment_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"],
            ["experiments.id"],
            name=op.f("fk_experiment_assignments_experiment_id_experiments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_experiment_assignments_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment_assignments")),
        sa.UniqueConstraint(
            "experiment_id", "user_id", name=op.f("uq_experiment_assignments_experiment_id_user_id")
        ),
    )
    op.create_index(
        op.f("ix_experiment_assignments_user_id"), "experiment_assignments", ["user_id"], unique=False
    )
    op.create_table(
        "peer_assessments",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("item_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("course_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "solo",
                "team",
                name="peerassessmenttype",
                native_enum=False,
                create_constraint=True,
                length=None,
            ),
            nullable=False,
        ),
        sa.Column("instructions", sa.Text(), nullable=True),
        sa.Column("steps", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses.id"],
            name=op.f("fk_peer_assessments_course_id_courses"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_peer_assessments_item_id_items"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peer_assessments")),
        sa.UniqueConstraint("item_id", name=op.f("uq_peer_assessments_item_id")),
    )
    op.create_index(op.f("ix_peer_assessments_course_id"), "peer_assessments", ["course_id"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM items WHERE content_type = 'peer_assessment'")
    allow(CONTENT_TYPES)
    op.drop_index(op.f("ix_peer_assessments_course_id"), table_name="peer_assessments")
    op.drop_table("peer_assessments")
    op.drop_index(op.f("ix_experiment_assignments_user_id"), table_name="experiment_assignments")
    op.drop_table("experiment_assignments")
    op.drop_table("experiments")
