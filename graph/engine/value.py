"""Values stored in a column: lists, and objects stored as JSON (`graph.values.value`)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from graphql import (
    FieldNode,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLType,
    is_leaf_type,
    is_list_type,
)

from graph.declaring.source import Column, source_of
from graph.engine.leaf import Declined, Deviation, leaf, list_of
from graph.engine.selection import Collector
from graph.values.scalars import FACTS

Convert = Callable[[Any], Any]


def nullable(of: GraphQLType) -> tuple[Any, bool]:
    """Return the type without its non-null mark, and whether it is nullable."""
    return (of.of_type, False) if isinstance(of, GraphQLNonNull) else (of, True)


def converter(of: Any, nodes: Sequence[FieldNode], collector: Collector) -> Convert:
    """Return the converter of non-null values of a nullable type; the converter raises `Deviation` if one is
    invalid.
    """
    if is_list_type(of):
        inner, may_be_null = nullable(of.of_type)
        return list_of(converter(inner, nodes, collector), may_be_null)
    if is_leaf_type(of):
        return leaf_converter(of)
    return object_converter(of, nodes, collector)


def leaf_converter(of: Any) -> Convert:
    """Return the converter of one leaf type."""
    space: dict[str, Any] = {"Deviation": Deviation, "datetime": datetime}
    condition, expression = leaf(of, space)
    if (facts := FACTS.get(of.name)) is not None:
        condition, expression = facts.json_condition or condition, facts.json_response or expression
    condition, expression = condition.format(v="v"), expression.format(v="v")
    text = f"def convert(v):\n    if {condition}:\n        return {expression}\n    raise Deviation"
    exec(compile(text, f"<leaf {of.name}>", "exec"), space)  # noqa: S102
    convert: Convert = space["convert"]
    return convert


def object_converter(of: GraphQLObjectType, nodes: Sequence[FieldNode], collector: Collector) -> Convert:
    """Return the converter of an object stored as JSON, where a missing field is null."""
    constants: dict[str, str] = {}
    fields: list[tuple[str, str, Convert, bool]] = []
    selections = [node.selection_set for node in nodes if node.selection_set]
    for key, asked in collector.fields(of, selections).items():
        constants[key] = ""
        if asked[0].name.value == "__typename":
            constants[key] = of.name
            continue
        definition = of.fields[asked[0].name.value]
        if not isinstance(source_of(definition), Column):
            raise Declined(f"{of.name}.{asked[0].name.value}")
        inner, may_be_null = nullable(definition.type)
        name = definition.extensions["strawberry-definition"].python_name
        fields.append((key, name, converter(inner, asked, collector), may_be_null))

    def convert(values: Any) -> dict[str, Any]:
        if type(values) is not dict:
            raise Deviation
        made: dict[str, Any] = dict(constants)
        for key, name, convert_field, may_be_null in fields:
            value = values.get(name)
            if value is not None:
                made[key] = convert_field(value)
            elif may_be_null:
                made[key] = None
            else:
                raise Deviation
        return made

    return convert
