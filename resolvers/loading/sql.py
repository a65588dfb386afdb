"""SQL statements: built by SQLAlchemy, compiled once, run by psycopg."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Interval, SelectBase, Text, cast, literal
from sqlalchemy.dialects.postgresql import psycopg

DIALECT = psycopg.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class SqlStatement:
    """Text for psycopg, and those of its parameters that were constants when it was built."""

    sql: str
    constants: Mapping[str, Any]


def compiled(select: SelectBase) -> SqlStatement:
    """`select` as text; named parameters that have no value yet are given when it is run.

    Constants stand in the text where they can: a plan that PostgreSQL keeps for a prepared statement is made
    without its parameters, and would not know how few rows a policy's constants leave.
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
    """A length of time in a statement that is compiled."""
    return cast(literal(f"{length.total_seconds():.0f} seconds", Text), Interval)


def _literal(value: Any) -> str | None:
    """A constant as SQL inside a text with parameters; nothing for types that have no plain form."""
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
