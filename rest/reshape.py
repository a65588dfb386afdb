"""Reshaping of an answer by the marks on its fields: guarded, flattened, plucked, keyed, grouped."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import get_named_type, is_enum_type

from rest.refusal import Refusal
from rest.selection import Selected, Selections, on_object


def reshape(value: dict[str, Any], on: Mapping[str, Selections]) -> None:
    """Reshape an object of the answer in place; `Refusal` (FORBIDDEN) where a guard does not hold."""
    for key, field in on_object(on, value).items():
        if field.is_reshaped and key in value:
            _reshape_field(value, key, field)


def _reshape_field(parent: dict[str, Any], key: str, field: Selected) -> None:
    value = parent[key]
    _each(value, lambda found: reshape(found, field.on))
    marks = field.marks
    if "guard" in marks:
        del parent[key]
        if not value:
            raise Refusal("FORBIDDEN")
    elif "flat" in marks:
        del parent[key]
        parent.update(nulls(field) if value is None else value)
    elif "pluck" in marks:
        name = marks["pluck"]["field"]
        parent[key] = _mapped(value, lambda found: found.get(name))
    elif "keyed" in marks:
        parent[key] = _keyed(value or (), field, **marks["keyed"])
    elif "grouped" in marks:
        groups: dict[Any, list[Any]] = {}
        for found in value or ():
            groups.setdefault(found[marks["grouped"]["by"]], []).append(found[marks["grouped"]["value"]])
        parent[key] = groups


def nulls(field: Selected) -> dict[str, None]:
    """What a flattened object leaves behind where there is none: each of its fields, null."""
    return {key: None for selections in field.reshaped.values() for key in selections}


def _keyed(values: Any, field: Selected, by: str, value: str | None = None) -> dict[str, Any]:
    (selections,) = field.on.values()
    lower = is_enum_type(get_named_type(selections[by].type))
    keyed = {}
    for found in values:
        key = found[by].lower() if lower else found[by]
        keyed[key] = found[value] if value else {name: each for name, each in found.items() if name != by}
    return keyed


def _each(value: Any, do: Callable[[dict[str, Any]], None]) -> None:
    if isinstance(value, list):
        for found in value:
            _each(found, do)
    elif isinstance(value, dict):
        do(value)


def _mapped(value: Any, make: Callable[[dict[str, Any]], Any]) -> Any:
    if isinstance(value, list):
        return [_mapped(found, make) for found in value]
    return None if value is None else make(value)
