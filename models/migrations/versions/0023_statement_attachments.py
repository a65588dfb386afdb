"""Attachments of xAPI statements."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "statement_attachments",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("application_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("sha2", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_statement_attachments_application_id_applications"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_attachments")),
        sa.UniqueConstraint(
            "application_id",
            "sha2",
            name=op.f("uq_statement_attachments_application_id_sha2"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_statement_attachments_digest"), "statement_attachments", ["digest"])


def downgrade() -> None:
    op.drop_index(op.f("ix_statement_attachments_digest"), table_name="statement_attachments")
    op.drop_table("statement_attachments")
