"""How the generated code checks and converts one value that needs no further statement.

A value that is not what the schema promises raises `Deviation`: the operation is then left to graphql-core,
which knows where each error belongs.
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLEnumType, GraphQLScalarType


class Declined(Exception):  # noqa: N818 (an outcome, not a fault)
    """The engine does not do this operation; graphql-core does."""


class Deviation(Exception):  # noqa: N818 (no fault of ours)
    """Something that the fast way does not do: a wrong value, a null where none may be."""


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
"""Per scalar the condition that a value other than null is right, and its form in the response."""

AS_TEXT: Mapping[str, tuple[str, str]] = {"DateTime": ("type({v}) is datetime", "{v}")}
"""The same where the response is written at once by orjson, which has a form of its own alike ours."""


def leaf(
    of: GraphQLScalarType | GraphQLEnumType, names: dict[str, Any], *, as_text: bool = False
) -> tuple[str, str]:
    """Condition and conversion for a leaf type, as templates over `{v}`; tables it needs go into `names`."""
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
    """Converts a list, each of whose values `convert` checks and converts."""

    def converted(values: Any) -> Any:
        if type(values) is not list:
            raise Deviation
        if nullable:
            return [None if value is None else convert(value) for value in values]
        return [convert(value) for value in values]

    return converted
