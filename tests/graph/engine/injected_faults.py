"""Faults for both executors alike: relations that raise, or whose rows are not what the schema promises."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch
from zlib import crc32

from resolvers.loading.entity import Entity
from resolvers.loading.page import Page, Slice
from resolvers.loading.relation import Many, One, Several


class BrokenRelationError(Exception):
    """What a broken relation raises."""


@dataclass(frozen=True)
class Fault:
    """In a table's rows `column` is `value`, or the relation raises where that is null.

    Of rows that come with their key, those of every `every`-th key have the fault; other rows all have it,
    because executors that read other columns could not agree on which.
    """

    table: str
    column: str | None
    value: Any = None
    every: int = 2

    def concerns(self, target: Entity) -> bool:
        return target.table.name == self.table

    def spoil(
        self, rows: Sequence[tuple[Any, ...]], columns: Sequence[str], *, keyed: bool = False
    ) -> list[Any]:
        """`rows` with the fault; where `keyed`, their key stands before their columns."""
        if self.column is None:
            raise BrokenRelationError
        if self.column not in columns:
            return list(rows)
        place = columns.index(self.column) + keyed
        return [
            (*row[:place], self.value, *row[place + 1 :]) if not keyed or self._hits(row[0]) else row
            for row in rows
        ]

    def _hits(self, key: Any) -> bool:
        return crc32(str(key).encode()) % self.every == 0


@contextmanager
def injected(fault: Fault) -> Iterator[None]:
    """Let relations have the fault."""
    keyed = {kind: kind.rows for kind in (One, Many)}
    several, page = Several.batch, Page.batch

    def spoiled(kind: type[One] | type[Many]) -> Any:
        async def rows(self: Any, context: Any, keys: Any, columns: Any, **given: Any) -> Any:
            found = await keyed[kind](self, context, keys, columns, **given)
            return fault.spoil(found, columns, keyed=True) if fault.concerns(self.target) else found

        return rows

    async def several_batch(self: Any, context: Any, keys: Any, columns: Any, **given: Any) -> Any:
        found = await several(self, context, keys, columns, **given)
        return [fault.spoil(rows, columns) for rows in found] if fault.concerns(self.target) else found

    async def page_batch(self: Any, context: Any, keys: Any, columns: Any, **given: Any) -> Any:
        found: list[Slice] = await page(self, context, keys, columns, **given)
        if not fault.concerns(self.target):
            return found
        return [replace(part, rows=fault.spoil(part.rows, columns)) for part in found]

    with (
        patch.object(One, "rows", spoiled(One)),
        patch.object(Many, "rows", spoiled(Many)),
        patch.object(Several, "batch", several_batch),
        patch.object(Page, "batch", page_batch),
    ):
        yield
