"""What an operation selects, by response key and with fragments merged: the shape of its answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    get_directive_values,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
)

Selections = Mapping[str, "Selected"]
"""Fields by response key."""

RESHAPING = ("guard", "flat", "pluck", "keyed", "grouped")


@dataclass(eq=False)
class Selected:
    """One field of a selection; `on` holds, per object type that may stand there, what is selected of it."""

    node: FieldNode
    type: GraphQLOutputType
    marks: Mapping[str, Mapping[str, Any]]
    on: Mapping[str, Selections] = field(default_factory=dict)

    @property
    def is_list(self) -> bool:
        """Whether the field, before any reshaping, is a list."""
        return is_list_type(get_nullable_type(self.type))

    @cached_property
    def is_reshaped(self) -> bool:
        """Whether the field or one below it is marked for reshaping."""
        below = (child for selections in self.on.values() for child in selections.values())
        return any(name in self.marks for name in RESHAPING) or any(child.is_reshaped for child in below)

    @property
    def shown(self) -> "Selected":
        """The field whose value the answer holds here: this one, or the one plucked from it."""
        pluck = self.marks.get("pluck")
        if pluck is None:
            return self
        (selections,) = self.on.values()
        return selections[pluck["field"]].shown

    @cached_property
    def reshaped(self) -> Mapping[str, Selections]:
        """`on` after reshaping: without guards, with the fields of flattened objects in their place."""
        return {name: _reshaped(selections) for name, selections in self.shown.on.items()}

    def of(self, value: Mapping[str, Any]) -> Selections:
        """What there is, after reshaping, of `value`, an object at this field."""
        return on_object(self.reshaped, value)


def _reshaped(selections: Selections) -> Selections:
    found: dict[str, Selected] = {}
    for key, each in selections.items():
        if "flat" in each.marks:
            for below in each.on.values():
                found.update(_reshaped(below))
        elif "guard" not in each.marks:
            found[key] = each
    return found


def on_object(on: Mapping[str, Selections], value: Mapping[str, Any]) -> Selections:
    """The selections that hold for `value`; where several types may stand, `__typename` says which it is."""
    if len(on) == 1:
        return next(iter(on.values()))
    return on.get(value.get("__typename", ""), {})


def at(data: Any, way: tuple[str, ...]) -> Any:
    """What stands at the end of a way of keys: null below a null, `Undefined` for a field left out."""
    for key in way:
        if data is None or data is Undefined:
            return data
        data = data.get(key, Undefined)
    return data


def selected(schema: GraphQLSchema, document: DocumentNode) -> Selections:
    """Root fields of the one operation of a valid document."""
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    (operation,) = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    root = schema.get_root_type(operation.operation)
    assert root is not None, "the document is valid"  # noqa: S101
    return _Selector(schema, fragments).below(root, [operation.selection_set])[root.name]


class _Selector:
    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self.schema = schema
        self.fragments = fragments
        self.marks = [directive for directive in schema.directives if directive.name in {*RESHAPING, "data"}]

    def below(self, parent: Any, sets: list[SelectionSetNode]) -> dict[str, Selections]:
        possible = [parent] if is_object_type(parent) else self.schema.get_possible_types(parent)
        return {of.name: self.on(of, sets) for of in possible}

    def on(self, of: GraphQLObjectType, sets: list[SelectionSetNode]) -> Selections:
        nodes: dict[str, list[FieldNode]] = {}
        for selection_set in sets:
            self.collect(of, selection_set, nodes)
        return {key: self.field(of, found) for key, found in nodes.items()}

    def field(self, of: GraphQLObjectType, nodes: list[FieldNode]) -> Selected:
        definition = of.fields[nodes[0].name.value]
        marks = {}
        for node in nodes:
            for directive in self.marks:
                if (values := get_directive_values(directive, node)) is not None:
                    marks[directive.name] = values
        named = get_named_type(definition.type)
        sets = [node.selection_set for node in nodes if node.selection_set]
        below = {} if is_leaf_type(named) else self.below(named, sets)
        return Selected(nodes[0], definition.type, marks, below)

    def collect(
        self, of: GraphQLObjectType, selection_set: SelectionSetNode, nodes: dict[str, list[FieldNode]]
    ) -> None:
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                if node.name.value != "__typename":
                    key = node.alias.value if node.alias else node.name.value
                    nodes.setdefault(key, []).append(node)
                continue
            inner: Any = self.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            condition = inner.type_condition
            if condition is None or self.applies(condition.name.value, of):
                self.collect(of, inner.selection_set, nodes)

    def applies(self, condition: str, of: GraphQLObjectType) -> bool:
        on = self.schema.type_map[condition]
        return on is of or (is_abstract_type(on) and self.schema.is_sub_type(on, of))
