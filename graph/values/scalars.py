"""Custom scalars of the graph."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NewType

from strawberry import scalar
from strawberry.scalars import JSON
from strawberry.schema.types.base_scalars import DateTimeDefinition
from strawberry.schema.types.scalar import DEFAULT_SCALAR_REGISTRY
from strawberry.types.scalar import ScalarDefinition

from models.postgres.value import InvalidValue, timestamp
from resolvers.commands.values import URL as URL
from resolvers.commands.values import Html as Html
from resolvers.commands.values import Locale as Locale
from resolvers.commands.values import Markdown as Markdown
from resolvers.loading.json_leaf import ScalarKind

BigInt = NewType("BigInt", int)

IS_TEXT = "type({v}) is str"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalarFacts:
    """Facts about a scalar: templates over `{v}`, a value other than null, and checks of it.

    `condition` is true for a valid column value, `response` is the form of the value in a response, and
    `text_response` its form if orjson writes the response directly. `json_condition` and `json_response`
    replace them for a value in a JSON column. `passes` is true for a variable's value that needs no coercion.
    """

    kind: ScalarKind
    condition: str = IS_TEXT
    response: str = "{v}"
    text_response: str | None = None
    json_condition: str | None = None
    json_response: str | None = None
    passes: Callable[[Any], bool] | None = None
    json_schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


def _is_text(value: Any) -> bool:
    return type(value) is str


FACTS: Mapping[str, ScalarFacts] = {
    "ID": ScalarFacts(kind=ScalarKind.ID, passes=_is_text),
    "String": ScalarFacts(kind=ScalarKind.TEXT, passes=_is_text),
    "Markdown": ScalarFacts(kind=ScalarKind.TEXT),
    "Html": ScalarFacts(kind=ScalarKind.TEXT),
    "Locale": ScalarFacts(kind=ScalarKind.TEXT),
    "URL": ScalarFacts(kind=ScalarKind.TEXT),
    "Int": ScalarFacts(
        kind=ScalarKind.INTEGER,
        condition="type({v}) is int and -2147483648 <= {v} <= 2147483647",
        passes=lambda value: type(value) is int and -(2**31) <= value < 2**31,
        json_schema={"type": "integer"},
    ),
    "BigInt": ScalarFacts(
        kind=ScalarKind.LONG,
        condition="type({v}) is int and -9223372036854775808 <= {v} <= 9223372036854775807",
        json_schema={"type": "integer"},
    ),
    "Float": ScalarFacts(
        kind=ScalarKind.NUMBER,
        condition="(type({v}) is float and {v} - {v} == 0.0 or type({v}) is int)",
        response="float({v})",
        json_schema={"type": "number"},
    ),
    "Boolean": ScalarFacts(
        kind=ScalarKind.BOOLEAN,
        condition="type({v}) is bool",
        passes=lambda value: type(value) is bool,
        json_schema={"type": "boolean"},
    ),
    "DateTime": ScalarFacts(
        kind=ScalarKind.TIMESTAMP,
        condition="type({v}) is datetime",
        response="{v}.isoformat()",
        text_response="{v}",
        json_condition=f"{IS_TEXT} or type({{v}}) is datetime",
        json_response="{v} if type({v}) is str else {v}.isoformat()",
        json_schema={"type": "string", "format": "date-time"},
    ),
    "JSON": ScalarFacts(kind=ScalarKind.JSON, condition="True", json_schema={}),
}
"""Facts about every scalar, by name; the engine, PostgreSQL's JSON and REST read this table only."""


def _whole(value: object) -> int:
    """Return a whole number from a client."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON has no integers of their own
    try:
        if not isinstance(value, bool) and isinstance(value, int | str) and -(2**63) <= int(value) < 2**63:
            return int(value)
    except ValueError:
        pass
    raise InvalidValue("BigInt is a whole number of at most 64 bits, or its digits as a string.")


def _long(value: Any) -> int:
    """Return a whole number of a response; raise an error if it exceeds 64 bits."""
    whole = int(value)
    if not -(2**63) <= whole < 2**63:
        raise ValueError("BigInt has 64 bits.")
    return whole


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidValue("Give it as a string.")
    return value


def _moment(value: object) -> str:
    """Return a timestamp of a column, or one stored as text in JSON, as text."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _sent_moment(value: Any) -> datetime:
    """Return a timestamp from a client, in UTC."""
    return timestamp(value)


SCALARS: dict[object, ScalarDefinition] = {
    Markdown: scalar(
        name="Markdown",
        description="Text in Markdown (CommonMark), exactly as its author wrote it; it may contain any HTML. "
        "Clients sanitize the rendered text, or show the sibling field of type `Html`.",
        serialize=str,
        parse_value=_text,
    ),
    Html: scalar(
        name="Html",
        description="Markdown rendered as HTML and sanitized: without scripts, event handlers, style sheets "
        "and forms; frames are sandboxed. URLs are absolute or relative to this server.",
        serialize=str,
        parse_value=_text,
    ),
    Locale: scalar(
        name="Locale",
        description="Language tag according to BCP 47, such as `en` or `pt-BR`.",
        serialize=str,
        parse_value=_text,
    ),
    URL: scalar(
        name="URL",
        description="URL, absolute or relative to this server.",
        serialize=str,
        parse_value=_text,
    ),
    datetime: replace(
        DateTimeDefinition,
        description="Timestamp with an offset from UTC, in ISO 8601.",
        serialize=_moment,
        parse_value=_sent_moment,
    ),
    JSON: replace(DEFAULT_SCALAR_REGISTRY[JSON], description="Any JSON value (ECMA-404)."),
    BigInt: scalar(
        name="BigInt",
        description="Integer of up to 64 bits; accepted as a number or as a string of digits.",
        serialize=_long,
        parse_value=_whole,
    ),
}
