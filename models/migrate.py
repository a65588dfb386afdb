"""Brings a database to the state that the models describe."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg.errors import UndefinedTable
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from models.database import Database
from models.table_change import WATCH

FOLDER = Path(__file__).parent / "migrations"
LOCK = 7_203_417
"""Advisory lock under which one process migrates while others wait."""


def migrate(url: str) -> None:
    """Take the database at `url` up to the newest revision; does nothing where it is there already."""

    def up(config: Config) -> None:
        command.upgrade(config, "head")
        config.attributes["connection"].execute(text(WATCH))

    _run(url, up)


def demolish(url: str) -> None:
    """Take the database at `url` down to nothing."""
    _run(url, lambda config: command.downgrade(config, "base"))


async def is_current(database: Database) -> bool:
    """Whether the database has all revisions of this version; one that is ahead of it has."""
    try:
        rows = await database.fetch("SELECT version_num FROM alembic_version", {})
    except UndefinedTable:
        return False
    return bool(rows) and (rows[0][0] == _head() or rows[0][0] not in _revisions())


@cache
def _revisions() -> frozenset[str]:
    return frozenset(each.revision for each in ScriptDirectory.from_config(configuration()).walk_revisions())


@cache
def _head() -> str | None:
    return ScriptDirectory.from_config(configuration()).get_current_head()


def configuration() -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


def _run(url: str, change: Callable[[Config], None]) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    config = configuration()
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.execute(text("SET lock_timeout = '2s'"))
        connection.commit()
        config.attributes["connection"] = connection
        change(config)
        connection.commit()
