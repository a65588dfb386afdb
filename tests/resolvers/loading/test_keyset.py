"""Cursors and ids: what is made is read back, and whatever else comes is refused by name."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import DateTime, Double, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from models.postgres.value import LARGEST
from resolvers.loading.keyset import as_id, decode_cursor, encode_cursor
from resolvers.operations.errors import BadUserInput

HERE = "courses TITLE"
KINDS: dict[type[Any], TypeEngine[Any]] = {
    str: Text(),
    int: Integer(),
    float: Double(),
    datetime: DateTime(timezone=True),
}
VALUES = {
    str: st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    int: st.integers(-(2**31), 2**31 - 1),
    float: st.floats(-LARGEST, LARGEST),
    datetime: st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001
}


@st.composite
def places(draw: st.DrawFn) -> tuple[list[Any], list[TypeEngine[Any]]]:
    """Values of a row's order, its id last, with their types."""
    kinds = draw(st.lists(st.sampled_from(list(KINDS)), max_size=3))
    values = [draw(VALUES[kind]) for kind in kinds]
    return [*values, str(uuid4())], [*(KINDS[kind] for kind in kinds), Uuid(as_uuid=False)]


def cursor_of(values: Any) -> str:
    """A cursor of the right list, where `values` could be what it tells."""
    told = [HERE, *values] if isinstance(values, list | tuple) else values
    return urlsafe_b64encode(orjson.dumps(told)).decode().rstrip("=")


@settings(deadline=None)
@given(places())
def test_cursor_gives_back_what_it_was_made_of(place: tuple[list[Any], list[TypeEngine[Any]]]) -> None:
    values, types = place
    assert decode_cursor(encode_cursor(HERE, values), HERE, types, "after") == values


def test_cursor_of_a_path_gives_back_its_numbers() -> None:
    values: list[Any] = [[1, 2, 30], str(uuid4())]
    types: list[TypeEngine[Any]] = [ARRAY(Integer), Uuid(as_uuid=False)]
    assert decode_cursor(encode_cursor(HERE, values), HERE, types, "after") == values


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
TYPES = st.sampled_from(
    [
        [Uuid(as_uuid=False)],
        [Text(), Uuid(as_uuid=False)],
        [Integer(), Uuid(as_uuid=False)],
        [ARRAY(Integer), Uuid(as_uuid=False)],
        [DateTime(timezone=True), Uuid(as_uuid=False)],
        [Double(), Uuid(as_uuid=False)],
    ]
)
CURSORS = JSON.map(cursor_of) | st.tuples(JSON, JSON | st.uuids().map(str)).map(cursor_of)


@settings(deadline=None)
@given(st.text() | CURSORS, TYPES)
@example(cursor_of([5]), [Uuid(as_uuid=False)])
@example(cursor_of([1e300, str(uuid4())]), [Integer(), Uuid(as_uuid=False)])
@example(cursor_of([2**40, str(uuid4())]), [Integer(), Uuid(as_uuid=False)])
@example(cursor_of([True, str(uuid4())]), [Integer(), Uuid(as_uuid=False)])
@example(cursor_of(["2026-01-01", str(uuid4())]), [DateTime(timezone=True), Uuid(as_uuid=False)])
@example(cursor_of(["a\0b", str(uuid4())]), [Text(), Uuid(as_uuid=False)])
def test_any_other_text_is_refused_by_the_arguments_name(cursor: str, types: list[TypeEngine[Any]]) -> None:
    values: list[Any] = []
    refused: BadUserInput | None = None
    try:
        values = decode_cursor(cursor, HERE, types, "before")
    except BadUserInput as error:
        refused = error
    assert all(fits(value, of) for value, of in zip(values, types, strict=refused is None))
    assert refused is None or "'before'" in str(refused)


def fits(value: Any, of: TypeEngine[Any]) -> bool:
    """Whether PostgreSQL takes `value` for a column of the type."""
    match of:
        case Uuid():
            return isinstance(value, str) and as_id(value, "id") == value
        case Integer():
            return type(value) is int and -(2**31) <= value < 2**31
        case ARRAY():
            return isinstance(value, list) and all(fits(each, Integer()) for each in value)
        case Double():
            return isinstance(value, float)
        case DateTime():
            return isinstance(value, datetime) and value.tzinfo is not None
    return isinstance(value, str) and "\0" not in value


def test_a_cursor_of_another_list_is_refused() -> None:
    cursor = encode_cursor("courses STARTS_AT", ["a", str(uuid4())])
    with pytest.raises(BadUserInput, match="'after'"):
        decode_cursor(cursor, HERE, [Text(), Uuid(as_uuid=False)], "after")


@settings(deadline=None)
@given(st.uuids())
def test_an_id_has_one_spelling(value: Any) -> None:
    for spelling in (str(value), str(value).upper(), value.hex, f"{{{value}}}", value.urn):
        assert as_id(spelling, "id") == str(value)


@pytest.mark.parametrize("value", ["", "1", "\0", "course", "0" * 31, "0" * 33, "é" * 32, "0" * 100_000])
def test_what_is_no_id_is_refused_by_the_arguments_name(value: str) -> None:
    with pytest.raises(BadUserInput, match="'courseId'"):
        as_id(value, "courseId")
