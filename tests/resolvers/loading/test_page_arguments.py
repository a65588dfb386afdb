"""What a client may give for a page, and how all else is refused."""

from base64 import urlsafe_b64encode
from typing import Any

import pytest

from models.postgres.base import new_id
from resolvers.loading.keyset import encode_cursor
from tests.conftest import Ask
from tests.world import NOW

WRONG_SPANS = [
    ({"first": -1}, "'first'"),
    ({"first": 101}, "'first'"),
    ({"last": -1}, "'last'"),
    ({"last": 101}, "'last'"),
    ({"first": 1, "last": 1}, "'first' or 'last'"),
]


@pytest.mark.parametrize(("span", "named"), WRONG_SPANS)
async def test_a_wrong_number_is_refused_by_name(ask: Ask, span: dict[str, Any], named: str) -> None:
    answer = await ask(
        "query($first: Int, $last: Int) { users(first: $first, last: $last) { totalCount } }", **span
    )
    (error,) = answer.errors
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert named in error["message"]
    assert not answer.statements


@pytest.mark.parametrize(("first", "last"), [(0, None), (100, None), (None, 0), (None, 100)])
async def test_numbers_at_the_limits_are_taken(ask: Ask, first: int | None, last: int | None) -> None:
    data = await ask.data(
        "query($first: Int, $last: Int) { users(first: $first, last: $last) { nodes { id } } }",
        first=first,
        last=last,
    )
    assert data["users"]["nodes"] == []


def bad_cursors() -> dict[str, str]:
    here, order = new_id(), "courses STARTS_AT"
    return {
        "empty": "",
        "garbage": "%%%",
        "no base64": "é",
        "no JSON": "AAAA",
        "NUL": "\0",
        "null": urlsafe_b64encode(b"null").decode(),
        "an object": urlsafe_b64encode(b'{"courses STARTS_AT": 1}').decode(),
        "deep": urlsafe_b64encode(b"[" * 300_000).decode(),
        "of another order": encode_cursor("courses TITLE", ["a", here]),
        "of another list": encode_cursor("users CREATED_AT", [NOW, here]),
        "text for a moment": encode_cursor(order, ["a\0", here]),
        "a number for a moment": encode_cursor(order, [1, here]),
        "a moment without a zone": encode_cursor(order, ["2026-01-01T00:00:00", here]),
        "a number for an id": encode_cursor(order, [NOW, 5]),
        "no id": encode_cursor(order, [NOW, "a"]),
        "too few values": encode_cursor(order, [NOW]),
        "too many values": encode_cursor(order, [NOW, here, here]),
        "huge": encode_cursor(order, ["a" * 1_000_000, here]),
    }


@pytest.mark.parametrize("argument", ["after", "before"])
@pytest.mark.parametrize("cursor", list(bad_cursors()))
async def test_a_cursor_of_no_list_is_refused_by_name(ask: Ask, cursor: str, argument: str) -> None:
    courses = f"courses(orderBy: {{field: STARTS_AT}}, {argument}: $cursor)"
    document = f"query($cursor: String) {{ {courses} {{ totalCount }} }}"
    answer = await ask(document, cursor=bad_cursors()[cursor])
    (error,) = answer.errors
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert f"'{argument}'" in error["message"]
