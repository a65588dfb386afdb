"""Transactions and the tables they changed, which make cached reads from before them stale."""

from functools import cache

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
    schema text := relnamespace::regnamespace FROM pg_class WHERE oid = 'table_changes'::regclass;
    source text := format('
        BEGIN
            INSERT INTO %s.table_changes VALUES (TG_TABLE_NAME, pg_current_xact_id()::text::bigint)
            ON CONFLICT DO NOTHING;
            RETURN NULL;
        END
    ', schema);
    unwatched record;
BEGIN
    IF (SELECT prosrc FROM pg_proc WHERE oid = 'note_change()'::regprocedure) <> source THEN
        EXECUTE format(
            'CREATE OR REPLACE FUNCTION %s.note_change() RETURNS trigger LANGUAGE plpgsql '
            'SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS %L', schema, source);
        REVOKE EXECUTE ON FUNCTION note_change() FROM PUBLIC;
    END IF;
    FOR unwatched IN
        SELECT c.relname FROM pg_class c
        WHERE c.relnamespace = schema::regnamespace AND c.relkind IN ('r', 'p')
            AND c.relname = ANY ({watched})
            AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'note_change')
    LOOP
        EXECUTE format(
            'CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s.%I '
            'FOR EACH STATEMENT EXECUTE FUNCTION %s.note_change()', schema, unwatched.relname, schema);
    END LOOP;
END $$
"""


@cache
def watch() -> str:
    """Return the statement that creates the trigger of every Scholagraph table without one.

    It also brings the triggers' function up to date. The function runs with the rights of its owner and names
    its schema, so that other programs can write to the tables too.
    """
    watched = "', '".join(sorted(set(Base.metadata.tables) - UNWATCHED))
    return WATCH.format(watched=f"ARRAY['{watched}']")
