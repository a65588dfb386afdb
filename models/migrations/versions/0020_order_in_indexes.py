"""Indexes of ordered lists cover the complete sort order, so that no query sorts.

Revision ID: 0020
Revises: 0019
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

LISTS = {"sections": "parent_id", "items": "section_id", "questions": "quiz_id", "options": "question_id"}


def upgrade() -> None:
    for table, parent in LISTS.items():
        op.create_index(op.f(f"ix_{table}_{parent}_position_id"), table, [parent, "position", "id"])
        op.drop_index(f"ix_{table}_{parent}_position")


def downgrade() -> None:
    for table, parent in LISTS.items():
        op.create_index(op.f(f"ix_{table}_{parent}_position"), table, [parent, "position"])
        op.drop_index(f"ix_{table}_{parent}_position_id")
