"""Arguments of one field in a plan: computed once if they contain no variable, else per request."""

from typing import Any

import strawberry
from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLSchema,
    VariableNode,
    Visitor,
    get_nullable_type,
    is_non_null_type,
    visit,
)
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.types.arguments import convert_arguments
from strawberry.utils.str_converters import to_camel_case

from graph.declaring.source import Arguments
from graph.values.scalars import FACTS
from resolvers.operations.errors import BadUserInput


class FieldArguments:
    """Arguments of a field by Python name; null for an omitted argument.

    A field that Strawberry does not define receives the values that GraphQL coerces.
    """

    def __init__(self, schema: GraphQLSchema, field: GraphQLField, node: FieldNode) -> None:
        self._schema: Any = schema
        self._field = field
        self._node = node
        self._constant = None if _has_variables(node) else self._fixed()
        self._plain = _plain_variables(field, node)

    def __call__(self, variables: VariableValues) -> Arguments:
        """Return the arguments; raise `GraphQLError` if a variable's value is invalid for its argument."""
        if self._constant is not None:
            return self._constant
        if self._plain is not None:
            values = variables.coerced
            given = {name: values.get(variable) for name, variable, _ in self._plain}
            if not any(given[name] is None for name, _, is_required in self._plain if is_required):
                return given
        return self._of(variables)

    def _fixed(self) -> Arguments | None:
        """Return arguments without variables; null if they are invalid, so that each execution reports the
        error.
        """
        try:
            return self._of(None)
        except BadUserInput:
            return None

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


def _plain_variables(field: GraphQLField, node: FieldNode) -> list[tuple[str, str, bool]] | None:
    """Return Python name, variable, and whether it is required, for each argument.

    Null if an argument is not a variable, or has a type whose values Strawberry converts.
    """
    definition = field.extensions.get("strawberry-definition")
    if definition is None:
        return None
    names = {
        each.graphql_name or to_camel_case(each.python_name): each.python_name
        for each in definition.arguments
    }
    found = []
    for each in node.arguments or ():
        declared = field.args[each.name.value]
        if not isinstance(each.value, VariableNode) or declared.default is not None:
            return None
        facts = FACTS.get(getattr(get_nullable_type(declared.type), "name", ""))
        if facts is None or facts.passes is None or each.name.value not in names:
            return None
        found.append((names[each.name.value], each.value.name.value, is_non_null_type(declared.type)))
    return found


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
