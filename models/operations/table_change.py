"""Transactions and the tables they changed, which make cached reads from before them stale."""

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base


class TableChange(Base):
    """One transaction ran a statement that writes to a table; committed with it, or not at all.

    A trigger of every table except `UNWATCHED` writes the row, for every writer (created by
    `models.postgres.migrate`). Only the first statement of a transaction writes; later ones add nothing.
    """

    __tablename__ = "table_changes"
    __table_args__ = (Index(None, "transaction"),)

    table: Mapped[str] = mapped_column(primary_key=True)
    transaction: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


UNWATCHED = frozenset(
    {
        "alembic_version",
        "budgets",
        "events",
        "idempotent_writes",
        "persisted_documents",
        "table_changes",
    }
)
"""Tables that serve the server itself; a read from one of them is never known to be current."""

WATCH = """
DO $$
DECLARE
    unwatched record;
BEGIN
    FOR unwatched IN
        SELECT c.relname FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> ALL ({but})
            AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'note_change')
    LOOP
        EXECUTE format(
            'CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I '
            'FOR EACH STATEMENT EXECUTE FUNCTION note_change()', unwatched.relname);
    END LOOP;
END $$
""".format(but="ARRAY['{}']".format("', '".join(sorted(UNWATCHED))))  # noqa: S608 (our own names)
"""Statement that creates the trigger of every table that has none."""
