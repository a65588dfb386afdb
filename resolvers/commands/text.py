"""Text and JSON that PostgreSQL can store and compare."""

import re
from typing import Any

import orjson

from resolvers.operations.errors import BadUserInput

UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def is_storable(text: str, longest: int) -> bool:
    """Check whether PostgreSQL can store the text and it has at most `longest` characters.

    JSON can contain characters that no database stores: NUL, and halves of surrogate pairs.
    """
    return len(text) <= longest and UNSTORABLE.search(text) is None


def as_text(value: str, argument: str) -> str:
    """Return `value`; raise `BadUserInput` with `argument` if PostgreSQL cannot store such text."""
    if is_storable(value, len(value)):
        return value
    raise BadUserInput(f"'{argument}' contains a character that text cannot have.")


def is_storable_json(value: Any, most_bytes: int) -> bool:
    """Check whether PostgreSQL can store it as JSON of at most `most_bytes` bytes, without spaces."""
    try:
        written = orjson.dumps(value)
    except TypeError:  # not JSON, for example halves of surrogate pairs
        return False
    return len(written) <= most_bytes and b"\\u0000" not in written


def camel_case(name: str) -> str:
    """Return a name in GraphQL's spelling."""
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))
