"""Variables of an operation: values of plain scalars are used as they are, all others are coerced."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from graphql import GraphQLError, GraphQLSchema, VariableDefinitionNode, print_ast
from graphql.execution.values import VariableValues, get_variable_values

from graph.values.scalars import FACTS

NOTHING = VariableValues({}, {})


class Variables:
    """Variables that an operation declares."""

    def __init__(self, schema: GraphQLSchema, definitions: Collection[VariableDefinitionNode]) -> None:
        self._schema = schema
        self._definitions = definitions
        self._plain: list[tuple[str, Callable[[Any], bool], bool]] | None = []
        for each in definitions:
            of = print_ast(each.type)
            facts = FACTS.get(of.rstrip("!"))
            is_plain = facts.passes if facts is not None else None
            if is_plain is None or each.default_value is not None:
                self._plain = None
                break
            self._plain.append((each.variable.name.value, is_plain, of.endswith("!")))

    def __call__(self, given: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """Return the values, or their errors (GraphQL specification, 6.1.2)."""
        if not self._definitions:
            return NOTHING
        if self._plain is not None and (values := _taken(self._plain, given)) is not None:
            return VariableValues({}, values)
        return get_variable_values(self._schema, self._definitions, dict(given))


def _taken(
    plain: list[tuple[str, Callable[[Any], bool], bool]], given: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return the values if none needs coercion, else null."""
    values = {}
    for name, is_plain, is_required in plain:
        if name not in given and not is_required:
            continue
        value = given.get(name)
        if (value is None and is_required) or (value is not None and not is_plain(value)):
            return None
        values[name] = value
    return values
