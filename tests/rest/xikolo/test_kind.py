"""Coercion of attributes (xikolo-core api/xikolo/endpoint/types)."""

from typing import Any

import pytest

from rest.xikolo.kind import (
    Kind,
    answers,
    anything,
    array,
    boolean,
    float_,
    hash_,
    integer,
    markdown,
    moment,
    one_of,
    string,
    url,
)
from rest.xikolo.resource import resources

ORIGIN = "https://learn.example.org"
FILE = f"/assets/{'0f' * 32}/a.png"
ICON: Any = resources()["course-items"].attributes["icon"]


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        (string, None, None),
        (string, "x", "x"),
        (string, 7, "7"),
        (url, None, None),
        (url, "/assets/a.png", "https://learn.example.org/assets/a.png"),
        (url, "https://cdn.example.org/a.png", "https://cdn.example.org/a.png"),
        (markdown, None, None),
        (markdown, f"![A]({FILE}) <img src='{FILE}'>", f"![A]({ORIGIN}{FILE}) <img src='{ORIGIN}{FILE}'>"),
        (markdown, f"{FILE}\n[b]: {FILE}", f"{ORIGIN}{FILE}\n[b]: {ORIGIN}{FILE}"),
        (markdown, f"https://x.org{FILE} ..{FILE} /a{FILE}", f"https://x.org{FILE} ..{FILE} /a{FILE}"),
        (markdown, "Look into /assets/ or /assets/a.png.", "Look into /assets/ or /assets/a.png."),
        (integer, None, 0),
        (integer, 93.9, 93),
        (integer, 7_000_000_000, 7_000_000_000),
        (integer, "x", 0),
        (float_, None, 0.0),
        (float_, 2, 2.0),
        (boolean, None, False),
        (boolean, False, False),
        (boolean, 0, True),
        (boolean, "", True),
        (boolean, "2020-01-01", True),
        (moment, None, None),
        (moment, "", None),
        (moment, "soon", None),
        (moment, 7, None),
        (moment, "2020-01-01T00:00:00Z", "2020-01-01T00:00:00.000+00:00"),
        (moment, "2020-01-01T01:30:00.123456+01:30", "2020-01-01T00:00:00.123+00:00"),
        (moment, "2020-01-01T00:00:00", "2020-01-01T00:00:00.000+00:00"),
        (anything, None, {}),
        (anything, {"a": [1]}, {"a": [1]}),
        (one_of({"SELF_PACED": "self-paced"}), "SELF_PACED", "self-paced"),
        (one_of({}), "ACTIVE", "active"),
        (one_of({}), None, None),
        (array(integer), None, []),
        (array(integer), [1.5, None], [1, 0]),
        (hash_({"a": integer, "b": string}), None, {"a": 0, "b": None}),
        (hash_({"a": integer, "b": string}), {"b": "x", "c": 1}, {"a": 0, "b": "x"}),
        (hash_({"a": array(url)}), {"a": ["/x"]}, {"a": ["https://learn.example.org/x"]}),
        (answers, None, {}),
    ],
)
def test_coercion(kind: Kind, value: Any, wanted: Any) -> None:
    made = kind(value, ORIGIN)
    assert (type(made), made) == (type(wanted), wanted)


@pytest.mark.parametrize(
    ("kind", "options", "text", "wanted"),
    [
        ("SELECT_ONE", ["a"], None, {"type": "select_one", "data": "a"}),
        ("SELECT_ONE", [], None, {"type": "select_one", "data": None}),
        ("SELECT_MULTIPLE", ["a", "b"], None, {"type": "select_multiple", "data": ["a", "b"]}),
        ("FREE_TEXT", [], "words", {"type": "free_text", "data": "words"}),
        ("NUMERICAL", [], "7", {"type": "free_text", "data": "7"}),
        ("ESSAY", [], "words", {"type": "essay", "data": "words"}),
    ],
)
def test_answers(kind: str, options: list[str], text: str | None, wanted: Any) -> None:
    given = {"question": "q", "type": kind, "options": options, "text": text}
    assert answers([given], ORIGIN) == {"q": wanted}


@pytest.mark.parametrize(
    ("content", "exercise", "own", "icon"),
    [
        ("quiz", "selftest", None, "quiz"),
        ("quiz", "main", "chat", "homework"),
        ("quiz", "bonus", None, "bonus_quiz"),
        ("quiz", "survey", None, "survey"),
        ("quiz", None, None, "survey"),
        ("lti_exercise", "bonus", None, "bonus_lti_exercise"),
        ("lti_exercise", "main", None, "lti_exercise"),
        ("video", None, "chat", "video"),
        ("rich_text", None, None, "rich_text"),
        ("rich_text", None, "chat", "discussion"),
        ("rich_text", None, "exercise2", "exercise"),
        ("rich_text", None, "youtube", "youtube"),
    ],
)
def test_icons_of_items(content: str, exercise: str | None, own: str | None, icon: str) -> None:
    named = ICON.kind(own, ORIGIN)
    words = {"content_type": content, "exercise_type": exercise, "icon": named}
    assert (ICON.cases.word(words) or named) == icon
