"""Tables that transactions have changed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "table_changes",
        sa.Column("table", sa.Text(), nullable=False),
        sa.Column("transaction", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("table", "transaction", name=op.f("pk_table_changes")),
    )
    op.create_index(op.f("ix_table_changes_transaction"), "table_changes", ["transaction"])
    op.execute(
        """
        CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO table_changes VALUES (TG_RELNAME, pg_current_xact_id()::text::bigint)
            ON CONFLICT DO NOTHING;
            RETURN NULL;
        END $$
        """
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION note_change() CASCADE")
    op.drop_index(op.f("ix_table_changes_transaction"), table_name="table_changes")
    op.drop_table("table_changes")
