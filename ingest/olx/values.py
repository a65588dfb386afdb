"""Values of OLX attributes: text in XML, any JSON in `policy.json`, with the same meaning in both.

Each function accepts either and returns None for empty values and `null`; invalid values raise ValueError.
"""

import json
import re
from datetime import UTC, datetime
from typing import Any

from models.postgres.value import check_json, in_utc
from models.postgres.value import number as storable_number

# Date formats of older courses, and of updates written by Studio.
DATE_FORMATS = ("%B %d, %Y", "%b %d, %Y", "%b %d %Y", "%m/%d/%Y", "%d %B %Y")
# Largest integer that a column of the database can store.
MAX_WHOLE = 2**31 - 1
LENGTH_UNITS = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}


def text(value: Any) -> str | None:
    """Return text, without quotes if XML contains it in JSON's quotes."""
    if value is None:
        return None
    words = (value if isinstance(value, str) else json.dumps(value)).strip()
    if len(words) > 1 and words[0] == words[-1] == '"':
        try:
            words = str(read_json(words)).strip()
        except ValueError:
            return words
    return None if words in ("", "null") else words


def flag(value: Any) -> bool | None:
    """Return a boolean, in any spelling."""
    words = text(value)
    if words is None:
        return None
    if words.lower() in ("true", "yes", "1", "on"):
        return True
    if words.lower() in ("false", "no", "0", "off"):
        return False
    raise ValueError(f"{words!r} is neither true nor false")


def number(value: Any) -> float | None:
    """Return a finite number."""
    words = text(value)
    if words is None:
        return None
    return storable_number(words)


def whole(value: Any) -> int | None:
    """Return an integer between -MAX_WHOLE and MAX_WHOLE."""
    result = number(value)
    if result is None:
        return None
    if result != int(result) or abs(result) > MAX_WHOLE:
        raise ValueError(f"{value!r} is no whole number")
    return int(result)


def moment(value: Any) -> datetime | None:
    """Return a timestamp in UTC; without a time zone, the value is taken as UTC."""
    words = text(value)
    if words is None:
        return None
    result = _iso_moment(words) or _dated(words)
    if result is None:
        raise ValueError(f"{words!r} is no date")
    return in_utc(result)


def _iso_moment(words: str) -> datetime | None:
    try:
        return datetime.fromisoformat(words)
    except ValueError:
        return None


def _dated(words: str) -> datetime | None:
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(words, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def seconds(value: Any) -> float | None:
    """Return a duration in seconds from seconds, `[h:]m:s`, or words as in `1 day 12 hours`."""
    words = text(value)
    if words is None:
        return None
    length = _length(words)
    if length is None or length > MAX_WHOLE:
        raise ValueError(f"{words!r} is no length of time")
    return length


def _length(words: str) -> float | None:
    if re.fullmatch(r"\d{1,12}(\.\d+)?", words):
        return float(words)
    if clock := re.fullmatch(r"(?:(\d{1,6}):)?(\d{1,6}):(\d{1,6}(?:\.\d+)?)", words):
        return int(clock[1] or 0) * 3_600 + int(clock[2]) * 60 + float(clock[3])
    part = r"(\d{1,12}(?:\.\d+)?)\s*(day|hour|minute|second)s?"
    if re.search(r"\w", re.sub(part, "", words)):
        return None
    parts = re.findall(part, words)
    return sum(float(count) * LENGTH_UNITS[unit] for count, unit in parts) if parts else None


def listing(value: Any) -> list[Any]:
    """Return a list, empty if there is none."""
    match _json(value):
        case None:
            return []
        case list() as result:
            return result
    raise ValueError(f"{value!r} is no list")


def mapping(value: Any) -> dict[str, Any]:
    """Return named values, empty if there are none."""
    match _json(value):
        case None:
            return {}
        case dict() as result:
            return result
    raise ValueError(f"{value!r} are no named values")


def read_json(source: str | bytes) -> Any:
    """Return the value of JSON text, without characters that a database cannot store: NUL, half pairs, NaN.

    Raises ValueError.
    """
    try:
        # NaN and Infinity are not JSON, but Python reads them.
        value = json.loads(source, parse_constant=lambda name: None)
        text = json.dumps(value, ensure_ascii=False)
        clean = text.encode(errors="replace").decode().replace("\\u0000", "\N{REPLACEMENT CHARACTER}")
        value = value if clean == text else json.loads(clean)
        check_json(value)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return value


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return read_json(value) if value.strip() else None
