"""JSON Schema of what clients send, and of what they are sent."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLNonNull,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
)

from rest.selection import Selected

Json = dict[str, Any]

SCALARS: Mapping[str, Json] = {
    "Int": {"type": "integer"},
    "BigInt": {"type": "integer"},
    "Float": {"type": "number"},
    "Boolean": {"type": "boolean"},
    "DateTime": {"type": "string", "format": "date-time"},
    "JSON": {},
    "Object": {"type": "object"},
}
"""JSON Schema of the graph's scalars; all others are texts."""


def of_type(of: Any) -> Json:
    """JSON Schema of a value that a client sends."""
    nullable = get_nullable_type(of)
    if is_list_type(nullable):
        return {"type": "array", "items": of_type(nullable.of_type)}
    named = get_named_type(of)
    if is_enum_type(named):
        return {"type": "string", "enum": [name.lower() for name in named.values]}
    if is_input_object_type(named):
        return {"type": "object"}
    return dict(SCALARS.get(named.name, {"type": "string"}))


def of_field(field: Selected) -> Json:
    """JSON Schema of what is sent of a field, as it is reshaped."""
    if "keyed" in field.marks or "grouped" in field.marks:
        return {"type": "object"}
    shown = field.shown
    if not shown.on:
        made = of_type(shown.type)
    else:
        kinds = [
            {"type": "object", "properties": {key: of_field(each) for key, each in selections.items()}}
            for selections in field.reshaped.values()
        ]
        made = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    for level in {id(field): field, id(shown): shown}.values():
        if level.is_list and "items" not in made:
            made = {"type": "array", "items": made}
    nullable = not is_non_null_type(field.type) or not isinstance(shown.type, GraphQLNonNull)
    return {"anyOf": [made, {"type": "null"}]} if nullable and made else made
