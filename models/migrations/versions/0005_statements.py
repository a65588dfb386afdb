"""xAPI statements."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "statements",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("statement_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("application_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("course_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("item_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("actor_key", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=True),
        sa.Column("registration", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("is_voided", sa.Boolean(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_statements_application_id_applications"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_statements_course_id_courses"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_statements_item_id_items"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_statements_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
        sa.UniqueConstraint(
            "application_id",
            "statement_id",
            name=op.f("uq_statements_application_id_statement_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        op.f("ix_statements_activity_stored_at"), "statements", ["activity", "stored_at"], unique=False
    )
    op.create_index(
        op.f("ix_statements_actor_key_stored_at"), "statements", ["actor_key", "stored_at"], unique=False
    )
    op.create_index(
        op.f("ix_statements_application_id_stored_at_id"),
        "statements",
        ["application_id", "stored_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_statements_course_id_happened_at"), "statements", ["course_id", "happened_at"], unique=False
    )
    op.create_index(op.f("ix_statements_item_id"), "statements", ["item_id"], unique=False)
    op.create_index(op.f("ix_statements_registration"), "statements", ["registration"], unique=False)
    op.create_index(
        op.f("ix_statements_user_id_happened_at"), "statements", ["user_id", "happened_at"], unique=False
    )
    op.create_index(op.f("ix_statements_verb"), "statements", ["verb"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_statements_verb"), table_name="statements")
    op.drop_index(op.f("ix_statements_user_id_happened_at"), table_name="statements")
    op.drop_index(op.f("ix_statements_registration"), table_name="statements")
    op.drop_index(op.f("ix_statements_item_id"), table_name="statements")
    op.drop_index(op.f("ix_statements_course_id_happened_at"), table_name="statements")
    op.drop_index(op.f("ix_statements_application_id_stored_at_id"), table_name="statements")
    op.drop_index(op.f("ix_statements_actor_key_stored_at"), table_name="statements")
    op.drop_index(op.f("ix_statements_activity_stored_at"), table_name="statements")
    op.drop_table("statements")
