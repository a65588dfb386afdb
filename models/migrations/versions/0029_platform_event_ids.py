"""Indexes on the ids of platform events."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

EVENTS = {"announcements": "announcement", "topics": "topic", "comments": "comment"}
"""Type of the platform event by table."""


def upgrade() -> None:
    for table, type_ in EVENTS.items():
        event_id = sa.text(f"(md5('{type_}|' || id::text)::uuid)")
        op.create_index(f"ix_{table}_event_id", table, [event_id], unique=False)


def downgrade() -> None:
    for table in reversed(EVENTS):
        op.drop_index(f"ix_{table}_event_id", table_name=table)
