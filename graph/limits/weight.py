"""Weights of fields and usual lengths of lists, declared once: they price operations here and in routers.

An object weighs 1 and a scalar nothing, unless its field says otherwise; a list counts what `first` or `last`
asks for, else its usual length. The declarations lie in a field's metadata, under "limits"; a subgraph prints
them as `@cost` and `@listSize` (Federation 2.9, after IBM's specification of GraphQL costs).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)

from graph.declaring.source import Action, Link, Listing, Part, Source, source_of
from graph.limits.price import Price, Size, Values
from resolvers.loading.page import DEFAULT_SIZE
from resolvers.loading.relation import USUAL, Computed, Many, Several

INTROSPECTION = {"__schema": 200, "__type": 20}
"""What introspection weighs in all, which reads nothing but keeps a processor busy."""


LONGEST = 12
"""Digits that are read of a number; so long ones are beyond all limits, and no `Int`."""

CHANGE = 10
"""What a mutation weighs, beside what its payload asks for."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Declares that a field weighs `weight`."""

    weight: int

    def __str__(self) -> str:
        return f"@cost(weight: {self.weight})"


@dataclass(frozen=True, slots=True)
class ListSize:
    """Declares that a list has `usual` objects, or as many as an argument of `slicing` says.

    `sized` names the lists that are meant, where they are fields of what a field finds.
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
"""What a connection declares."""


def implied(source: Source) -> tuple[Cost | ListSize, ...]:
    """What goes without saying for a field, by where its value comes from."""
    match source:
        case Listing():
            return (PAGE,)
        case Link(relation=(Many(usual=size) | Several(usual=size) | Computed(many=True, usual=size))):
            return (ListSize(size),)
        case Action():
            return (Cost(CHANGE),)
    return ()


@dataclass(frozen=True, slots=True)
class Weight:
    """What is declared of a field: its own price, per object where it is a list, and how long its lists are.

    `slicing` names the arguments that say so. The lists of a connection are as long as its own field says:
    `is_entry` tells that it is one of those.
    """

    price: Price
    is_list: bool
    is_entry: bool
    usual: int
    slicing: tuple[str, ...]

    def size(self, node: FieldNode) -> Size:
        """How long the list is that a field asks for, or the lists in what it finds."""
        usual = self.usual
        for argument in node.arguments or ():
            if argument.name.value in self.slicing and (asked := _length(argument.value, usual)) is not None:
                return asked
        return usual


def weight_of(field: GraphQLField) -> Weight:
    """What is declared of a field of the schema; worked out once for each."""
    if (found := field.extensions.get("weight")) is None:
        found = field.extensions["weight"] = _read(field)
    return cast(Weight, found)


def _read(field: GraphQLField) -> Weight:
    """The weight as declared.

    A list of which nothing is declared, but that is asked for by a list of keys, is as long as those.
    """
    named = get_named_type(field.type)
    nodes = int(is_composite_type(named) and not carries_a_list(named))
    own, size = _declared(field, Cost), _declared(field, ListSize)
    price = Price(nodes, nodes if own is None else own.weight)
    is_list = is_list_type(get_nullable_type(field.type))
    is_entry = is_list and isinstance(source_of(field), Part)
    if size is not None:
        return Weight(price, is_list, is_entry, size.usual, size.slicing)
    keys = (name for name, each in field.args.items() if is_list_type(get_nullable_type(each.type)))
    return Weight(price, is_list, is_entry, USUAL if is_list else 1, tuple(keys) if is_list else ())


def carries_a_list(of: GraphQLNamedType) -> bool:
    """Whether objects of a type are but part of what carries a list: they weigh nothing."""
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
    """What is declared in a schema, as directives by the coordinate of what has them."""
    found: dict[str, str] = {}
    for of in schema.type_map.values():
        if carries_a_list(of):
            found[of.name] = str(Cost(0))
        for name, field in getattr(of, "fields", {}).items():
            if limits := _limits(field):
                found[f"{of.name}.{name}"] = " ".join(map(str, limits))
    return found


def _length(value: ValueNode, usual: int) -> Size | None:
    match value:
        case VariableNode():
            return _of_variable(value.name.value, usual)
        case _:
            return literal_length(value)


def literal_length(value: ValueNode) -> int | None:
    """The number that a literal says, or how many keys it lists; nothing for any other."""
    match value:
        case IntValueNode(value=digits):
            return max(int(digits[:LONGEST]), 0)
        case ListValueNode(values=values):
            return len(values)
    return None


def _of_variable(name: str, usual: int) -> Callable[[Values], int]:
    def size(values: Values) -> int:
        given = values.get(name)
        if isinstance(given, list):
            return len(given)
        return max(given, 0) if isinstance(given, int) else usual

    return size
