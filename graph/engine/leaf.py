"""How the generated code checks and converts one value that needs no further statement.

A value that is not what the schema promises raises `Deviation`: the operation is then left to graphql-core,
which knows where each error belongs.
"""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLEnumType, GraphQLScalarType

from graph.values.scalars import FACTS


class Declined(Exception):  # noqa: N818 (an outcome, not a fault)
    """The engine does not do this operation; graphql-core does."""


class Deviation(Exception):  # noqa: N818 (no fault of ours)
    """Something that the fast way does not do: a wrong value, a null where none may be."""


def leaf(
    of: GraphQLScalarType | GraphQLEnumType, names: dict[str, Any], *, as_text: bool = False
) -> tuple[str, str]:
    """Condition and conversion for a leaf type, as templates over `{v}`; tables it needs go into `names`."""
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
    """Converts a list, each of whose values `convert` checks and converts."""

    def converted(values: Any) -> Any:
        if type(values) is not list:
            raise Deviation
        if nullable:
            return [None if value is None else convert(value) for value in values]
        return [convert(value) for value in values]

    return converted
