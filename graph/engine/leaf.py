"""Checks and conversions of leaf values in the generated code.

A value that violates the schema raises `Deviation`: the operation then runs on graphql-core, which reports
each error at its path.
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLEnumType, GraphQLScalarType


class Declined(Exception):  # noqa: N818 (an outcome, not a fault)
    """Raised if the engine does not support an operation; graphql-core runs it."""


class Deviation(Exception):  # noqa: N818 (no fault of ours)
    """Raised if the fast path cannot continue: an invalid value, or a null in a non-null field."""


TEXT = "type({v}) is str"
SCALARS: Mapping[str, tuple[str, str]] = {
    "ID": (TEXT, "{v}"),
    "String": (TEXT, "{v}"),
    "Markdown": (TEXT, "{v}"),
    "Locale": (TEXT, "{v}"),
    "URL": (TEXT, "{v}"),
    "Int": ("type({v}) is int and -2147483648 <= {v} <= 2147483647", "{v}"),
    "BigInt": ("type({v}) is int and -9223372036854775808 <= {v} <= 9223372036854775807", "{v}"),
    "Float": ("(type({v}) is float and {v} - {v} == 0.0 or type({v}) is int)", "float({v})"),
    "Boolean": ("type({v}) is bool", "{v}"),
    "DateTime": ("type({v}) is datetime", "{v}.isoformat()"),
    "JSON": ("True", "{v}"),
}
"""Condition for a valid value other than null, and its form in the response, by scalar."""

AS_TEXT: Mapping[str, tuple[str, str]] = {"DateTime": ("type({v}) is datetime", "{v}")}
"""Exceptions if orjson writes the response directly; it writes the same text."""


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
    if of.name not in SCALARS:
        raise Declined(of.name)
    return AS_TEXT.get(of.name, SCALARS[of.name]) if as_text else SCALARS[of.name]


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
