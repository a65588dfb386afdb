"""Selection of an operation, by response key and with fragments merged: the shape of its result."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    get_directive_values,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
)

from graph.engine.selection import Collector

Selections = Mapping[str, "Selected"]
"""Fields by response key."""

Path = tuple[str, ...]
"""Keys that lead to an object of the response; empty for the response itself."""

OUTSIDE = frozenset({"created", "guard", "header", "next"})
"""Directives of fields that are read but are not part of the body."""

RESHAPING = OUTSIDE | {
    "absolute",
    "constant",
    "convert",
    "first",
    "flat",
    "grouped",
    "hidden",
    "ifNull",
    "in",
    "keyed",
    "lastSegment",
    "latest",
    "omitNull",
    "pluck",
    "reversed",
    "text",
    "tree",
    "word",
}
"""Directives of fields that make the response differ from the graph's result."""

NOTED = RESHAPING | {"as", "batch", "data", "required"}
"""Directives of fields that selections keep."""

TYPENAME = GraphQLField(GraphQLNonNull(GraphQLString))
"""The field `__typename`, which every object has."""

OBJECT = GraphQLScalarType("Object")
"""Type of an object that fields were put into."""


@dataclass(eq=False)
class Selected:
    """One field of a selection; `on` maps each possible object type to the selections on it."""

    node: FieldNode
    type: GraphQLOutputType
    marks: Mapping[str, Mapping[str, Any]]
    on: Mapping[str, Selections] = field(default_factory=dict)

    @property
    def is_list(self) -> bool:
        """Whether the field, before any reshaping, is a list."""
        return is_list_type(get_nullable_type(self.type))

    @property
    def shown(self) -> "Selected":
        """The field whose value is in the response here: this one, or the one plucked from it."""
        pluck = self.marks.get("pluck")
        if pluck is None:
            return self
        (selections,) = self.on.values()
        return selections[pluck["field"]].shown

    @cached_property
    def reshaped(self) -> Mapping[str, Selections]:
        """`on` after reshaping, with flattened objects replaced by their fields."""
        return {name: _reshaped(selections) for name, selections in self.shown.on.items()}

    def without(self, key: str) -> "Selected":
        """Return the same field without one of the fields below it."""
        on = {
            name: {each: field for each, field in selections.items() if each != key}
            for name, selections in self.on.items()
        }
        return replace(self, on=on)

    def of(self, value: Mapping[str, Any]) -> Selections:
        """Return the selections on `value`, an object at this field."""
        return on_object(self.on, value)


def space_of(field: Selected, space: Path) -> Path:
    """Return the path of the object that a field is put into: after `/`, from the root, else from here."""
    if (said := field.marks.get("in")) is None:
        return space
    name: str = said["object"]
    if not name:
        return space
    return tuple(name[1:].split(".")) if name.startswith("/") else (*space, *name.split("."))


def _reshaped(selections: Selections) -> Selections:
    spaces: dict[Path, dict[str, Selected]] = {(): {}}
    left_out: set[Path] = set()
    _sort(selections, (), spaces, left_out)
    for space in sorted(spaces, key=len, reverse=True):
        if space:
            found = spaces[space]
            some = next(iter(found.values()))
            is_required = space in left_out
            held = Selected(some.node, OBJECT, {"omitNull": {}} if is_required else {}, {OBJECT.name: found})
            spaces.setdefault(space[:-1], {})[space[-1]] = held
    return spaces[()]


def _sort(
    selections: Selections, space: Path, spaces: dict[Path, dict[str, Selected]], left_out: set[Path]
) -> None:
    for key, each in selections.items():
        here = space_of(each, space)
        if each.marks.get("in", {}).get("required"):
            left_out.update(here[:length] for length in range(len(space) + 1, len(here) + 1))
        if "flat" in each.marks:
            for below in each.on.values():
                _sort(below, here, spaces, left_out)
        elif not OUTSIDE & each.marks.keys() and "hidden" not in each.marks:
            own = {name: said for name, said in each.marks.items() if name != "in"}
            name = each.marks.get("in", {}).get("as") or key
            spaces.setdefault(here, {})[name] = replace(each, marks=own)


def on_object(on: Mapping[str, Selections], value: Mapping[str, Any]) -> Selections:
    """Return the selections on `value`; if several types are possible, `__typename` decides."""
    if len(on) == 1:
        return next(iter(on.values()))
    return on.get(value.get("__typename", ""), {})


def at(data: Any, way: tuple[str, ...]) -> Any:
    """Return the value at a path of keys: null below a null, `Undefined` for a missing field."""
    for key in way:
        if data is None or data is Undefined:
            return data
        data = data.get(key, Undefined)
    return data


def marked(selections: Selections, mark: str, way: Path = ()) -> Iterator[tuple[Path, Selected]]:
    """Yield the fields with a mark, and the paths to them."""
    for key, each in selections.items():
        here = (*way, key)
        if mark in each.marks:
            yield here, each
        for below in each.on.values():
            yield from marked(below, mark, here)


Words = Mapping[str, Mapping[str, str]]
"""A platform's words for enum values, by enum name."""


def selected(
    schema: GraphQLSchema,
    document: DocumentNode,
    words: Words,
    conditions: Mapping[str, Any] | None = None,
) -> Selections:
    """Return the root fields of the one operation of a valid document.

    `conditions` are the values of the variables in `@skip` and `@include`; without them, all fields count.
    """
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    (operation,) = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    root = schema.get_root_type(operation.operation)
    assert root is not None, "the document is valid"  # noqa: S101
    collector = Collector(schema, fragments, _Whatever() if conditions is None else conditions)
    return _Selector(schema, collector, words).below(root, [operation.selection_set])[root.name]


class _Whatever(dict[str, Any]):
    """Values of variables in `@skip` and `@include` that keep every field."""

    def __missing__(self, _: str) -> None:
        return None


class _Selector:
    def __init__(self, schema: GraphQLSchema, collector: Collector, words: Words) -> None:
        self.words = words
        self.schema = schema
        self.collector = collector
        self.marks = [directive for directive in schema.directives if directive.name in NOTED]

    def below(self, parent: Any, sets: list[SelectionSetNode]) -> dict[str, Selections]:
        possible = [parent] if is_object_type(parent) else self.schema.get_possible_types(parent)
        return {of.name: self.on(of, sets) for of in possible}

    def on(self, of: GraphQLObjectType, sets: list[SelectionSetNode]) -> Selections:
        nodes = self.collector.fields(of, sets)
        return {key: self.field(of, found) for key, found in nodes.items() if key != "__typename"}

    def field(self, of: GraphQLObjectType, nodes: list[FieldNode]) -> Selected:
        name = nodes[0].name.value
        definition = TYPENAME if name == "__typename" else of.fields[name]
        marks = {}
        for node in nodes:
            for directive in self.marks:
                if (values := get_directive_values(directive, node)) is not None:
                    marks[directive.name] = values
        named = get_named_type(definition.type)
        if "text" in marks:
            marks["text"]["fields"] = re.findall(r"{(\w+)}", marks["text"]["of"])
        if "word" in marks:
            assert is_enum_type(named), "only enum values have words"  # noqa: S101
            known = self.words.get(named.name, {})
            marks["word"] = {"names": {each: known.get(each, each.lower()) for each in named.values}}
        sets = [node.selection_set for node in nodes if node.selection_set]
        below = {} if is_leaf_type(named) else self.below(named, sets)
        return Selected(nodes[0], definition.type, marks, below)
