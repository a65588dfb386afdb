"""Migrations of the database to the schema that the models describe.

Alembic is loaded only if there is something to migrate: most starts find the schema current, and servers stay
small.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg.errors import UndefinedTable
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from models.operations.table_change import WATCH
from models.postgres.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parents[1] / "migrations"
LOCK = 7_203_417
"""Advisory lock: one process migrates while others wait."""

VERSION = "SELECT version_num FROM alembic_version"


def migrate(url: str) -> None:
    """Migrate the database at `url` to the newest revision; do nothing if it is current."""
    if _is_newest(url):
        return
    from alembic import command

    def up(config: "Config") -> None:
        command.upgrade(config, "head")
        config.attributes["connection"].execute(text(WATCH))

    _run(url, up)


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
    """Check whether the database is at the newest revision; if so, create missing triggers of tables."""
    conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(conninfo) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        try:
            row = connection.execute(VERSION).fetchone()
        except UndefinedTable:
            return False
        if row != (max(_revisions()),):
            return False
        connection.execute(WATCH)
    return True


@cache
def _revisions() -> frozenset[str]:
    """Revisions of this version, from the start of the names of their files."""
    return frozenset(file.name.partition("_")[0] for file in (FOLDER / "versions").glob("*.py"))


def configuration() -> "Config":
    """Return Alembic's configuration, without a file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


def _run(url: str, change: Callable[["Config"], None]) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    config = configuration()
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.execute(text("SET lock_timeout = '2s'"))
        connection.commit()
        config.attributes["connection"] = connection
        change(config)
        connection.commit()
