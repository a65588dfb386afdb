"""Entities: tables as the graph reads them, with the policy that applies to every read of their rows."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    SQLColumnExpression,
    Table,
    and_,
    any_,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from models.postgres.base import Base
from resolvers.access.viewer import LANGUAGES, Role

WILDCARD = re.compile(r"[\\%_]")
LONGEST_SEARCH = 200
"""Maximum characters of a search; more find nothing else, and keep the database busy."""

Expression = Callable[[Role], SQLColumnExpression[Any]]
Filter = Callable[[BindParameter[Any]], ColumnElement[bool]]


class Subtree(Protocol):
    """Expression that a statement selects in addition to columns; see `resolvers.loading.json_text`."""

    def text(self, holder: "Entity", role: Role) -> ColumnElement[str]:
        """Return the expression for a row of `holder`."""
        ...


Columns = tuple[str | Subtree, ...]


@dataclass(frozen=True, eq=False)
class Gate:
    """A condition on the row of `model` with the id in `column`; the row is visible if it is met."""

    column: str
    model: type[Base]
    condition: Callable[[Role], ColumnElement[bool]]

    def is_on(self, column: str, holder: "Entity") -> bool:
        """Check whether the condition is on the holder's own row, whose id is in `column`."""
        return column == self.column and holder.model is self.model

    def passed(self, table: Table, role: Role) -> ColumnElement[bool]:
        """Return whether a row of `table` passes, looked up by id; `EXISTS` might compute it for all rows."""
        row = select(self.condition(role)).select_from(self.model.__table__)
        named = self.model.__table__.c.id == table.c[self.column]
        return row.where(named).correlate(table).scalar_subquery()


@dataclass(frozen=True, eq=False, kw_only=True)
class Entity:
    """Rows of `model` that are visible to viewers of a role.

    `rows` is the entity's own part of the policy. `within` is the column and the entity of the container: a
    row is visible only if its container is, and with `gate` only if the gate's row fulfils a condition.
    Global staff see all containers, unless the container is an entity that `hides_from_staff` some of its
    rows.

    `expressions` are columns that SQL computes; `filters` and `orders` are available for lists of the entity.
    The expressions of an order are never null.
    """

    model: type[Base]
    rows: Callable[[Role], ColumnElement[bool]]
    within: "tuple[str, Entity] | None" = None
    gate: Gate | None = None
    hides_from_staff: bool = False
    expressions: Mapping[str, Expression] = field(default_factory=dict)
    filters: Mapping[str, Filter] = field(default_factory=dict)
    orders: Mapping[str, tuple[Expression, ...]] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        """Table of the model."""
        return cast(Table, self.model.__table__)

    def column(self, name: str | Subtree, role: Role) -> ColumnElement[Any]:
        """Return column, expression or subtree `name` as a viewer of `role` reads it."""
        if not isinstance(name, str):
            return name.text(self, role)
        if (expression := self.expressions.get(name)) is not None:
            return cast(ColumnElement[Any], expression(role))
        return self.table.c[name]

    def is_never_null(self, name: str) -> bool:
        """Check whether the database declares that a column is not null."""
        return name not in self.expressions and not self.table.c[name].nullable

    def visible(
        self,
        role: Role,
        seen: "Entity | None" = None,
        beside: "tuple[str, Entity] | None" = None,
        passed: Gate | None = None,
    ) -> ColumnElement[bool]:
        """Return the policy as a condition.

        `seen` is a container that is known to be visible, `passed` a gate that is known to be passed.
        `beside` is a column of this entity, and the entity of the row with that id: an enclosing statement
        reads that row under its own policy.
        """
        conditions = [self.rows(role)]
        if self.within is not None:
            name, container = self.within
            is_seen = role is Role.STAFF and not container.hides_from_staff
            if not is_seen and container is not seen and beside != self.within:
                conditions.append(container.holds(self.table.c[name], role))
        if self.gate is not None and self.gate is not passed:
            is_beside = beside is not None and self.gate.is_on(*beside)
            conditions.append(self.gate.condition(role) if is_beside else self.gate.passed(self.table, role))
        return and_(*conditions)

    def holds(self, id_column: SQLColumnExpression[Any], role: Role) -> ColumnElement[bool]:
        """Return whether the row with the id in `id_column` of another table is visible."""
        row = select(func.now()).where(self.table.c.id == id_column, self.visible(role))
        return row.select_from(self.table).correlate(table_of(id_column)).exists()

    def select(self, columns: Columns, role: Role, *key: SQLColumnExpression[Any]) -> Select[Any]:
        """Return a statement that selects `key`, then `columns`, in order; it has no policy yet."""
        return select(*key, *(self.column(name, role) for name in columns)).select_from(self.table)


def table_of(column: SQLColumnExpression[Any]) -> Any:
    """Return the table of a column; for any other expression null, so that it correlates automatically."""
    return getattr(column, "table", None)


def everyone(_: Role) -> ColumnElement[bool]:
    """Policy of rows that are visible to all viewers."""
    return true()


def among(column: SQLColumnExpression[Any], values: BindParameter[Any]) -> ColumnElement[bool]:
    """Filter: whether a text column has one of several values."""
    return column == any_(cast_to(values, ARRAY(Text)))


@dataclass(frozen=True, eq=False)
class Containing:
    """Filter: whether one of several text columns contains the text, ignoring case."""

    columns: tuple[SQLColumnExpression[Any], ...]

    def __call__(self, pattern: BindParameter[Any]) -> ColumnElement[bool]:
        """Return the condition; `ILIKE` of a column is what trigram indexes serve."""
        return or_(*(column.ilike(cast_to(pattern, Text)) for column in self.columns))

    @staticmethod
    def pattern(text: str) -> str:
        """Return the value to bind for a text, whose wildcards are literal."""
        literal_text = WILDCARD.sub(r"\\\g<0>", text)
        return f"%{literal_text}%"


def one_of(column: SQLColumnExpression[Any], *values: StrEnum) -> ColumnElement[bool]:
    """Return whether a column has one of several values; the text of `IN` would vary with their number."""
    return column == any_(literal([value.value for value in values], ARRAY(Text)))


def translated(texts: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    """Return the text in the viewer's most preferred available language, else in any; null without texts."""
    wanted = func.unnest(LANGUAGES).table_valued("name", with_ordinality="place").render_derived()
    text = func.jsonb_each_text(texts).table_valued("name", "text").render_derived()
    found = select(text.c.text).select_from(text.outerjoin(wanted, wanted.c.name == func.lower(text.c.name)))
    return found.order_by(wanted.c.place.nulls_last(), text.c.name).limit(1).scalar_subquery()
