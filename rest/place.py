"""Places in a request's body: names on the way there, joined by dots."""

from collections.abc import Mapping
from typing import Any

from graphql import Undefined


class FormText(str):
    """Text in a form, which is read by the type of the variable that takes it."""

    __slots__ = ()


def at(body: Any, place: str) -> Any:
    """Value at a place in a body, `Undefined` for none; an empty place is the whole body."""
    for name in place.split(".") if place else ():
        if not isinstance(body, dict) or name not in body:
            return Undefined
        body = body[name]
    return body


def placed(places: Mapping[str, Any], body: Any) -> dict[str, Any]:
    """Object of the values at several places, without those that are not there."""
    found = {
        name: placed(place, body) if isinstance(place, dict) else at(body, place)
        for name, place in places.items()
    }
    return {name: value for name, value in found.items() if value is not Undefined}


def is_blank(body: Any, place: str) -> bool:
    """Whether the value at a place, or in an entry of a list there, is missing, empty or white space."""
    name, _, rest = place.partition(".")
    if isinstance(body, list):
        return any(is_blank(each, place) for each in body)
    value = body.get(name) if isinstance(body, dict) else None
    if rest:
        return is_blank(value, rest)
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())
