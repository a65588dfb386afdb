"""Function that a statement calls in place of a value that must not be null.

Revision ID: 0009
Revises: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE FUNCTION refuse_null() RETURNS text LANGUAGE plpgsql"
        " AS $$ BEGIN RAISE null_value_not_allowed USING MESSAGE = 'A value is missing.'; END $$"
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION refuse_null()")
