"""Attachments of xAPI statements belong to the actors of their statements."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE = "statement_attachments"
FORMER = "uq_statement_attachments_application_id_sha2"
CURRENT = "uq_statement_attachments_application_id_actor_key_sha2"

# Every actor whose statements have named a file so far keeps it.
OF_ACTORS = """
INSERT INTO statement_attachments (id, application_id, actor_key, sha2, digest, size, created_at)
SELECT gen_random_uuid(), kept.application_id, named.actor_key, kept.sha2, kept.digest, kept.size,
  kept.created_at
FROM statement_attachments kept
JOIN (
  SELECT DISTINCT application_id, actor_key, lower(sha2 #>> '{}') AS sha2 FROM statements,
    LATERAL (
      SELECT jsonb_path_query(document, '$.attachments[*].sha2') AS sha2
      UNION ALL SELECT jsonb_path_query(document, '$.object.attachments[*].sha2')
    ) attachments
  WHERE actor_key <> ''
) named ON named.sha2 = kept.sha2 AND named.application_id IS NOT DISTINCT FROM kept.application_id
"""
OF_ONE = """
DELETE FROM statement_attachments one USING statement_attachments other
WHERE one.application_id IS NOT DISTINCT FROM other.application_id AND one.sha2 = other.sha2
  AND one.id > other.id
"""


def upgrade() -> None:
    column: sa.Column[str] = sa.Column("actor_key", sa.Text(), server_default="", nullable=False)
    op.add_column(TABLE, column)
    op.drop_constraint(FORMER, TABLE, type_="unique")
    op.create_unique_constraint(
        op.f(CURRENT), TABLE, ["application_id", "actor_key", "sha2"], postgresql_nulls_not_distinct=True
    )
    op.execute(OF_ACTORS)


def downgrade() -> None:
    op.execute(OF_ONE)
    op.drop_constraint(CURRENT, TABLE, type_="unique")
    op.create_unique_constraint(
        op.f(FORMER), TABLE, ["application_id", "sha2"], postgresql_nulls_not_distinct=True
    )
    op.drop_column(TABLE, "actor_key")
