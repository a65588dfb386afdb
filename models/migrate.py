"""Brings a database to the state that the models describe."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

FOLDER = Path(__file__).parent / "migrations"
LOCK = 7_203_417
"""Advisory lock under which one process migrates while others wait."""


def migrate(url: str) -> None:
    """Take the database at `url` up to the newest revision; does nothing where it is there already."""
    _run(url, lambda config: command.upgrade(config, "head"))


def demolish(url: str) -> None:
    """Take the database at `url` down to nothing."""
    _run(url, lambda config: command.downgrade(config, "base"))


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
