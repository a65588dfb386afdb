"""SQL statements: built by SQLAlchemy, compiled once, run by psycopg."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Interval, SelectBase, Text, cast, literal
from sqlalchemy.dialects.postgresql import psycopg

from settings.bounds import cached_by_weight

DIALECT = psycopg.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class SqlStatement:
    """Text for psycopg, and the values of parameters that were constants at compilation."""

    sql: str
    constants: Mapping[str, Any]


def _weight(statement: SqlStatement) -> int:
    return 1_000 + 4 * len(statement.sql)


cached_statement = cached_by_weight(16_000_000, _weight)
"""Decorator for functions that build statements, whose size clients choose by columns and response keys."""


def compiled(select: SelectBase) -> SqlStatement:
    """Return `select` as text; named parameters without a value are bound when it runs.

    Constants are written into the text if they can be: PostgreSQL caches the plan of a prepared statement
    without its parameters, and could not estimate the few rows that a policy's constants leave.
    """
    result = select.compile(dialect=DIALECT)
    sql = str(result)
    constants: dict[str, Any] = {}
    for name, value in result.params.items():
        if value is None:
            continue
        if (written := _literal(value)) is None:
            constants[name] = value
        else:
            sql = sql.replace(f"%({name})s", written)
    return SqlStatement(sql, constants)


def interval(length: timedelta) -> ColumnElement[timedelta]:
    """Return a duration for a compiled statement."""
    return cast(literal(f"{length.total_seconds():.0f} seconds", Text), Interval)


def _literal(value: Any) -> str | None:
    """Return a constant as SQL for a text with parameters; null for types that have no plain form."""
    match value:
        case Enum():
            return _literal(value.value)
        case bool():
            return str(value)
        case int():
            return f"({value})"
        case timedelta():
            return f"INTERVAL '{value.total_seconds()} seconds'"
        case str():
            return "'{}'".format(value.replace("'", "''").replace("%", "%%"))
        case list() if value and all(isinstance(each, str) for each in value):
            return f"ARRAY[{', '.join(str(_literal(each)) for each in value)}]"
    return None
