"""Keyset cursors: the end of a page as values of its last row, so that inserts do not shift pages."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ARRAY, BigInteger, DateTime, Float, Integer, Text, Uuid
from sqlalchemy.types import TypeEngine

from models.postgres.value import UNSTORABLE, number, timestamp
from resolvers.operations.errors import BadUserInput

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Canonical spelling of an id; matching it is ten times faster than parsing an id."""


def encode_cursor(of: str, values: Sequence[Any]) -> str:
    """Return opaque text for the sort values of a row in a list with order `of`."""
    return urlsafe_b64encode(orjson.dumps([of, *values])).decode().rstrip("=")


def decode_cursor(cursor: str, of: str, types: Sequence[TypeEngine[Any]], argument: str) -> list[Any]:
    """Return the values given to `encode_cursor`; raise `BadUserInput` with `argument` for other cursors."""
    try:
        order, *values = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if order == of:
            return [_parsed(value, type_) for value, type_ in zip(values, types, strict=True)]
    except (ValueError, TypeError):
        pass
    raise BadUserInput(f"The cursor in '{argument}' does not belong to this list.")


def _parsed(value: Any, of: TypeEngine[Any]) -> Any:
    match of, value:
        case Uuid(), str():
            return str(UUID(value))
        case DateTime(), str() if datetime.fromisoformat(value).tzinfo is not None:
            return timestamp(value)
        case Float(), float():
            return number(value)
        case Integer(), int() if not isinstance(value, bool) and _fits(value, of):
            return value
        case ARRAY(item_type=each), list():
            return [_parsed(part, each) for part in value]
        case Text(), str() if UNSTORABLE.search(value) is None:
            return value
    raise TypeError


def _fits(value: int, of: Integer) -> bool:
    largest: int = 2**63 if isinstance(of, BigInteger) else 2**31
    return -largest <= value < largest


def as_id(value: str, argument: str) -> str:
    """Return `value` as an id in canonical spelling; raise `BadUserInput` with `argument` if it is no id."""
    if ID.fullmatch(value):
        return value
    try:
        return str(UUID(value))
    except ValueError as error:
        raise BadUserInput(f"'{argument}' is not an id.") from error
