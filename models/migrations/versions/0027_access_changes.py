"""Notifications of changed access for open connections; senders of persisted documents."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TRIGGERS = (
    ("tokens", "user_id", "UPDATE OF revoked_at, expires_at, hash, scopes, user_id OR DELETE"),
    ("tokens", "application_id", "UPDATE OF revoked_at, expires_at, hash, scopes, application_id OR DELETE"),
    ("users", "id", "UPDATE OF is_staff OR DELETE"),
    ("applications", "id", "UPDATE OF secret_hash OR DELETE"),
    ("course_teachers", "user_id", "INSERT OR UPDATE OR DELETE"),
)
"""Tables that decide about access, the column with the viewer's id, and the writes that matter."""


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION tell_access() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'INSERT' AND to_jsonb(OLD) ->> TG_ARGV[0] IS NOT NULL THEN
                PERFORM pg_notify('access', to_jsonb(OLD) ->> TG_ARGV[0]);
            END IF;
            IF TG_OP <> 'DELETE' AND to_jsonb(NEW) ->> TG_ARGV[0] IS NOT NULL THEN
                PERFORM pg_notify('access', to_jsonb(NEW) ->> TG_ARGV[0]);
            END IF;
            RETURN NULL;
        END $$
        """
    )
    for table, column, writes in TRIGGERS:
        op.execute(
            f"CREATE TRIGGER tell_access_{column} AFTER {writes} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION tell_access('{column}')"
        )
    op.add_column("persisted_documents", sa.Column("sender", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_persisted_documents_sender"), "persisted_documents", ["sender"])


def downgrade() -> None:
    op.drop_index(op.f("ix_persisted_documents_sender"), table_name="persisted_documents")
    op.drop_column("persisted_documents", "sender")
    op.execute("DROP FUNCTION tell_access() CASCADE")
