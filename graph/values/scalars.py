"""Custom scalars of the graph."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NewType

from graphql import GraphQLError
from strawberry import scalar
from strawberry.scalars import JSON
from strawberry.schema.types.base_scalars import DateTimeDefinition
from strawberry.schema.types.scalar import DEFAULT_SCALAR_REGISTRY
from strawberry.types.scalar import ScalarDefinition

from resolvers.commands.values import URL as URL
from resolvers.commands.values import Locale as Locale
from resolvers.commands.values import Markdown as Markdown

BigInt = NewType("BigInt", int)


def _whole(value: object) -> int:
    try:
        if not isinstance(value, bool) and isinstance(value, int | str):
            return int(value)
    except ValueError:
        pass
    raise GraphQLError("BigInt is a whole number, or its digits as a string.")


def _long(value: Any) -> int:
    """Return a whole number of a response; raise an error if it exceeds 64 bits."""
    whole = int(value)
    if not -(2**63) <= whole < 2**63:
        raise ValueError("BigInt has 64 bits.")
    return whole


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise GraphQLError("Give it as a string.")
    return value


def _moment(value: object) -> str:
    """Return a timestamp of a column, or one stored as text in JSON, as text."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _sent_moment(value: Any) -> datetime:
    """Return a timestamp from a client, in UTC: ISO 8601 allows larger offsets than PostgreSQL.

    A timestamp without an offset is in UTC.
    """
    moment: datetime = DateTimeDefinition.parse_value(value)  # type: ignore[misc]
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise GraphQLError("A timestamp must be in the years 1 to 9999 in UTC.") from error


SCALARS: dict[object, ScalarDefinition] = {
    Markdown: scalar(
        name="Markdown",
        description="Text in Markdown that may contain sanitized HTML.",
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
