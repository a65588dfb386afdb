"""Rules that decide when the solutions of a quiz are shown."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "quizzes",
        sa.Column(
            "solution_rule",
            sa.Enum(
                "by_date",
                "always",
                "never",
                name="solutionrule",
                native_enum=False,
                create_constraint=True,
                length=None,
            ),
            server_default="by_date",
            nullable=False,
        ),
    )
    op.alter_column("quizzes", "solution_rule", server_default=None)
    # Imports wrote these dates in place of rules.
    of_item = "FROM items i WHERE i.id = q.item_id AND i.solutions_at"
    op.execute(f"UPDATE quizzes q SET solution_rule = 'never' {of_item} >= '9999-01-01Z'")  # noqa: S608
    op.execute(f"UPDATE quizzes q SET solution_rule = 'always' {of_item} = '1970-01-01Z'")  # noqa: S608
    op.execute("UPDATE items SET solutions_at = NULL WHERE solutions_at IN ('9999-01-01Z', '1970-01-01Z')")


def downgrade() -> None:
    never = "FROM quizzes q WHERE q.item_id = i.id AND q.solution_rule = 'never'"
    always = "FROM quizzes q WHERE q.item_id = i.id AND q.solution_rule = 'always'"
    op.execute(f"UPDATE items i SET solutions_at = '9999-01-01Z' {never}")  # noqa: S608
    op.execute(f"UPDATE items i SET solutions_at = '1970-01-01Z' {always}")  # noqa: S608
    op.drop_column("quizzes", "solution_rule")
