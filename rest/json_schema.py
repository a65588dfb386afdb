"""JSON Schemas of request bodies and responses."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLNonNull,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
)

from graph.values.scalars import FACTS
from rest.selection import Selected
from rest.variable import FromBody, FromFile, FromRaw, Variable

if TYPE_CHECKING:
    from rest.operation import Operation

Json = dict[str, Any]

OF_DOCUMENTS: Mapping[str, Json] = {"Object": {"type": "object"}}
"""JSON Schemas of scalars that only REST documents have; `graph.values.scalars` has the others."""


def of_type(of: Any) -> Json:
    """Return the JSON Schema of a value that a client sends."""
    nullable = get_nullable_type(of)
    if is_list_type(nullable):
        return {"type": "array", "items": of_type(nullable.of_type)}
    named = get_named_type(of)
    if is_enum_type(named):
        return {"type": "string", "enum": [name.lower() for name in named.values]}
    if is_input_object_type(named):
        return {"type": "object"}
    facts = FACTS.get(named.name)
    return dict(OF_DOCUMENTS.get(named.name, {"type": "string"}) if facts is None else facts.json_schema)


def body_schema(operation: "Operation") -> Any:
    """Return the JSON Schema of the values that an operation reads from the body; null if it reads none."""
    made: dict[str, Any] = {}
    for variable in operation.variables:
        for source in variable.source.all:
            if isinstance(source, FromRaw):
                return {"type": "string", "format": "binary"}
            if not isinstance(source, FromBody | FromFile):
                continue
            *way, last = source.name.split(".")
            place = made
            for name in (*way, last):
                place.setdefault("type", "object")
                place = place.setdefault("properties", {}).setdefault(name, {})
            place.update(_sent(variable, source))
            if variable.is_required and not way:
                made.setdefault("required", []).append(last)
    return made or None


def _sent(variable: Variable, source: FromBody | FromFile) -> Json:
    if isinstance(source, FromFile):
        return {"type": "string", "format": "binary"}
    if source.words is not None or source.ignored:
        return {"type": "string"}
    if source.each is not None:
        return {"type": "array", "items": {"type": "object"}}
    return of_type(variable.type)


def of_field(field: Selected) -> Json:
    """Return the JSON Schema of a field's value in the response, after reshaping."""
    made = _of_value(field)
    said = field.marks.get("ifNull", {})
    shown = field.shown
    is_nullable = not is_non_null_type(field.type) or not isinstance(shown.type, GraphQLNonNull)
    is_nullable = is_nullable or ("first" in field.marks and "required" not in field.marks)
    if not made or not is_nullable or "omitNull" in field.marks or said.get("value") is not None:
        return made
    return {"anyOf": [made, {"type": "null"}]}


def _of_value(field: Selected) -> Json:
    marks = field.marks
    if "keyed" in marks or "grouped" in marks:
        return {"type": "object"}
    if "tree" in marks:
        return {"type": "array", "items": {"type": "object"}}
    if "constant" in marks:
        return {"const": marks["constant"].get("value")}
    if "text" in marks:
        return {"type": "string"}
    shown = field.shown
    if "word" in shown.marks:
        made: Json = {"type": "string", "enum": list(dict.fromkeys(shown.marks["word"]["names"].values()))}
        if isinstance(marks.get("ifNull", {}).get("value"), str):
            made["enum"] = list(dict.fromkeys([*made["enum"], marks["ifNull"]["value"]]))
    elif "convert" in shown.marks:
        made = {}
    elif not shown.on:
        of: Any = get_nullable_type(shown.type)
        made = of_type(of.of_type if "first" in shown.marks else of)
    else:
        kinds = [_object(selections) for selections in field.reshaped.values()]
        made = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    for level in {id(field): field, id(shown): shown}.values():
        if level.is_list and "first" not in level.marks and made.get("type") != "array":
            made = {"type": "array", "items": made}
    return made


def _object(selections: Mapping[str, Selected]) -> Json:
    return {"type": "object", "properties": {key: of_field(each) for key, each in selections.items()}}
