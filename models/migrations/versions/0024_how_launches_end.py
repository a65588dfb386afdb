"""Launch links that close at the end, and untracked ones."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    for name, default in (("is_closed_at_end", "false"), ("is_tracked", "true")):
        column: sa.Column[bool] = sa.Column(name, sa.Boolean(), server_default=default, nullable=False)
        op.add_column("launch_links", column)


def downgrade() -> None:
    for name in ("is_tracked", "is_closed_at_end"):
        op.drop_column("launch_links", name)
