"""What text a client may have kept, or ask for."""

import re
from typing import Any

import orjson

from resolvers.operations.errors import BadUserInput

UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def is_storable(text: str, longest: int) -> bool:
    """Whether PostgreSQL takes it and it has at most `longest` characters.

    JSON can carry what no database keeps: NUL, and halves of surrogate pairs.
    """
    return len(text) <= longest and UNSTORABLE.search(text) is None


def as_text(value: str, argument: str) -> str:
    """`value`; `BadUserInput` naming `argument` where no database holds such text."""
    if is_storable(value, len(value)):
        return value
    raise BadUserInput(f"'{argument}' holds a character that no text has.")


def is_storable_json(value: Any, most_bytes: int) -> bool:
    """Whether PostgreSQL takes it as JSON and it has at most `most_bytes` bytes, written without spaces."""
    try:
        written = orjson.dumps(value)
    except TypeError:  # what is no JSON, halves of surrogate pairs among it
        return False
    return len(written) <= most_bytes and b"\\u0000" not in written


def camel_case(name: str) -> str:
    """A name as clients know it."""
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))
