"""Fields of a level that load objects: one child per field, run once for all objects of the level."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql.execution.values import VariableValues

from graph.declaring.source import Arguments
from graph.engine.arguments import FieldArguments
from graph.engine.leaf import Deviation
from graph.engine.level import Level, Store
from resolvers.loading.entity import Columns
from resolvers.loading.page import Page, Slice, Total
from resolvers.loading.relation import Keyed, Relation
from resolvers.operations.context import Context

CHUNK = 2000
"""Number of rows to build before other requests get their turn."""


@dataclass(frozen=True)
class Run:
    """One execution of a plan."""

    context: Context
    variables: VariableValues


@dataclass(frozen=True)
class Child(ABC):
    """Field that loads its value through a relation; `response_key` is its key in the parent."""

    relation: Relation
    ask: Callable[[Arguments], dict[str, Any]]
    arguments: FieldArguments
    response_key: str
    nullable: bool

    async def run(self, run: Run, store: Store) -> None:
        """Load the values for all keys of `store` and set them in their parents."""
        if store:
            await self.fill(run, store, self.ask(self.arguments(run.variables)))

    @abstractmethod
    async def fill(self, run: Run, store: Store, given: Mapping[str, Any]) -> None:
        """Load the values with the arguments of the batch."""


async def together(waiting: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Return the results of all coroutines; if one raises, cancel the others."""
    if len(waiting) == 1:
        return [await waiting[0]]
    tasks = [asyncio.ensure_future(each) for each in waiting]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


async def grow(level: Level, run: Run, rows: Sequence[Any], store: Store) -> None:
    """Build a level from its rows, then all levels below it."""
    stores: list[Store] = [{} for _ in level.children]
    for start in range(0, len(rows), CHUNK):
        if start:
            await asyncio.sleep(0)
        level.build(rows[start : start + CHUNK] if len(rows) > CHUNK else rows, store, run.context, stores)
    await descend(level, run, stores)


async def descend(level: Level, run: Run, stores: Sequence[Store]) -> None:
    """Run all children of a level in parallel."""
    filled = [(child, store) for child, store in zip(level.children, stores, strict=True) if store]
    if filled:
        await together([child.run(run, store) for child, store in filled])


@dataclass(frozen=True)
class ObjectChild(Child):
    """Child that loads a row, or a list of rows, of one type."""

    level: Level
    many: bool

    async def fill(self, run: Run, store: Store, given: Mapping[str, Any]) -> None:
        keys = list(store)
        relation = self.relation
        if isinstance(relation, Keyed):
            rows: Sequence[Any] = await relation.rows(run.context, keys, self.level.columns, **given)
            found = len(rows)
        else:
            results = await relation.batch(run.context, keys, self.level.columns, **given)
            rows = list(_flat(keys, results, self.many))
            found = sum(result is not None for result in results)
        if not self.many and not self.nullable and found < len(keys):
            raise Deviation
        await grow(self.level, run, rows, store)


def _flat(keys: Sequence[Any], results: Sequence[Any], many: bool) -> Any:
    for key, result in zip(keys, results, strict=True):
        if isinstance(result, Exception):
            raise Deviation from result
        if many:
            for row in result:
                yield (key, *row)
        elif result is not None:
            yield (key, *result)


@dataclass(frozen=True)
class Chosen(Child):
    """Child that loads a row of one of several types."""

    levels: Mapping[str, Level]

    async def fill(self, run: Run, store: Store, given: Mapping[str, Any]) -> None:
        keys = list(store)
        columns: Any = {name: level.columns for name, level in self.levels.items()}
        results = await self.relation.batch(run.context, keys, columns, **given)
        rows: dict[str, list[Any]] = {}
        for key, result in zip(keys, results, strict=True):
            if isinstance(result, Exception) or (result is None and not self.nullable):
                raise Deviation
            if result is not None:
                choice, row = result
                rows.setdefault(choice, []).append((key, *row))
        await together([grow(self.levels[name], run, found, store) for name, found in rows.items()])


@dataclass(frozen=True)
class Connected(Child):
    """Child that loads a page of rows as a connection.

    `shape` creates the connection from a slice and its lists of objects.
    """

    columns: Columns
    nodes: Mapping[str, Level]
    counts: bool
    shape: Callable[[Slice, Mapping[str, list[Any]], int], dict[str, Any]]

    async def fill(self, run: Run, store: Store, given: Mapping[str, Any]) -> None:
        assert isinstance(self.relation, Page)  # noqa: S101 - a plan's own promise
        self.relation.check(run.context, given["span"])
        keys = list(store)
        page = self.relation.batch(run.context, keys, self.columns, **given)
        totals: Sequence[int] = [0] * len(keys)
        if self.counts:
            total = Total(page=self.relation)
            counts = total.batch(run.context, keys, (), where=given.get("where"))
            slices, totals = await together([page, counts])
        else:
            slices = await page
        stores: dict[str, list[Store]] = {
            name: [{} for _ in level.children] for name, level in self.nodes.items()
        }
        built = 0
        for key, part, count in zip(keys, slices, totals, strict=True):
            if built >= CHUNK:
                built = 0
                await asyncio.sleep(0)
            built += len(part.rows)
            made = {
                name: level.build(self._narrowed(level, part), None, run.context, stores[name])
                for name, level in self.nodes.items()
            }
            connection = self.shape(part, made, count)
            for place in store[key]:
                place[self.response_key] = connection
        await together([descend(level, run, stores[name]) for name, level in self.nodes.items()])

    def _narrowed(self, level: Level, part: Slice) -> Sequence[Any]:
        """Return the rows with only the columns of one of the levels that share the page."""
        if level.columns == self.columns:
            return part.rows
        places = [self.columns.index(name) for name in level.columns]
        return [tuple(row[place] for place in places) for row in part.rows]
