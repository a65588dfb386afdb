"""Directives of REST documents, and their removal, which leaves plain GraphQL."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    FieldNode,
    GraphQLDirective,
    NameNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeInfo,
    Visitor,
    build_schema,
    is_abstract_type,
    is_specified_directive,
)


@cache
def directives() -> Mapping[str, GraphQLDirective]:
    """Return the REST directives by name."""
    alone = build_schema((Path(__file__).parent / "directives.graphql").read_text())
    return {each.name: each for each in alone.directives if not is_specified_directive(each)}


class Misplace(Visitor):
    """Drop the locations of nodes, and with them the texts and tokens; the nodes stay frozen."""

    def enter(self, node: Node, *_: Any) -> None:
        object.__setattr__(node, "loc", None)


class Strip(Visitor):
    """Leave plain GraphQL: without REST directives, with `__typename` wherever several types are possible."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info

    def enter_directive(self, node: Any, *_: Any) -> Any:
        return self.REMOVE if node.name.value in directives() else None

    def enter_field(self, node: FieldNode, *_: Any) -> Any:
        names = {each.name.value for each in node.directives or ()}
        return self.REMOVE if node.name.value == "__typename" and names & {"constant", "text"} else None

    def leave_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> OperationDefinitionNode:
        return OperationDefinitionNode(
            operation=node.operation,
            name=node.name,
            variable_definitions=node.variable_definitions,
            directives=node.directives,
            selection_set=node.selection_set,
        )

    def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> Any:
        parent = self.info.get_parent_type()
        if parent is None or not is_abstract_type(parent):
            return None
        if any(isinstance(each, FieldNode) and each.name.value == "__typename" for each in node.selections):
            return None
        name = FieldNode(
            name=NameNode(value="__typename"), alias=None, arguments=(), directives=(), selection_set=None
        )
        return SelectionSetNode(selections=(name, *node.selections))
