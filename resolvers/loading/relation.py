"""Relations: batch resolvers that load related objects for all parents of a level.

The contract: keys of all parents in, one result per key out, in the same order. A result is a row (a tuple of
the requested columns, in the requested order), a list of rows, a page, or an exception for that one parent.
Rows hidden from the viewer are not in the statement's result. An executor calls `batch` once per level, or
`one(key)` through the request's data loader.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, any_, bindparam, func
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from models.postgres.base import Base
from resolvers.access.viewer import Role
from resolvers.commands.text import as_text, camel_case
from resolvers.loading.entity import LONGEST_SEARCH, Columns, Containing, Entity
from resolvers.loading.sql import SqlStatement, cached_statement, compiled
from resolvers.operations.context import BatchLoad, Context
from resolvers.operations.errors import BadUserInput

Row = tuple[Any, ...]
Needs = tuple[str, ...]
KeyOf = Callable[..., Any]

MOST_VALUES = 250
LONGEST_FILTER = 2_000
"""Maximum values of a list in a filter, and maximum characters of a text."""

USUAL = 5
"""Estimated number of rows in a list, if nothing else is known."""


def same(_: Context, *values: Any) -> Any:
    """Default key: the one value needed; null if any of several values is."""
    if len(values) == 1:
        return values[0]
    return None if None in values else values


@dataclass(frozen=True, eq=False, kw_only=True)
class Relation(ABC):
    """Link to other rows; `needs` has the parent's columns for `key`, and a null key has no statement."""

    needs: Needs = ("id",)
    key: KeyOf = same

    @abstractmethod
    async def batch(self, context: Context, keys: Sequence[Any], columns: Columns, **given: Any) -> list[Any]:
        """Return one result per key, in order."""

    def nothing(self) -> Any:
        """Return the result for a null key."""
        return None

    async def one(self, context: Context, key: Any, columns: Columns, **given: Any) -> Any:
        """Return the result for one key, batched with all others that the request loads in the same turn."""

        def load() -> BatchLoad:
            async def batch(keys: list[Any]) -> list[Any]:
                return await self.batch(context, keys, columns, **given)

            return batch

        identity = (
            self.identity(),
            _frozen(columns),
            *((name, _frozen(value)) for name, value in given.items()),
        )
        # An error in a sibling may cancel one waiter; others wait for the same result.
        return await asyncio.shield(context.loader(identity, load).load(key))

    def identity(self) -> Any:
        """Return the key of this relation's loader; equal ones share a loader."""
        return self


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple((name, _frozen(each)) for name, each in sorted(value.items()))
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


class Keyed(Relation):
    """Relation whose statement returns rows that start with their key."""

    @abstractmethod
    async def rows(self, context: Context, keys: Sequence[Any], columns: Columns, **given: Any) -> list[Row]:
        """Return rows of all keys: the key, then the columns, in the order of each key's result."""


@dataclass(frozen=True, eq=False, kw_only=True)
class One(Keyed):
    """The row of `target` whose column `by` equals the key, or null.

    If there may be several, `only` narrows them and the highest `newest` wins. `through` returns an
    association: `by` is its column, `names` the column with the target's id.
    """

    target: Entity
    by: str = "id"
    through: Callable[[], FromClause] | None = None
    names: str = ""
    only: ColumnElement[bool] | None = None
    newest: str | None = None

    def identity(self) -> Any:
        is_plain = self.only is None and self.through is None and not self.newest
        return (One, self.target, self.by) if is_plain else self

    def latest(self, role: Role) -> list[ColumnElement[Any]]:
        """Return the sort order whose first row is the result; deterministic if several are equally new."""
        newest = [] if self.newest is None else [self.target.column(self.newest, role)]
        return [column.desc() for column in (*newest, *self.target.table.primary_key)]

    async def rows(self, context: Context, keys: Sequence[Any], columns: Columns, **given: Any) -> list[Row]:
        return await context.fetch(_one(self, context.viewer.role, columns), {"keys": list(keys)})

    async def batch(self, context: Context, keys: Sequence[Any], columns: Columns, **given: Any) -> list[Any]:
        found = {row[0]: row[1:] for row in await self.rows(context, keys, columns)}
        return [found.get(key) for key in keys]


@dataclass(frozen=True, eq=False, kw_only=True)
class Aspect(One):
    """The parent's own row, read as another entity of its table; null for anonymous viewers."""

    key: KeyOf = lambda context, own: own if context.viewer.id is not None else None


@dataclass(frozen=True, eq=False, kw_only=True)
class Many(Keyed):
    """All rows of `target` whose column `by` equals the key (or contains it, if it is an array), in order.

    For lists that are bounded by nature. `only` always narrows them; `where` in `batch` maps filters of the
    target to values. `through` is the model of an association: `by` is its column, `names` the column with
    the target's id. `of` is a container of the target that is visible because the parent is: the parent
    itself, or the container of both. `usual` is the average number of rows per key, for the cost of
    operations.
    """

    target: Entity
    by: str
    order: tuple[str, ...] = ("position", "id")
    of: Entity | None = None
    only: ColumnElement[bool] | None = None
    through: type[Base] | None = None
    names: str = ""
    usual: int = USUAL

    @property
    def is_by_array(self) -> bool:
        """Whether a row belongs to several parents by an array in the row."""
        return self.through is None and isinstance(self.target.table.c[self.by].type, ARRAY)

    def nothing(self) -> Any:
        return []

    async def rows(self, context: Context, keys: Sequence[Any], columns: Columns, **given: Any) -> list[Row]:
        where: Mapping[str, Any] = given.get("where") or {}
        statement = _many(self, context.viewer.role, columns, tuple(sorted(where)))
        return await context.fetch(statement, {"keys": list(keys), **filter_parameters(where, self.target)})

    async def batch(self, context: Context, keys: Sequence[Any], columns: Columns, **given: Any) -> list[Any]:
        groups: dict[Any, list[Row]] = {key: [] for key in keys}
        for row in await self.rows(context, keys, columns, **given):
            groups[row[0]].append(row[1:])
        return [groups[key] for key in keys]


@dataclass(frozen=True, eq=False, kw_only=True)
class Several(Relation):
    """Rows of `target` whose ids are in a column of the parent, in the target's order."""

    target: Entity
    key: KeyOf = lambda _, ids: tuple(ids)
    order: tuple[str, ...] = ("position", "id")
    usual: int = USUAL

    async def batch(self, context: Context, keys: Sequence[Any], columns: Columns, **given: Any) -> list[Any]:
        statement = _several(self, context.viewer.role, columns)
        wanted = list({each for key in keys for each in key})
        rows = await context.fetch(statement, {"keys": wanted})
        return [[row[1:] for row in rows if row[0] in key] for key in keys]


@dataclass(frozen=True, eq=False, kw_only=True)
class Choice(Relation):
    """One row of one of several targets; the key is a pair: name of the target, and key in the target."""

    targets: Mapping[str, One] = field(default_factory=dict)

    async def batch(self, context: Context, keys: Sequence[Any], columns: Any, **given: Any) -> list[Any]:
        """Return `(choice, row)` or null per key, in order; `columns` maps each choice to its columns."""
        groups: dict[str, list[Any]] = {}
        for key in keys:
            if key[0] in self.targets:
                groups.setdefault(key[0], []).append(key)
        found = await asyncio.gather(
            *(
                self.targets[choice].batch(context, [key[1] for key in chosen], columns[choice])
                for choice, chosen in groups.items()
            )
        )
        results = {
            key: None if row is None else (choice, row)
            for (choice, chosen), rows in zip(groups.items(), found, strict=True)
            for key, row in zip(chosen, rows, strict=True)
        }
        return [results.get(key) for key in keys]


BatchFunction = Callable[..., Awaitable[list[Any]]]
"""Takes a context and keys, and, if the field has arguments, `where`: values by filter name."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Computed(Relation):
    """Result of `function` for all keys of a batch: per key a mapping of column to value, or null.

    With `many`, a list of such mappings per key. The function runs for the viewer of its context and must
    return only values that are visible to the viewer.
    """

    function: BatchFunction
    many: bool = False
    usual: int = USUAL

    def nothing(self) -> Any:
        return [] if self.many else None

    def identity(self) -> Any:
        return Computed, self.function

    async def batch(self, context: Context, keys: Sequence[Any], columns: Columns, **given: Any) -> list[Any]:
        def row(found: Any) -> Any:
            if isinstance(found, Mapping):
                return tuple(found[name] for name in columns)
            return [row(each) for each in found] if isinstance(found, list) else found

        where = {"where": given["where"]} if given.get("where") else {}
        return [row(found) for found in await self.function(context, keys, **where)]


def filter_parameters(where: Mapping[str, Any], target: Entity | None = None) -> dict[str, Any]:
    """Return the values of filters by their parameter names in statements; `target` has their meaning."""
    found = {}
    for name, value in where.items():
        if isinstance(value, list) and len(value) > MOST_VALUES:
            raise BadUserInput(f"'{camel_case(name)}' has at most {MOST_VALUES} values.")
        is_search = target is not None and isinstance(target.filters.get(name), Containing)
        longest = LONGEST_SEARCH if is_search else LONGEST_FILTER
        for each in value if isinstance(value, list) else (value,):
            if isinstance(each, str):
                as_text(each, camel_case(name))
                if len(each) > longest:
                    raise BadUserInput(f"'{camel_case(name)}' has at most {longest} characters.")
        found[f"filter_{name}"] = Containing.pattern(value) if is_search else value
    return found


def filtered(statement: Select[Any], target: Entity, filters: tuple[str, ...]) -> Select[Any]:
    """Return `statement` narrowed by the target's filters with these names."""
    return statement.where(*(target.filters[name](bindparam(f"filter_{name}")) for name in filters))


def keyed_by(table: FromClause, by: str) -> tuple[ColumnElement[Any], ColumnElement[bool]]:
    """Return the column of the key, and the condition that the bound `keys` contain it."""
    column = table.c[by]
    if isinstance(column.type, ARRAY):
        keys = bindparam("keys", type_=column.type)
        each = func.unnest(column).column_valued("each")
        return each, and_(column.overlap(keys), each == any_(keys))
    return column, column == any_(bindparam("keys", type_=ARRAY(column.type)))


@cached_statement
def _one(one: One, role: Role, columns: Columns) -> SqlStatement:
    table = one.target.table
    association = None if one.through is None else one.through()
    key, among = keyed_by(table if association is None else association, one.by)
    statement = one.target.select(columns, role, key).where(among, one.target.visible(role))
    if association is not None:
        statement = statement.where(association.c[one.names] == table.c.id)
    if one.only is not None:
        statement = statement.where(one.only)
    if one.newest is not None:
        statement = statement.ext(distinct_on(key)).order_by(key, *one.latest(role))
    return compiled(statement)


@cached_statement
def _several(several: Several, role: Role, columns: Columns) -> SqlStatement:
    target = several.target
    key, among = keyed_by(target.table, "id")
    statement = target.select(columns, role, key).where(among, target.visible(role))
    return compiled(statement.order_by(*(target.column(name, role) for name in several.order)))


@cached_statement
def _many(many: Many, role: Role, columns: Columns, filters: tuple[str, ...]) -> SqlStatement:
    target = many.target
    association = many.through.__table__ if many.through is not None else target.table
    key, among = keyed_by(association, many.by)
    statement = target.select(columns, role, key).where(among, target.visible(role, many.of))
    if many.through is not None:
        statement = statement.where(association.c[many.names] == target.table.c.id)
    if many.only is not None:
        statement = statement.where(many.only)
    statement = statement.order_by(*(target.column(name, role) for name in many.order))
    return compiled(filtered(statement, target, filters))
