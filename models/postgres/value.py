"""Values from outside: timestamps, numbers, durations, text and JSON that a column can hold.

Every door reads its values with these functions, whatever its protocol; `models.postgres.value_check` puts
the same bounds on the columns. Every function raises `InvalidValue`.
"""

import json
import math
import re
from datetime import UTC, datetime
from typing import Any

import orjson

DEEPEST = 32
"""Levels of JSON in a column below its root; responses nest it further, and their writer has a limit, too."""

LARGEST = 1e100
"""Largest number of a column, positive or negative: sums and products of such numbers stay finite."""

LONGEST_DURATION = 1e10
"""Longest duration in seconds, some 300 years."""

UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""Characters that JSON can contain and no database stores: NUL, and halves of surrogate pairs."""

TIMESTAMP = "A timestamp has a date in ISO 8601 and lies in the years 1 to 9999 in UTC."
TEXT = "A text must not contain NUL or half of a surrogate pair."
NUMBER = f"A number is finite and at most {LARGEST:g}."
DEPTH = f"JSON has at most {DEEPEST} levels."
WHOLE = "A whole number in JSON has at most 64 bits."

_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
_TOO_MANY = b"0" * 20


class InvalidValue(ValueError):  # noqa: N818 (what the value is)
    """Raised for a value that no column can hold; the message is the reason, for the client."""


def timestamp(text: object) -> datetime:
    """Return a timestamp of ISO 8601 in UTC; one without an offset is in UTC."""
    if not isinstance(text, str):
        raise InvalidValue(TIMESTAMP)
    try:
        return in_utc(datetime.fromisoformat(text))
    except ValueError as error:
        raise InvalidValue(TIMESTAMP) from error


def in_utc(moment: datetime) -> datetime:
    """Return a timestamp in UTC; one without an offset is in UTC. Offsets can leave the years of a date."""
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise InvalidValue(TIMESTAMP) from error


def number(value: object) -> float:
    """Return a number, also from its digits as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise InvalidValue(NUMBER)
    try:
        read = float(value)
    except (ValueError, OverflowError) as error:
        raise InvalidValue(NUMBER) from error
    if not abs(read) <= LARGEST:
        raise InvalidValue(NUMBER)
    return read


def duration(seconds: float) -> float:
    """Return a duration in seconds."""
    if not 0 <= seconds <= LONGEST_DURATION:
        raise InvalidValue(f"A duration has at most {LONGEST_DURATION:.0f} seconds.")
    return seconds


def text(value: str) -> str:
    """Return a text that PostgreSQL can store."""
    if UNSTORABLE.search(value) is not None:
        raise InvalidValue(TEXT)
    return value


def read_json(content: bytes | str) -> Any:
    """Return the value of a JSON text; whole numbers keep all their digits.

    orjson would round a number of more than 64 bits, and hide that it cannot be stored.
    """
    try:
        value = orjson.loads(content)
        raw = content.encode() if isinstance(content, str) else content
        return json.loads(raw) if _TOO_MANY in raw.translate(_DIGITS) else value
    except RecursionError as error:
        raise InvalidValue("JSON is nested too deeply.") from error
    except ValueError as error:
        raise InvalidValue(str(error)) from error


def check_json(value: Any, most_bytes: int | None = None) -> None:
    """Check JSON for a column: its depth, texts and numbers and, without spaces, its size in bytes."""
    level = [value]
    for _ in range(DEEPEST + 1):
        below: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                for name in each:
                    _check_leaf(name)
                below.extend(each.values())
            elif isinstance(each, list | tuple):
                below.extend(each)
            else:
                _check_leaf(each)
        if not (level := below):
            break
    else:
        raise InvalidValue(DEPTH)
    if most_bytes is not None and len(orjson.dumps(value)) > most_bytes:
        raise InvalidValue(f"The JSON exceeds {most_bytes:,} bytes.")


def write_json(value: Any) -> bytes:
    """Return a value of `read_json` as JSON text; its numbers may have more digits than orjson writes."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        pass
    try:
        return json.dumps(value, separators=(",", ":"), sort_keys=True, default=str).encode()
    except RecursionError as error:
        raise InvalidValue("JSON is nested too deeply.") from error


def _check_leaf(value: object) -> None:
    match value:
        case str():
            text(value)
        case bool() | None:
            pass
        case int() if not -(2**63) <= value < 2**64:
            raise InvalidValue(WHOLE)
        case float() if not math.isfinite(value):
            raise InvalidValue("A number in JSON is finite.")
        case int() | float():
            pass
        case _:
            raise InvalidValue("JSON has texts, numbers, true, false, null, lists and objects only.")
