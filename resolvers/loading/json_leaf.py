"""JSON that PostgreSQL writes for single values, in the form of the graph."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    Double,
    Float,
    Integer,
    SQLColumnExpression,
    Uuid,
    and_,
    case,
    cast,
    func,
    literal,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import Text

from resolvers.access.viewer import Role
from resolvers.loading.entity import Entity

Expression = SQLColumnExpression[Any]
Json = ColumnElement[str]

NULL = literal("null", Text)

SECONDS = 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'
MICROSECONDS = 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'
"""Formats of timestamps, as in `datetime.isoformat`; the time zone of all connections is UTC."""


class ScalarKind(StrEnum):
    """Kinds of scalars, by how PostgreSQL holds and writes them."""

    ID = "id"
    TEXT = "text"
    INTEGER = "integer"
    LONG = "long"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"
    JSON = "json"


@dataclass(frozen=True)
class Writing:
    """Expression that writes a value as JSON.

    `write` returns null for null and, unless `is_total`, for a value that has no JSON. A value that
    `holds_null` may be JSON's null, which is null in the graph, even if its column is not nullable.
    """

    write: Callable[[Expression], Json]
    is_total: bool = True
    holds_null: bool = False

    def __call__(self, value: Expression, *, nullable: bool, never_null: bool = False) -> Json:
        """Return the JSON of a value; never null, because a null that is not allowed fails the statement."""
        text = self.write(value)
        if never_null and self.is_total and not self.holds_null:
            return text
        if not nullable:
            return func.coalesce(text, func.refuse_null())
        if self.is_total:
            return func.coalesce(text, NULL)
        return func.coalesce(text, case((value.is_(None), NULL), else_=func.refuse_null()))


def concatenated(*parts: Json) -> Json:
    """Return the concatenation of texts."""
    return reduce(lambda left, right: left.concat(right), parts)


def joined(members: Mapping[str, Json]) -> Json:
    """Return a JSON object with these members."""
    parts: list[Json] = []
    for key, text in members.items():
        parts += [literal(f'{"," if parts else "{"}"{key}":', Text), text]
    return concatenated(*parts, literal("}", Text)) if parts else literal("{}", Text)


def _quoted(value: Expression) -> Json:
    return concatenated(literal('"', Text), cast(value, Text), literal('"', Text))


def _plain(value: Expression) -> Json:
    return cast(value, Text)


def _escaped(value: Expression) -> Json:
    return cast(func.to_json(value), Text)


def _json(value: Expression) -> Json:
    return func.nullif(cast(value, Text), NULL)


def _finite(value: Expression) -> Json:
    return case(
        (and_(value < cast("Infinity", Double), value > cast("-Infinity", Double)), cast(value, Text))
    )


def _moment(value: Expression) -> Json:
    form = case(
        (func.date_trunc("second", value) == value, literal(SECONDS, Text)), else_=literal(MICROSECONDS, Text)
    )
    in_range = and_(
        value >= cast("0001-01-01T00:00:00Z", DateTime(True)),
        value < cast("10000-01-01T00:00:00Z", DateTime(True)),
    )
    return case((in_range, _quoted(func.to_char(value, form))))


def _words(value: Expression) -> Json:
    return case((func.array_position(value, None).is_(None), cast(func.array_to_json(value), Text)))


def writing(kind: ScalarKind, of: Entity, column: str) -> Writing | None:
    """Return the expression for a scalar of a kind in a column; null if their types do not match."""
    match kind, of.column(column, Role.STAFF).type:
        case ScalarKind.ID, Uuid():
            return QUOTED
        case ScalarKind.ID | ScalarKind.TEXT, Text():
            return ESCAPED
        case ScalarKind.INTEGER, BigInteger():
            return None
        case ScalarKind.INTEGER | ScalarKind.LONG, Integer():
            return PLAIN
        case ScalarKind.NUMBER, Float():
            return FINITE
        case ScalarKind.BOOLEAN, Boolean():
            return PLAIN
        case ScalarKind.TIMESTAMP, DateTime():
            return MOMENT
        case ScalarKind.JSON, JSONB():
            return JSON
    return None


def writing_of_list(kind: ScalarKind, of: Entity, column: str) -> Writing | None:
    """Return the expression for a list of non-null scalars; null unless they are texts."""
    match of.column(column, Role.STAFF).type:
        case ARRAY(item_type=Text()) if kind is ScalarKind.TEXT:
            return WORDS
    return None


QUOTED, PLAIN, ESCAPED = Writing(_quoted), Writing(_plain), Writing(_escaped)
JSON = Writing(_json, holds_null=True)
FINITE, MOMENT, WORDS = (Writing(write, is_total=False) for write in (_finite, _moment, _words))


def names(table: Mapping[str, str]) -> Writing:
    """Return the expression for an enum: `table` maps the database's values to the graph's names."""

    def write(value: Expression) -> Json:
        held = cast(value, Text)
        return case(
            *((held == literal(each, Text), literal(f'"{name}"', Text)) for each, name in table.items())
        )

    return Writing(write, is_total=False)


def document(members: Mapping[str, tuple[str, ScalarKind, bool]]) -> Writing:
    """Return the expression for an object in a JSON column.

    `members` maps each response key to the name in the JSON, the kind, and whether the member is nullable.
    """

    def write(value: Expression) -> Json:
        texts = {}
        for key, (name, kind, nullable) in members.items():
            held = func.nullif(cast(value, JSONB)[name], cast("null", JSONB))
            texts[key] = Writing(IN_JSON[kind], is_total=False)(held, nullable=nullable)
        return case((func.jsonb_typeof(value) == "object", joined(texts)))

    return Writing(write, is_total=False)


def _of_type(name: str) -> Callable[[Expression], Json]:
    return lambda value: case((func.jsonb_typeof(value) == name, cast(value, Text)))


def _like(pattern: str) -> Callable[[Expression], Json]:
    return lambda value: case((cast(value, Text).regexp_match(pattern), cast(value, Text)))


IN_JSON: Mapping[ScalarKind, Callable[[Expression], Json]] = {
    **dict.fromkeys((ScalarKind.ID, ScalarKind.TEXT, ScalarKind.TIMESTAMP), _of_type("string")),
    ScalarKind.INTEGER: _like(r"^-?\d{1,9}$"),
    ScalarKind.LONG: _like(r"^-?\d{1,18}$"),
    ScalarKind.NUMBER: _of_type("number"),
    ScalarKind.BOOLEAN: _of_type("boolean"),
    ScalarKind.JSON: _plain,
}
"""Scalars that JSON columns may contain, as `graph.engine.value` reads them there."""
