"""Arguments of one field in a plan: worked out once where no variable is in them, else per request."""

from typing import Any

import strawberry
from graphql import FieldNode, GraphQLField, GraphQLSchema, Visitor, visit
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.types.arguments import convert_arguments

from graph.source import Arguments


class FieldArguments:
    """What a field is given, by Python name; null where an argument is not given.

    A field that is not of Strawberry's making is given what GraphQL coerces.
    """

    def __init__(self, schema: GraphQLSchema, field: GraphQLField, node: FieldNode) -> None:
        self._schema: Any = schema
        self._field = field
        self._node = node
        self._constant = None if _has_variables(node) else self._of(None)

    def __call__(self, variables: VariableValues) -> Arguments:
        """The arguments; raises `GraphQLError` where a variable's value is none for its argument."""
        return self._of(variables) if self._constant is None else self._constant

    def _of(self, variables: VariableValues | None) -> Arguments:
        if not self._field.args:
            return {}
        given = get_argument_values(self._field, self._node, variables)
        if (declared := self._field.extensions.get("strawberry-definition")) is None:
            return given
        schema = self._schema._strawberry_schema
        given = convert_arguments(
            given,
            declared.arguments,
            scalar_registry=schema.schema_converter.scalar_registry,
            config=schema.config,
        )
        return {name: None if value is strawberry.UNSET else value for name, value in given.items()}


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def enter_variable(self, *_: Any) -> None:
        self.found = True


def _has_variables(node: FieldNode) -> bool:
    visitor = _Variables()
    for argument in node.arguments or ():
        visit(argument, visitor)
    return visitor.found
