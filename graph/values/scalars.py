"""Scalars of the graph beyond GraphQL's own."""

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
    """A whole number that is shown: more than 64 bits are no number that answers can hold."""
    whole = int(value)
    if not -(2**63) <= whole < 2**63:
        raise ValueError("BigInt has 64 bits.")
    return whole


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise GraphQLError("Give it as a string.")
    return value


def _moment(value: object) -> str:
    """A moment of a column, or one that lies in JSON as the text it is shown as."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _sent_moment(value: Any) -> datetime:
    """A moment that a client sends, in UTC: PostgreSQL knows no zones as far from it as ISO 8601 can name.

    Without a zone it is one of UTC.
    """
    moment: datetime = DateTimeDefinition.parse_value(value)  # type: ignore[misc]
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise GraphQLError("A moment lies in the years 1 to 9999 of UTC.") from error


SCALARS: dict[object, ScalarDefinition] = {
    Markdown: scalar(
        name="Markdown",
        description="Text in Markdown, in which sanitised HTML may stand.",
        serialize=str,
        parse_value=_text,
    ),
    Locale: scalar(
        name="Locale",
        description="Language tag as of BCP 47, such as `en` or `pt-BR`.",
        serialize=str,
        parse_value=_text,
    ),
    URL: scalar(
        name="URL",
        description="Address, absolute or relative to this server.",
        serialize=str,
        parse_value=_text,
    ),
    datetime: replace(
        DateTimeDefinition,
        description="Moment with its time zone, as of ISO 8601.",
        serialize=_moment,
        parse_value=_sent_moment,
    ),
    JSON: replace(
        DEFAULT_SCALAR_REGISTRY[JSON], description="Value of any shape that JSON can hold (ECMA-404)."
    ),
    BigInt: scalar(
        name="BigInt",
        description="Whole number that may exceed 32 bits.",
        serialize=_long,
        parse_value=_whole,
    ),
}
