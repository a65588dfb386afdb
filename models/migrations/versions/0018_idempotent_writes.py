"""Idempotent writes and their stored results."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "idempotent_writes",
        sa.Column("viewer", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("input", sa.LargeBinary(), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("selection", sa.LargeBinary(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("viewer", "key", name=op.f("pk_idempotent_writes")),
    )
    op.create_index(op.f("ix_idempotent_writes_created_at"), "idempotent_writes", ["created_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_idempotent_writes_created_at"), table_name="idempotent_writes")
    op.drop_table("idempotent_writes")
