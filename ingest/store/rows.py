"""Bulk writing: as many statements for a thousand rows as for one."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, SQLColumnExpression, Table, any_, delete, literal, or_
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import Uuid

Row = dict[str, Any]


async def put(
    session: AsyncSession, model: type[DeclarativeBase], rows: Sequence[Row], key: Sequence[str] = ("id",)
) -> int:
    """Insert rows, or update those with an existing `key`; return the number of new or changed rows.

    All rows have the same columns. Other columns stay unchanged, and so do ids.
    """
    if not rows:
        return 0
    table = table_of(model)
    statement = insert(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name != "id" and name not in key}
    differs = or_(*(table.c[name].is_distinct_from(value) for name, value in changed.items()))
    result = await session.execute(
        statement.on_conflict_do_update(index_elements=key, set_=changed, where=differs),
        [{name: _storable(value) for name, value in row.items()} for row in rows],
        execution_options={"preserve_rowcount": True},
    )
    return cast(CursorResult[Any], result).rowcount


async def remove(session: AsyncSession, model: type[DeclarativeBase], ids: Iterable[str]) -> int:
    """Delete the rows with these ids; return their number."""
    wanted = list(ids)
    if not wanted:
        return 0
    table = table_of(model)
    result = await session.execute(delete(table).where(among(table.c.id, wanted)))
    return cast(CursorResult[Any], result).rowcount


def among(column: SQLColumnExpression[Any], ids: Iterable[str]) -> ColumnElement[bool]:
    """Return whether a column has one of these ids; the statement's text does not depend on their number."""
    return column == any_(literal(list(ids), ARRAY(Uuid(as_uuid=False))))


def table_of(model: type[DeclarativeBase]) -> Table:
    """Return the table of a model."""
    return cast(Table, model.__table__)


def _storable(value: Any) -> Any:
    """Return `value` without characters that PostgreSQL refuses: NUL, and halves of surrogate pairs."""
    if isinstance(value, str):
        if "\0" in value or not value.isascii():
            return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
        return value
    if isinstance(value, dict):
        return {_storable(name): _storable(each) for name, each in value.items()}
    return [_storable(each) for each in value] if isinstance(value, list | tuple) else value
