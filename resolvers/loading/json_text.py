"""JSON that PostgreSQL writes: a subtree of a response as one text column of its parent's row.

A `Nested` is one of the columns of a statement. It becomes a correlated subquery that finds the rows of a
relation, under the same policies, and writes them as JSON. A value that is invalid in the graph (a null in a
non-null field, a number that JSON does not have) makes the statement fail in `refuse_null()`; the operation
then runs on the fallback.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, any_, case, cast, func, literal, literal_column, select
from sqlalchemy.types import Text

from resolvers.access.viewer import Role
from resolvers.loading.entity import Entity, Gate
from resolvers.loading.json_leaf import NULL, Json, Writing, concatenated, joined
from resolvers.loading.relation import Aspect, Choice, Many, One, Several

Inlined = Aspect | One | Many | Several | Choice


class Member(ABC):
    """One value in an object; `depth` is the number of levels below it."""

    depth = 0

    @abstractmethod
    def text(self, holder: Entity, role: Role) -> Json:
        """Return its JSON for a row of `holder`; never null."""


@dataclass(frozen=True, eq=False)
class Constant(Member):
    """The same text in every object, such as the name of its type."""

    value: str

    def text(self, holder: Entity, role: Role) -> Json:
        return literal(f'"{self.value}"', Text)


@dataclass(frozen=True, eq=False)
class Leaf(Member):
    """Value of a column."""

    column: str
    writing: Writing
    nullable: bool

    def text(self, holder: Entity, role: Role) -> Json:
        value = holder.column(self.column, role)
        if self.column in holder.expressions and not self.writing.is_total:
            return self._worked_out_once(value, holder)
        return self.writing(value, nullable=self.nullable, never_null=holder.is_never_null(self.column))

    def _worked_out_once(self, value: SQLColumnExpression[Any], holder: Entity) -> Json:
        once = (
            select(value.label("value")).correlate(holder.table).offset(literal_column("0")).subquery("once")
        )
        return select(self.writing(once.c.value, nullable=self.nullable)).scalar_subquery()


@dataclass(frozen=True, eq=False)
class Written:
    """Object for a row of `of`."""

    of: Entity
    members: Mapping[str, Member]

    def text(self, role: Role) -> Json:
        """Return its JSON."""
        return joined({key: member.text(self.of, role) for key, member in self.members.items()})


@dataclass(frozen=True, eq=False)
class Nested(Member):
    """Result of a relation: an object or a list, by name of the choice (`""` unless there are choices)."""

    relation: Inlined
    objects: Mapping[str, Written]
    nullable: bool

    @cached_property
    def depth(self) -> int:  # type: ignore[override]
        """Number of levels, including its own."""
        below = (member.depth for each in self.objects.values() for member in each.members.values())
        return 1 + max(below, default=0)

    def text(self, holder: Entity, role: Role) -> Json:
        """Return the subquery, as a column of a statement that reads `holder`."""
        relation = self.relation
        keys = [holder.column(name, role) for name in relation.needs]
        match relation:
            case Many():
                return _list(
                    self.objects[""], _of_many(relation, holder, keys[0], role), relation.order, role
                )
            case Several(target=target):
                named = target.table.c.id == any_(keys[0])
                rows = _rows(target, holder).where(named, target.visible(role))
                return _list(self.objects[""], rows, relation.order, role)
            case Choice(targets=targets):
                gate = _shared_gate(targets.values(), holder)
                chosen = (
                    (
                        cast(keys[0], Text) == literal(name, Text),
                        _one(targets[name], each, holder, keys[1], role, passed=gate),
                    )
                    for name, each in self.objects.items()
                )
                text: Json = case(*chosen)
                if gate is not None:
                    text = case((gate.condition(role), text))
            case Aspect(target=target):
                text = case((target.visible(role), self.objects[""].text(role)))
            case One():
                text = _one(relation, self.objects[""], holder, keys[0], role)
        return func.coalesce(text, NULL if self.nullable else func.refuse_null())


def _rows(target: Entity, holder: Entity) -> Select[Any]:
    """Return rows of `target` in a subquery of a statement that reads `holder`."""
    return select().select_from(target.table).correlate(holder.table)


def _shared_gate(choices: Collection[One], holder: Entity) -> Gate | None:
    """Return the gate on the holder's row that all choices share; it is checked once, before any choice."""
    gates = {one.target.gate for one in choices}
    (gate, *others) = gates
    is_shared = gate is not None and not others and all(gate.is_on(one.by, holder) for one in choices)
    return gate if is_shared else None


def _one(
    one: One,
    written: Written,
    holder: Entity,
    key: SQLColumnExpression[Any],
    role: Role,
    passed: Gate | None = None,
) -> Json:
    target = one.target
    named = target.table.c[one.by] == key
    visible = target.visible(role, beside=(one.by, holder), passed=passed)
    row = _rows(target, holder).where(named, visible)
    row = row.add_columns(written.text(role))
    if one.only is not None:
        row = row.where(one.only)
    if one.newest is not None:
        row = row.order_by(*one.latest(role)).limit(1)
    return row.scalar_subquery()


def _of_many(many: Many, holder: Entity, key: SQLColumnExpression[Any], role: Role) -> Select[Any]:
    target = many.target
    rows = _rows(target, holder).where(target.visible(role, many.of, beside=(many.by, holder)))
    if many.through is not None:
        association = many.through.__table__
        rows = rows.where(association.c[many.by] == key, association.c[many.names] == target.table.c.id)
    else:
        rows = rows.where(target.table.c[many.by] == key)
    return rows if many.only is None else rows.where(many.only)


def _list(written: Written, rows: Select[Any], order: tuple[str, ...], role: Role) -> Json:
    """Return the rows as a JSON array; sorted before aggregation, so an index in this order avoids a sort."""
    sorted_rows = rows.order_by(*(written.of.column(name, role) for name in order))
    texts = sorted_rows.add_columns(written.text(role).label("text")).subquery()
    whole = select(func.coalesce(func.string_agg(texts.c.text, literal(",", Text)), literal("", Text)))
    return concatenated(literal("[", Text), whole.scalar_subquery(), literal("]", Text))
