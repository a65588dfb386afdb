"""Checks and conversions of leaf values in the generated code.

A value that violates the schema raises `Deviation`: the operation then runs on graphql-core, which reports
each error at its path.
"""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLEnumType, GraphQLScalarType

from graph.values.scalars import FACTS


class Declined(Exception):  # noqa: N818 (an outcome, not a fault)
    """Raised if the engine does not support an operation; graphql-core runs it."""


class Deviation(Exception):  # noqa: N818 (no fault of ours)
    """Raised if the fast path cannot continue: an invalid value, or a null in a non-null field."""


def leaf(
    of: GraphQLScalarType | GraphQLEnumType, names: dict[str, Any], *, as_text: bool = False
) -> tuple[str, str]:
    """Return condition and conversion for a leaf type, as templates over `{v}`; `names` receives their
    tables.
    """
    if isinstance(of, GraphQLEnumType):
        table = f"names_{of.name}"
        names[table] = {_plain(value.value): name for name, value in of.values.items()}
        return f"{{v}} in {table}", f"{table}[{{v}}]"
    if (facts := FACTS.get(of.name)) is None:
        raise Declined(of.name)
    return facts.condition, (as_text and facts.text_response) or facts.response


def _plain(value: Any) -> Any:
    return getattr(value, "value", value)


def list_of(convert: Callable[[Any], Any], nullable: bool) -> Callable[[Any], Any]:
    """Return the converter of a list; `convert` checks and converts each value."""

    def converted(values: Any) -> Any:
        if type(values) is not list:
            raise Deviation
        if nullable:
            return [None if value is None else convert(value) for value in values]
        return [convert(value) for value in values]

    return converted
