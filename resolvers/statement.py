"""SQL statements: built by SQLAlchemy, compiled once, run by psycopg."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import SelectBase
from sqlalchemy.dialects.postgresql import psycopg

DIALECT = psycopg.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Statement:
    """Text for psycopg, and the values that were constants when it was built."""

    sql: str
    constants: Mapping[str, Any]


def compiled(select: SelectBase) -> Statement:
    """`select` as text; named parameters that have no value yet are given when it is run."""
    result = select.compile(dialect=DIALECT)
    constants = {
        name: value.value if isinstance(value, Enum) else value
        for name, value in result.params.items()
        if value is not None
    }
    return Statement(str(result), constants)
