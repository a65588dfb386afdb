"""Web-only courses, which are hidden from apps."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("courses", sa.Column("is_web_only", sa.Boolean(), server_default="false", nullable=False))


def downgrade() -> None:
    op.drop_column("courses", "is_web_only")
