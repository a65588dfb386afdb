"""Pages of unbounded lists: Relay connections with keyset cursors, one page per parent in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Integer, bindparam, func, literal_column, select, tuple_

from resolvers.access.viewer import Role
from resolvers.loading.entity import Columns, Entity
from resolvers.loading.keyset import decode_cursor, encode_cursor
from resolvers.loading.relation import Relation, Row, filter_parameters, filtered, keyed_by
from resolvers.loading.sql import SqlStatement, cached_statement, compiled
from resolvers.operations.context import Context
from resolvers.operations.errors import BadUserInput

ROOT = ""
"""Key of a list that has no parent."""

DEFAULT_SIZE = 20


@dataclass(frozen=True)
class Slice:
    """`rows` in the order of the list, whose name is `of`.

    `found` has the same rows as fetched: the key, the columns, and the values of the sort order.
    """

    rows: list[Row]
    of: str
    found: list[Row]
    has_next: bool
    has_previous: bool

    @cached_property
    def cursors(self) -> list[str]:
        """One cursor per row, computed on first use."""
        return [
            encode_cursor(self.of, found[1 + len(row) :])
            for row, found in zip(self.rows, self.found, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a list: `size` rows from its start or, if `backward`, from its end."""

    size: int
    backward: bool
    after: str | None
    before: str | None


def span(first: int | None, after: str | None, last: int | None, before: str | None) -> Span:
    """Return the checked arguments of a connection; raise `BadUserInput` with the name of the invalid one."""
    if first is not None and last is not None:
        raise BadUserInput("Use either 'first' or 'last', not both.")
    for name, size in (("first", first), ("last", last)):
        if size is not None and size < 0:
            raise BadUserInput(f"'{name}' must not be negative.")
    wanted = last if last is not None else first
    return Span(DEFAULT_SIZE if wanted is None else wanted, last is not None, after, before)


@dataclass(frozen=True, eq=False, kw_only=True)
class Page(Relation):
    """One page of the rows of `target` whose column `by` equals the key; of all rows if `by` is null.

    `order` is the default sort order of the list; the id of a row always decides ties.
    """

    target: Entity
    by: str | None = None
    order: str = "ID"
    descending: bool = False
    of: Entity | None = None

    def __post_init__(self) -> None:
        """Give a list without a parent one constant key, which needs no columns."""
        if self.by is None:
            object.__setattr__(self, "needs", ())
            object.__setattr__(self, "key", lambda _: ROOT)

    def check(self, context: Context, span: Span) -> None:
        """Raise `BadUserInput` if the page is larger than the operation's maximum."""
        if span.size > context.largest_page:
            wanted = "last" if span.backward else "first"
            raise BadUserInput(f"'{wanted}' must be between 0 and {context.largest_page}.")

    async def batch(
        self,
        context: Context,
        keys: Sequence[Any],
        columns: Columns,
        span: Span = Span(DEFAULT_SIZE, False, None, None),
        where: Mapping[str, Any] | None = None,
        order: str | None = None,
        descending: bool | None = None,
        **given: Any,
    ) -> list[Any]:
        self.check(context, span)
        where = where or {}
        order = order or self.order
        down = self.descending if descending is None else descending
        shape = _Shape(order, down, span.backward, span.after is not None, span.before is not None)
        role = context.viewer.role
        statement = _page(self, role, columns, tuple(sorted(where)), shape)
        parameters = {"limit": span.size + 1, **filter_parameters(where, self.target)}
        if self.by is not None:
            parameters["keys"] = list(keys)
        here = _name(self.target, order)
        for name, cursor in (("after", span.after), ("before", span.before)):
            if cursor is not None:
                types = [expression.type for expression in _order(self.target, order, role)]
                values = decode_cursor(cursor, here, types, name)
                parameters |= {f"{name}_{place}": value for place, value in enumerate(values)}
        groups: dict[Any, list[Row]] = {key: [] for key in keys}
        for row in await context.fetch(statement, parameters):
            groups[row[0]].append(row)
        return [_sliced(here, groups[key], len(columns), span) for key in keys]


@dataclass(frozen=True, eq=False, kw_only=True)
class Total(Relation):
    """Number of rows in the list of a page that are visible to the viewer."""

    page: Page

    async def batch(
        self,
        context: Context,
        keys: Sequence[Any],
        columns: Columns,
        where: Mapping[str, Any] | None = None,
        **given: Any,
    ) -> list[Any]:
        where = where or {}
        statement = _total(self.page, context.viewer.role, tuple(sorted(where)))
        bound = {"keys": list(keys)} if self.page.by is not None else {}
        counts = dict(await context.fetch(statement, {**bound, **filter_parameters(where, self.page.target)}))
        return [counts.get(key, 0) for key in keys]


@dataclass(frozen=True, slots=True)
class _Shape:
    order: str
    descending: bool
    backward: bool
    has_after: bool
    has_before: bool


def _name(target: Entity, order: str) -> str:
    """Return the name that distinguishes cursors of one list from those of others."""
    return f"{target.table.name} {order}"


def _order(target: Entity, order: str, role: Role) -> list[Any]:
    named = () if order == "ID" else target.orders[order]
    return [*(expression(role) for expression in named), target.table.c.id]


def _sliced(here: str, found: list[Row], width: int, span: Span) -> Slice:
    more = len(found) > span.size
    found = found[: span.size]
    if span.backward:
        found.reverse()
    return Slice(
        rows=[row[1 : 1 + width] for row in found],
        of=here,
        found=found,
        has_next=span.before is not None if span.backward else more,
        has_previous=more if span.backward else span.after is not None,
    )


@cached_statement
def _page(page: Page, role: Role, columns: Columns, filters: tuple[str, ...], shape: _Shape) -> SqlStatement:
    target = page.target
    order = _order(target, shape.order, role)
    scan_down = shape.descending != shape.backward
    scanned = [expression.desc() if scan_down else expression.asc() for expression in order]
    conditions = [target.visible(role, page.of)]
    for name, beyond, given in (
        ("after", not shape.descending, shape.has_after),
        ("before", shape.descending, shape.has_before),
    ):
        if given:
            edge = [bindparam(f"{name}_{at}", type_=each.type) for at, each in enumerate(order)]
            here, there = tuple_(*order), tuple_(*edge)
            conditions.append(here > there if beyond else here < there)
    limit = bindparam("limit", type_=Integer)
    if page.by is None:
        statement = target.select(columns, role, literal_column("''")).add_columns(*order)
        statement = statement.where(*conditions).order_by(*scanned).limit(limit)
        return compiled(filtered(statement, target, filters))
    key, among = keyed_by(target.table, page.by)
    rank = func.row_number().over(partition_by=key, order_by=scanned)
    ranked = target.select(columns, role, key).add_columns(*order, rank).where(among, *conditions)
    rows = filtered(ranked, target, filters).subquery()
    *shown, place = rows.c
    return compiled(select(*shown).where(place <= limit).order_by(place))


@cached_statement
def _total(page: Page, role: Role, filters: tuple[str, ...]) -> SqlStatement:
    target = page.target
    if page.by is None:
        statement = target.select((), role, literal_column("''"), func.count())
        return compiled(filtered(statement.where(target.visible(role)), target, filters))
    key, among = keyed_by(target.table, page.by)
    statement = target.select((), role, key, func.count()).where(among, target.visible(role, page.of))
    return compiled(filtered(statement, target, filters).group_by(key))
