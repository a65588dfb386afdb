"""Kinds of attribute values and what Xikolo makes of the graph's (xikolo-core api/xikolo/endpoint/types)."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

Kind = Callable[[Any, str], Any]
"""From the graph's value, null among them, to the one on the wire; the text is this server's origin."""


FILE = re.compile(r"(?<![\w./:-])/assets/(?=[0-9a-f]{64}/)")
"""Where a file's address without an origin begins."""


def string(value: Any, _: str = "") -> str | None:
    """Null stays null."""
    return value if value is None or isinstance(value, str) else str(value)


def url(value: Any, origin: str) -> str | None:
    """Absolute, for the apps resolve nothing."""
    return f"{origin}{value}" if isinstance(value, str) and value.startswith("/") else string(value)


def markdown(value: Any, origin: str) -> str | None:
    """Files of this server get an absolute address, as the original gives them (its `Markup#external`)."""
    return FILE.sub(lambda found: origin + found[0], value) if isinstance(value, str) else string(value)


def integer(value: Any, _: str = "") -> int:
    """Fractions are cut off; null is 0."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def float_(value: Any, _: str = "") -> float:
    """Null is 0.0."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0


def boolean(value: Any, _: str = "") -> bool:
    """Ruby's idea of truth: everything but null and false."""
    return value is not None and value is not False


def moment(value: Any, _: str = "") -> str | None:
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


def anything(value: Any, _: str = "") -> Any:
    """A hash with arbitrary keys; null is an empty one."""
    return {} if value is None else value


def one_of(names: Mapping[str, str]) -> Kind:
    """An enum's value by its name on the wire."""

    def make(value: Any, _: str = "") -> str | None:
        return None if value is None else names.get(value, str(value).lower())

    return make


def array(of: Kind) -> Kind:
    """Null is an empty array."""
    return lambda value, origin: [of(each, origin) for each in value] if isinstance(value, list) else []


def hash_(of: Mapping[str, Kind]) -> Kind:
    """Keys beyond `of` are dropped, missing ones filled; null is a hash of nulls and zeros."""

    def make(value: Any, origin: str) -> dict[str, Any]:
        given = value if isinstance(value, dict) else {}
        return {key: kind(given.get(key), origin) for key, kind in of.items()}

    return make


def answers(value: Any, _: str = "") -> dict[str, dict[str, Any]]:
    """Answers with `question`, `type`, `options` (ids) and `text` as a hash by question.

    What is in it depends on the type: ids, one id, or words (xikolo-core api/xikolo/v2/quiz/submissions.rb).
    """
    made = {}
    for each in value or ():
        kind, options = each["type"], each["options"]
        match kind:
            case "SELECT_MULTIPLE":
                data: Any = options
            case "SELECT_ONE":
                data = options[0] if options else None
            case _:
                kind, data = "ESSAY" if kind == "ESSAY" else "FREE_TEXT", each["text"]
        made[each["question"]] = {"type": kind.lower(), "data": data}
    return made


SCALARS: Mapping[str, Kind] = {
    "String": string,
    "URL": url,
    "Markdown": markdown,
    "Int": integer,
    "Float": float_,
    "Boolean": boolean,
    "DateTime": moment,
    "Any": anything,
    "Answers": answers,
}
