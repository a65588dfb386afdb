"""Migrations of the database to the schema that the models describe.

Alembic is loaded only if there is something to migrate: most starts find the schema current, and servers stay
small.
"""

import logging
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg.errors import UndefinedTable
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from models.operations.table_change import watch
from models.postgres.address import SESSION, conninfo
from models.postgres.database import Database
from models.postgres.refusal import DatabaseRefused, refusing
from models.postgres.suitability import VERSION, DatabaseFacts, examine
from models.postgres.trigrams import make_trigram_indexes

if TYPE_CHECKING:
    from alembic.config import Config

log = logging.getLogger("models.migrate")

FOLDER = Path(__file__).parents[1] / "migrations"
LOCK = 7_203_417
"""Advisory lock: one process migrates while others wait."""

FORGET_FOREIGN = """
DELETE FROM events WHERE transaction >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    AND NOT pg_visible_in_snapshot(transaction::text::xid8, pg_current_snapshot())
"""
"""Deletes events that a restore brought from another server: their transactions are still to come here."""


def migrate(url: str) -> None:
    """Migrate the database at `url` to the newest revision; do nothing if it is current.

    A read-only database that is current stays as it is. Raises `DatabaseRefused`.
    """
    with refusing():
        if _is_newest(url):
            return
        from alembic import command

        def up(config: "Config") -> None:
            command.upgrade(config, "head")
            config.attributes["connection"].execute(text(watch()))
            config.attributes["connection"].execute(text(FORGET_FOREIGN))

        _run(url, up)
        with _connected(url) as connection:
            make_trigram_indexes(connection)


def demolish(url: str) -> None:
    """Downgrade the database at `url` to an empty schema."""
    from alembic import command

    _run(url, lambda config: command.downgrade(config, "base"))


async def is_current(database: Database) -> bool:
    """Check whether the database has all revisions of this version; a newer database has."""
    try:
        rows = await database.fetch(VERSION, {})
    except UndefinedTable:
        return False
    return bool(rows) and (rows[0][0] == max(_revisions()) or rows[0][0] not in _revisions())


def _is_newest(url: str) -> bool:
    """Check whether the database is at the newest revision; if so, bring its triggers and events in order."""
    with _connected(url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        found = examine(connection)
        if found.revision != max(_revisions()):
            _check(found)
            return False
        if found.is_read_only:
            log.warning("Database %s is read-only: reads are served, and writes are refused.", found.database)
            return True
        connection.execute(watch().encode())
        connection.execute(FORGET_FOREIGN)
        make_trigram_indexes(connection)
    return True


def _check(found: DatabaseFacts) -> None:
    """Refuse a database that cannot be migrated."""
    if found.revision is not None and found.revision not in _revisions():
        raise DatabaseRefused(found.unknown_revision())
    found.check_writable()


@cache
def _revisions() -> frozenset[str]:
    """Revisions of this version, from the start of the names of their files."""
    return frozenset(file.name.partition("_")[0] for file in (FOLDER / "versions").glob("*.py"))


def _connected(url: str) -> psycopg.Connection:
    connection = psycopg.connect(conninfo(url))
    connection.execute(SESSION)
    connection.commit()  # or the first transaction would begin with the isolation level from before
    return connection


def configuration() -> "Config":
    """Return Alembic's configuration, without a file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


def _run(url: str, change: Callable[["Config"], None]) -> None:
    """Run migrations in one transaction, so that no writer finds a part of them."""
    engine = create_engine("postgresql+psycopg://", creator=partial(_connected, url), poolclass=NullPool)
    config = configuration()
    with engine.connect() as connection, connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        connection.execute(text("SET LOCAL lock_timeout = '2s'"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        config.attributes["connection"] = connection
        change(config)
