"""Weights of fields and usual lengths of lists, declared once: they price operations here and in routers.

An object weighs 1 and a scalar 0, unless its field declares a weight; a list counts the number in `first` or
`last`, else its usual length. The declarations are in a field's metadata, under "limits"; a subgraph prints
them as `@cost` and `@listSize` (Federation 2.9, after IBM's specification of GraphQL costs).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)

from graph.declaring.source import Action, Link, Listing, Part, Source, source_of
from graph.limits.price import FREE, Formula, Price, Size, Values
from resolvers.commands.text import camel_case
from resolvers.loading.entity import Containing
from resolvers.loading.page import DEFAULT_SIZE
from resolvers.loading.relation import USUAL, Computed, Many, Several

INTROSPECTION = {"__schema": 200, "__type": 20}
"""Total weight of introspection, which reads nothing from the database but keeps a processor busy."""


LONGEST = 12
"""Digits that are read of a number; a longer number exceeds all limits, and is no `Int`."""

CHANGE = 10
"""Usual weight of a mutation, in addition to the selected fields of its payload."""

SEARCH = 20
"""Weight of a search for a text within texts, in addition to the list's own."""

RENDERING = 2
"""Weight of a field that renders a text, which takes a processor's time instead of the database's."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Declares that a field weighs `weight`."""

    weight: int

    def __str__(self) -> str:
        return f"@cost(weight: {self.weight})"


@dataclass(frozen=True, slots=True)
class ListSize:
    """Declares that a list has `usual` objects, or the number given by an argument in `slicing`.

    `sized` names the lists of the field's object that are meant.
    """

    usual: int
    slicing: tuple[str, ...] = ()
    sized: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = [f"assumedSize: {self.usual}"]
        for name, given in (("slicingArguments", self.slicing), ("sizedFields", self.sized)):
            if given:
                parts.append(f"{name}: {json.dumps(given)}")
        return f"@listSize({', '.join(parts)}, requireOneSlicingArgument: false)"


PAGE = ListSize(DEFAULT_SIZE, ("first", "last"), ("edges", "nodes"))
"""List size of every connection."""


def implied(source: Source) -> tuple[Cost | ListSize, ...]:
    """Return the declarations that a field's source implies."""
    match source:
        case Listing():
            return (PAGE,)
        case Link(relation=(Many(usual=size) | Several(usual=size) | Computed(many=True, usual=size))):
            return (ListSize(size),)
        case Action(command=command):
            return (Cost(CHANGE if command.weight is None else command.weight),)
    return ()


@dataclass(frozen=True, slots=True)
class Weight:
    """Declarations of a field: its own price, per object for a list, and the length of its lists.

    `slicing` names the arguments that determine the length, `searches` the filters that search in texts.
    `is_entry` marks a list of a connection, whose length the connection's field determines.
    """

    price: Price
    is_list: bool
    is_entry: bool
    usual: int
    slicing: tuple[str, ...]
    searches: frozenset[str] = frozenset()

    def search(self, node: FieldNode) -> Formula:
        """Return the price of the searches in the field's filter."""
        given = next((each.value for each in node.arguments or () if each.name.value == "filter"), None)
        match given if self.searches else None:
            case VariableNode(name=name):
                return partial(self._sent, name.value)
            case ObjectValueNode(fields=fields):
                asked = [each.value for each in fields if each.name.value in self.searches]
                names = [each.name.value for each in asked if isinstance(each, VariableNode)]
                if any(not isinstance(each, NullValueNode | VariableNode) for each in asked):
                    return SEARCHED
                return partial(_any_sent, names) if names else FREE
        return FREE

    def _sent(self, name: str, values: Values) -> Price:
        given = values.get(name)
        return _any_sent(self.searches, given) if isinstance(given, Mapping) else FREE

    def size(self, node: FieldNode) -> Size:
        """Return the length of the field's list, or of the lists in its object: the longest that is asked."""
        asked = [each.value for each in node.arguments or () if each.name.value in self.slicing]
        names = [each.name.value for each in asked if isinstance(each, VariableNode)]
        constant = [length for each in asked if (length := literal_length(each)) is not None]
        if not names:
            return max(constant, default=self.usual)

        def longest(values: Values) -> int:
            given = [found for name in names if (found := sent_length(values.get(name))) is not None]
            return max([*constant, *given], default=self.usual)

        return longest


def weight_of(field: GraphQLField) -> Weight:
    """Return the weight of a field of the schema; it is computed once per field."""
    if (found := field.extensions.get("weight")) is None:
        found = field.extensions["weight"] = _read(field)
    return cast(Weight, found)


def _read(field: GraphQLField) -> Weight:
    """Return the weight as declared.

    A list without a declaration, but with a list of keys as argument, has the length of the argument.
    """
    named = get_named_type(field.type)
    nodes = int(is_composite_type(named) and not carries_a_list(named))
    own, size = _declared(field, Cost), _declared(field, ListSize)
    price = Price(nodes, nodes if own is None else own.weight)
    is_list = is_list_type(get_nullable_type(field.type))
    is_entry = is_list and isinstance(source_of(field), Part)
    if size is not None:
        return Weight(price, is_list, is_entry, size.usual, size.slicing, _searches(source_of(field)))
    keys = (name for name, each in field.args.items() if is_list_type(get_nullable_type(each.type)))
    return Weight(price, is_list, is_entry, USUAL if is_list else 1, tuple(keys) if is_list else ())


def _searches(source: Source | None) -> frozenset[str]:
    if not isinstance(source, Listing):
        return frozenset()
    filters = source.page.target.filters
    return frozenset(camel_case(name) for name, each in filters.items() if isinstance(each, Containing))


SEARCHED = Price(0, SEARCH)


def _any_sent(names: Iterable[str], values: Values) -> Price:
    return SEARCHED if any(values.get(name) is not None for name in names) else FREE


def carries_a_list(of: GraphQLNamedType) -> bool:
    """Return whether a type is only part of a connection: its objects weigh 0."""
    return (
        isinstance(of, GraphQLObjectType)
        and not of.name.startswith("_")
        and all(isinstance(source_of(field), Part) for field in of.fields.values())
    )


def _declared(field: GraphQLField, directive: type) -> Any:
    return next((each for each in _limits(field) if isinstance(each, directive)), None)


def _limits(field: Any) -> tuple[Cost | ListSize, ...]:
    definition = field.extensions.get("strawberry-definition")
    return () if definition is None else getattr(definition, "metadata", {}).get("limits", ())


def written(schema: GraphQLSchema) -> Mapping[str, str]:
    """Return the declarations in a schema, as directives by coordinate."""
    found: dict[str, str] = {}
    for of in schema.type_map.values():
        if carries_a_list(of):
            found[of.name] = str(Cost(0))
        for name, field in getattr(of, "fields", {}).items():
            if limits := _limits(field):
                found[f"{of.name}.{name}"] = " ".join(map(str, limits))
    return found


def default_of(value: ValueNode) -> Any:
    """Return what a default value counts as: a length, or an object with the names of its fields."""
    if isinstance(value, ObjectValueNode):
        asked = (each for each in value.fields if not isinstance(each.value, NullValueNode))
        return {each.name.value: True for each in asked}
    if isinstance(value, NullValueNode):
        return None
    length = literal_length(value)
    return True if length is None else length


def literal_length(value: ValueNode) -> int | None:
    """Return the number in a literal, or the length of a list literal; None if it is neither."""
    match value:
        case IntValueNode(value=digits):
            return max(int(digits[:LONGEST]), 0)
        case ListValueNode(values=values):
            return len(values)
    return None


def sent_length(value: Any) -> int | None:
    """Return the number in a variable as `Int` coerces it, or the length of a list; None if it is neither."""
    match value:
        case list():
            return len(value)
        case bool():
            return None
        case int():
            return max(value, 0)
        case float() if value.is_integer():
            return max(int(value), 0)
    return None
