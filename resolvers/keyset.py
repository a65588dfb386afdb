"""Keyset cursors: where a page of a list ends, told by values, so that inserts do not shift it."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import DateTime, Float, Integer, Uuid
from sqlalchemy.types import TypeEngine

from resolvers.errors import BadUserInput


def encode_cursor(values: Sequence[Any]) -> str:
    """Opaque text for the values of a row's order."""
    return urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def decode_cursor(cursor: str, types: Sequence[TypeEngine[Any]], argument: str) -> list[Any]:
    """The values that `encode_cursor` was given; `BadUserInput` naming `argument` for anything else."""
    try:
        values = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_parsed(value, of) for value, of in zip(values, types, strict=True)]
    except (binascii.Error, ValueError, TypeError) as error:
        raise BadUserInput(f"The cursor given as '{argument}' is none of this list.") from error


def _parsed(value: Any, of: TypeEngine[Any]) -> Any:
    match of:
        case Uuid():
            return str(UUID(value))
        case DateTime():
            return datetime.fromisoformat(value)
        case Integer():
            return int(value)
        case Float():
            return float(value)
    if not isinstance(value, str) or "\0" in value:
        raise TypeError
    return value


def as_id(value: str, argument: str) -> str:
    """`value` as an id in its one spelling; `BadUserInput` naming `argument` where it is none."""
    try:
        return str(UUID(value))
    except ValueError as error:
        raise BadUserInput(f"'{argument}' is not an id.") from error
