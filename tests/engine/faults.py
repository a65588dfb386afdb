"""Faults for both executors alike: relations that raise, or whose rows are not what the schema promises."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from resolvers.entity import Entity
from resolvers.page import Page, Slice
from resolvers.relation import Many, One, Several


class BrokenRelationError(Exception):
    """What a broken relation raises."""


@dataclass(frozen=True)
class Fault:
    """In every `every`-th row of a table, by the row's key, `column` is `value`; or the relation raises."""

    table: str
    column: str | None
    value: Any = None
    every: int = 2

    def concerns(self, target: Entity) -> bool:
        return target.table.name == self.table

    def spoil(self, rows: Sequence[tuple[Any, ...]], columns: Sequence[str], offset: int) -> list[Any]:
        """`rows`, whose columns begin at `offset`, with the fault."""
        if self.column is None:
            raise BrokenRelationError
        if self.column not in columns:
            return list(rows)
        place = offset + columns.index(self.column)
        return [
            (*row[:place], self.value, *row[place + 1 :]) if hash(str(row[0])) % self.every == 0 else row
            for row in rows
        ]


@contextmanager
def injected(fault: Fault) -> Iterator[None]:
    """Let relations have the fault."""
    keyed = {kind: kind.rows for kind in (One, Many)}
    several, page = Several.batch, Page.batch

    def spoiled(kind: type[One] | type[Many]) -> Any:
        async def rows(self: Any, context: Any, keys: Any, columns: Any, **given: Any) -> Any:
            found = await keyed[kind](self, context, keys, columns, **given)
            return fault.spoil(found, columns, 1) if fault.concerns(self.target) else found

        return rows

    async def several_batch(self: Any, context: Any, keys: Any, columns: Any, **given: Any) -> Any:
        found = await several(self, context, keys, columns, **given)
        return [fault.spoil(rows, columns, 0) for rows in found] if fault.concerns(self.target) else found

    async def page_batch(self: Any, context: Any, keys: Any, columns: Any, **given: Any) -> Any:
        found: list[Slice] = await page(self, context, keys, columns, **given)
        if not fault.concerns(self.target):
            return found
        return [replace(part, rows=fault.spoil(part.rows, columns, 0)) for part in found]

    with (
        patch.object(One, "rows", spoiled(One)),
        patch.object(Many, "rows", spoiled(Many)),
        patch.object(Several, "batch", several_batch),
        patch.object(Page, "batch", page_batch),
    ):
        yield
