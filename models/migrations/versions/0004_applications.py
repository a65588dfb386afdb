"""Applications, which are API clients."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "applications",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
    )
    op.add_column("courses", sa.Column("application_id", sa.Uuid(as_uuid=False), nullable=True))
    op.create_index(op.f("ix_courses_application_id"), "courses", ["application_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_courses_application_id_applications"),
        "courses",
        "applications",
        ["application_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.add_column("tokens", sa.Column("application_id", sa.Uuid(as_uuid=False), nullable=True))
    op.add_column(
        "tokens", sa.Column("scopes", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)
    )
    op.alter_column("tokens", "user_id", nullable=True)
    op.create_index(op.f("ix_tokens_application_id"), "tokens", ["application_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_tokens_application_id_applications"),
        "tokens",
        "applications",
        ["application_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_check_constraint(
        op.f("ck_tokens_one_owner"), "tokens", "num_nonnulls(user_id, application_id) = 1"
    )


def downgrade() -> None:
    op.execute("DELETE FROM tokens WHERE user_id IS NULL")
    op.drop_constraint(op.f("ck_tokens_one_owner"), "tokens", type_="check")
    op.drop_constraint(op.f("fk_tokens_application_id_applications"), "tokens", type_="foreignkey")
    op.drop_index(op.f("ix_tokens_application_id"), table_name="tokens")
    op.alter_column("tokens", "user_id", nullable=False)
    op.drop_column("tokens", "scopes")
    op.drop_column("tokens", "application_id")
    op.drop_constraint(op.f("fk_courses_application_id_applications"), "courses", type_="foreignkey")
    op.drop_index(op.f("ix_courses_application_id"), table_name="courses")
    op.drop_column("courses", "application_id")
    op.drop_table("applications")
