"""Trigram indexes of columns with searched texts, by PostgreSQL's extension pg_trgm."""

import logging

import psycopg
from psycopg.errors import FeatureNotSupported, InsufficientPrivilege, UndefinedFile
from sqlalchemy import Index

log = logging.getLogger("models.migrate")

OPERATORS = "gin_trgm_ops"


def trigram_index(table: str, column: str) -> Index:
    """Return the index of a table's text column for `ILIKE` with a pattern that begins anywhere."""
    return Index(_name(table, column), column, postgresql_using="gin", postgresql_ops={column: OPERATORS})


SEARCHED = (("courses", "title"), ("users", "name"), ("users", "username"))
"""Tables and columns with such an index, where the extension is installed or can be."""


def make_trigram_indexes(connection: psycopg.Connection) -> None:
    """Create the indexes that are missing; log one line if the extension cannot be installed."""
    missing = [
        each
        for each in SEARCHED
        if connection.execute("SELECT to_regclass(%s)", [_name(*each)]).fetchone() == (None,)
    ]
    if not missing:
        return
    try:
        with connection.transaction():
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except (FeatureNotSupported, InsufficientPrivilege, UndefinedFile):
        log.warning("Searches read whole tables: the extension pg_trgm is not installed in the database.")
        return
    for table, column in missing:
        connection.execute(
            f"CREATE INDEX IF NOT EXISTS {_name(table, column)} ON {table} USING gin ({column} {OPERATORS})"
        )


def _name(table: str, column: str) -> str:
    return f"ix_{table}_{column}_trigrams"
