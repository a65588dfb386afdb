"""Places in a request's body: names of nested values, joined by dots."""

from collections.abc import Mapping
from typing import Any

from graphql import Undefined


class FormText(str):
    """Text of a form field, read by the type of its variable."""

    __slots__ = ()


def at(body: Any, place: str) -> Any:
    """Return the value at a place in a body, `Undefined` if it is missing; an empty place is the body."""
    for name in place.split(".") if place else ():
        if not isinstance(body, dict) or name not in body:
            return Undefined
        body = body[name]
    return body


def placed(places: Mapping[str, Any], body: Any) -> dict[str, Any]:
    """Return an object of the values at several places; missing values are omitted."""
    found = {
        name: placed(place, body) if isinstance(place, dict) else at(body, place)
        for name, place in places.items()
    }
    return {name: value for name, value in found.items() if value is not Undefined}


def is_blank(body: Any, place: str) -> bool:
    """Check whether the value at a place, or in any entry of a list there, is missing or blank."""
    name, _, rest = place.partition(".")
    if isinstance(body, list):
        return any(is_blank(each, place) for each in body)
    value = body.get(name) if isinstance(body, dict) else None
    if rest:
        return is_blank(value, rest)
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())
