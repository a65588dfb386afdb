"""Selected fields, collected as in the GraphQL specification (6.3.2, CollectFields)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    NameNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    is_abstract_type,
    visit,
)

Selections = Sequence[SelectionSetNode]
CONDITIONS = ("skip", "include")


@dataclass(frozen=True)
class Collector:
    """Collects fields of one document; `conditions` has the values of variables in `@skip` and `@include`."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    conditions: Mapping[str, Any]

    def fields(self, of: GraphQLObjectType, selections: Selections) -> dict[str, list[FieldNode]]:
        """Return the nodes that select each response key, in response order."""
        found: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        for selection_set in selections:
            self._collect(of, selection_set.selections, found, seen)
        return found

    def _collect(
        self,
        of: GraphQLObjectType,
        selections: Iterable[SelectionNode],
        found: dict[str, list[FieldNode]],
        seen: set[str],
    ) -> None:
        for node in selections:
            if not self._included(node.directives or ()):
                continue
            match node:
                case FieldNode():
                    found.setdefault((node.alias or node.name).value, []).append(node)
                case InlineFragmentNode():
                    if self._applies(of, node.type_condition.name if node.type_condition else None):
                        self._collect(of, node.selection_set.selections, found, seen)
                case FragmentSpreadNode(name=NameNode(value=name)):
                    fragment = self.fragments[name]
                    if name not in seen and self._applies(of, fragment.type_condition.name):
                        seen.add(name)
                        self._collect(of, fragment.selection_set.selections, found, seen)

    def _included(self, directives: Iterable[DirectiveNode]) -> bool:
        for directive in directives:
            if directive.name.value in CONDITIONS:
                value: Any = (directive.arguments or ())[0].value
                given = self.conditions[value.name.value] if isinstance(value, VariableNode) else value.value
                if given is (directive.name.value == "skip"):
                    return False
        return True

    def _applies(self, of: GraphQLObjectType, condition: NameNode | None) -> bool:
        if condition is None or condition.value == of.name:
            return True
        named = self.schema.type_map[condition.value]
        return is_abstract_type(named) and self.schema.is_sub_type(_abstract(named), of)


def collector_of(schema: GraphQLSchema, document: DocumentNode, conditions: Mapping[str, Any]) -> Collector:
    """Return the collector of a valid document's fields for these values of variables."""
    definitions = document.definitions
    fragments = {each.name.value: each for each in definitions if isinstance(each, FragmentDefinitionNode)}
    return Collector(schema, fragments, conditions)


def _abstract(named: Any) -> GraphQLAbstractType:
    of: GraphQLAbstractType = named
    return of


class _Conditions(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        if node.name.value in CONDITIONS:
            values = [argument.value for argument in node.arguments or ()]
            self.names += [value.name.value for value in values if isinstance(value, VariableNode)]


def condition_variables(document: DocumentNode) -> tuple[str, ...]:
    """Return the names of the variables used in `@skip` and `@include`."""
    visitor = _Conditions()
    visit(document, visitor)
    return tuple(dict.fromkeys(visitor.names))
