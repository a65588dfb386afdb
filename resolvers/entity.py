"""Entities: a table as the graph reads it, with the policy that every read of its rows carries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

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

from models.base import Base
from resolvers.viewer import LANGUAGES, Role

Expression = Callable[[Role], SQLColumnExpression[Any]]
Filter = Callable[[BindParameter[Any]], ColumnElement[bool]]


@dataclass(frozen=True, eq=False, kw_only=True)
class Entity:
    """Rows of `model` that a viewer of a role may see.

    `rows` is the entity's own part of the policy. `within` names the column and the entity that contains
    it: its rows are seen only where the container is seen. `expressions` are columns that are worked out
    in SQL; `filters` and `orders` are what lists of it offer. An order's expressions are never null.
    """

    model: type[Base]
    rows: Callable[[Role], ColumnElement[bool]]
    within: "tuple[str, Entity] | None" = None
    expressions: Mapping[str, Expression] = field(default_factory=dict)
    filters: Mapping[str, Filter] = field(default_factory=dict)
    orders: Mapping[str, tuple[Expression, ...]] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        """The table behind it."""
        return cast(Table, self.model.__table__)

    def has_column(self, name: str) -> bool:
        """Whether `name` is a column or an expression."""
        return name in self.expressions or name in self.table.c

    def column(self, name: str, role: Role) -> SQLColumnExpression[Any]:
        """Column or expression `name` as a viewer of `role` reads it."""
        if (expression := self.expressions.get(name)) is not None:
            return expression(role)
        return self.table.c[name]

    def visible(self, role: Role, seen: "Entity | None" = None) -> ColumnElement[bool]:
        """The policy as a condition; `seen` is a container that is known to be seen already."""
        if self.within is None or self.within[1] is seen or role is Role.STAFF:
            return self.rows(role)
        name, container = self.within
        return and_(self.rows(role), container.holds(self.table.c[name], role))

    def holds(self, id_column: SQLColumnExpression[Any], role: Role) -> ColumnElement[bool]:
        """Whether the row of this entity that `id_column` of another table names is seen."""
        row = select(func.now()).where(self.table.c.id == id_column, self.visible(role))
        return row.select_from(self.table).correlate(table_of(id_column)).exists()

    def select(self, columns: tuple[str, ...], role: Role, *key: SQLColumnExpression[Any]) -> Select[Any]:
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
