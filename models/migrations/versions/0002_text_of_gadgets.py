"""Text of gadgets, and whether their source is for a course's team alone."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("gadgets", sa.Column("text", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "gadgets", sa.Column("reveals_solutions", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("gadgets", "reveals_solutions")
    op.drop_column("gadgets", "text")
