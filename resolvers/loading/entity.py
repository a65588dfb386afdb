"""Entities: a table as the graph reads it, with the policy that every read of its rows carries."""

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
    select,
    true,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from models.postgres.base import Base
from resolvers.access.viewer import LANGUAGES, Role

Expression = Callable[[Role], SQLColumnExpression[Any]]
Filter = Callable[[BindParameter[Any]], ColumnElement[bool]]


class Subtree(Protocol):
    """What a statement reads beside columns by name: see `resolvers.loading.json_text`."""

    def text(self, holder: "Entity", role: Role) -> ColumnElement[str]:
        """The expression for a row of `holder`."""
        ...


Columns = tuple[str | Subtree, ...]


@dataclass(frozen=True, eq=False)
class Gate:
    """A condition on the row of `model` that `column` names; whoever passes it sees that row."""

    column: str
    model: type[Base]
    condition: Callable[[Role], ColumnElement[bool]]

    def is_on(self, column: str, holder: "Entity") -> bool:
        """Whether the row that it is a condition on is the holder's, which `column` names."""
        return column == self.column and holder.model is self.model

    def passed(self, table: Table, role: Role) -> ColumnElement[bool]:
        """Whether a row of `table` passes, looked up by id: as `EXISTS` it might be worked out for all."""
        row = select(self.condition(role)).select_from(self.model.__table__)
        named = self.model.__table__.c.id == table.c[self.column]
        return row.where(named).correlate(table).scalar_subquery()


@dataclass(frozen=True, eq=False, kw_only=True)
class Entity:
    """Rows of `model` that a viewer of a role may see.

    `rows` is the entity's own part of the policy. `within` names the column and the entity that contains
    it: its rows are seen only where the container is seen, and `gate` where that row fulfils a condition.
    Global staff see all containers, unless theirs is an entity that `hides_from_staff` some of its rows.
    `expressions` are columns that are worked out in SQL; `filters` and `orders` are what lists of it offer.
    An order's expressions are never null.
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
        """The table behind it."""
        return cast(Table, self.model.__table__)

    def column(self, name: str | Subtree, role: Role) -> ColumnElement[Any]:
        """Column, expression or subtree `name` as a viewer of `role` reads it."""
        if not isinstance(name, str):
            return name.text(self, role)
        if (expression := self.expressions.get(name)) is not None:
            return cast(ColumnElement[Any], expression(role))
        return self.table.c[name]

    def is_never_null(self, name: str) -> bool:
        """Whether the database holds that a column is not null."""
        return name not in self.expressions and not self.table.c[name].nullable

    def visible(
        self,
        role: Role,
        seen: "Entity | None" = None,
        beside: "tuple[str, Entity] | None" = None,
        passed: Gate | None = None,
    ) -> ColumnElement[bool]:
        """The policy as a condition.

        `seen` is a container that is known to be seen already, `passed` a gate that is known to be passed.
        `beside` is a column of ours, and the entity whose row that it names stands in an enclosing statement
        under its own policy.
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
        """Whether the row of this entity that `id_column` of another table names is seen."""
        row = select(func.now()).where(self.table.c.id == id_column, self.visible(role))
        return row.select_from(self.table).correlate(table_of(id_column)).exists()

    def select(self, columns: Columns, role: Role, *key: SQLColumnExpression[Any]) -> Select[Any]:
        """`key` columns first, then `columns` in their order; no policy yet."""
        return select(*key, *(self.column(name, role) for name in columns)).select_from(self.table)


def table_of(column: SQLColumnExpression[Any]) -> Any:
    """The table whose column it is; of anything else, the statement around it."""
    return getattr(column, "table", None)


def everyone(_: Role) -> ColumnElement[bool]:
    """Policy of rows that hold nothing to hide."""
    return true()


def among(column: SQLColumnExpression[Any], values: BindParameter[Any]) -> ColumnElement[bool]:
    """Filter: whether a text column holds one of several values."""
    return column == any_(cast_to(values, ARRAY(Text)))


def containing(column: SQLColumnExpression[Any], text: BindParameter[Any]) -> ColumnElement[bool]:
    """Filter: whether a text column contains the text, in any case; each of its signs stands for itself."""
    literally = func.regexp_replace(cast_to(text, Text), r"([\\%_])", r"\\\1", "g")
    return column.icontains(literally)


def one_of(column: SQLColumnExpression[Any], *values: StrEnum) -> ColumnElement[bool]:
    """Whether a column holds one of several names; as `IN` its text would change with their number."""
    return column == any_(literal([value.value for value in values], ARRAY(Text)))


def translated(texts: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    """The text in the viewer's most wanted language that there is, else in any; null where there is none."""
    wanted = func.unnest(LANGUAGES).table_valued("name", with_ordinality="place").render_derived()
    text = func.jsonb_each_text(texts).table_valued("name", "text").render_derived()
    found = select(text.c.text).select_from(text.outerjoin(wanted, wanted.c.name == func.lower(text.c.name)))
    return found.order_by(wanted.c.place.nulls_last(), text.c.name).limit(1).scalar_subquery()
