"""Kinds of attribute values and what Xikolo makes of the graph's (xikolo-core api/xikolo/endpoint/types)."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

Kind = Callable[[Any], Any]
"""From the graph's value, null among them, to the one on the wire."""


def string(value: Any) -> str | None:
    """Null stays null."""
    return value if value is None or isinstance(value, str) else str(value)


def integer(value: Any) -> int:
    """Fractions are cut off; null is 0."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def float_(value: Any) -> float:
    """Null is 0.0."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0


def boolean(value: Any) -> bool:
    """Ruby's idea of truth: everything but null and false."""
    return value is not None and value is not False


def moment(value: Any) -> str | None:
    """`2020-01-01T00:00:00.000+00:00`; null for what is no moment."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (
        (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="milliseconds")
    )


def anything(value: Any) -> Any:
    """A hash with arbitrary keys; null is an empty one."""
    return {} if value is None else value


def one_of(names: Mapping[str, str]) -> Kind:
    """An enum's value by its name on the wire."""
    return lambda value: None if value is None else names.get(value, str(value).lower())


def array(of: Kind) -> Kind:
    """Null is an empty array."""
    return lambda value: [of(each) for each in value] if isinstance(value, list) else []


def hash_(of: Mapping[str, Kind]) -> Kind:
    """Keys beyond `of` are dropped, missing ones filled; null is a hash of nulls and zeros."""

    def make(value: Any) -> dict[str, Any]:
        given = value if isinstance(value, dict) else {}
        return {key: kind(given.get(key)) for key, kind in of.items()}

    return make


SCALARS: Mapping[str, Kind] = {
    "String": string,
    "Int": integer,
    "Float": float_,
    "Boolean": boolean,
    "DateTime": moment,
    "Any": anything,
}
