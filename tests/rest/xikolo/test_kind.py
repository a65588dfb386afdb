"""Coercion of attributes (xikolo-core api/xikolo/endpoint/types)."""

from dataclasses import replace
from typing import Any

import pytest

from rest.code import Code
from rest.jsonapi.document import Parts
from rest.jsonapi.kind import SCALARS, UNKNOWN, Array, AttributeKind, Hash, Word
from rest.reshape import Found
from rest.selection import Selected
from rest.xikolo.dialect import known

ORIGIN = "https://learn.example.org"
FILE = f"/assets/{'0f' * 32}/a.png"
TEXT = SCALARS["Markdown"]
CLOCK = SCALARS["Clock"]
ANSWERS = known().by_type["quiz-submissions"].attributes["answers"].kind
ITEMS = replace(known().by_type["course-items"], relations={}, links={})


def on_the_wire(kind: AttributeKind, value: Any, field: Selected = UNKNOWN) -> Any:
    """Return the result of the code generated for `kind`, given a value."""
    code = Code()
    body = code.function("value", "o")
    written = kind.code(body, Found("value", field, 0, nullable=True))
    return code.compiled(body.returns(written))(value, ORIGIN)


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        (SCALARS["String"], None, None),
        (SCALARS["String"], "x", "x"),
        (SCALARS["String"], 7, "7"),
        (SCALARS["URL"], None, None),
        (SCALARS["URL"], "/assets/a.png", "https://learn.example.org/assets/a.png"),
        (SCALARS["URL"], "https://cdn.example.org/a.png", "https://cdn.example.org/a.png"),
        (SCALARS["Markdown"], None, None),
        (
            SCALARS["Markdown"],
            f"![A]({FILE}) <img src='{FILE}'>",
            f"![A]({ORIGIN}{FILE}) <img src='{ORIGIN}{FILE}'>",
        ),
        (TEXT, f"{FILE}\n[b]: {FILE}", f"{ORIGIN}{FILE}\n[b]: {ORIGIN}{FILE}"),
        (
            SCALARS["Markdown"],
            f"https://x.org{FILE} ..{FILE} /a{FILE}",
            f"https://x.org{FILE} ..{FILE} /a{FILE}",
        ),
        (SCALARS["Markdown"], "Look into /assets/ or /assets/a.png.", "Look into /assets/ or /assets/a.png."),
        (SCALARS["Html"], None, None),
        (SCALARS["Html"], "<p>*Hi*</p>\n", "<p>*Hi*</p>\n"),
        (SCALARS["Html"], f'<img src="{FILE}">', f'<img src="{ORIGIN}{FILE}">'),
        (SCALARS["Int"], None, 0),
        (SCALARS["Int"], 93.9, 93),
        (SCALARS["Int"], 7_000_000_000, 7_000_000_000),
        (SCALARS["Int"], "x", 0),
        (SCALARS["Float"], None, 0.0),
        (SCALARS["Float"], 2, 2.0),
        (SCALARS["Boolean"], None, False),
        (SCALARS["Boolean"], False, False),
        (SCALARS["Boolean"], 0, True),
        (SCALARS["Boolean"], "", True),
        (SCALARS["Boolean"], "2020-01-01", True),
        (SCALARS["DateTime"], None, None),
        (SCALARS["DateTime"], "", None),
        (SCALARS["DateTime"], "soon", None),
        (SCALARS["DateTime"], 7, None),
        (SCALARS["DateTime"], "2020-01-01T00:00:00Z", "2020-01-01T00:00:00.000+00:00"),
        (SCALARS["DateTime"], "2020-01-01T01:30:00.123456+01:30", "2020-01-01T01:30:00.123+01:30"),
        (SCALARS["DateTime"], "2020-01-01T00:00:00", "2020-01-01T00:00:00.000+00:00"),
        (CLOCK, None, None),
        (CLOCK, 0, "00:00:00.000"),
        (CLOCK, 3661.0015, "01:01:01.002"),
        (CLOCK, 59.9996, "00:01:00.000"),
        (SCALARS["Any"], None, {}),
        (SCALARS["Any"], {"a": [1]}, {"a": [1]}),
        (Word({"SELF_PACED": "self-paced"}), "SELF_PACED", "self-paced"),
        (Word({}), "ACTIVE", "active"),
        (Word({}), None, None),
        (Array(SCALARS["Int"]), None, []),
        (Array(SCALARS["Int"]), [1.5, None], [1, 0]),
        (Hash({"a": SCALARS["Int"], "b": SCALARS["String"]}), None, {"a": 0, "b": None}),
        (Hash({"a": SCALARS["Int"], "b": SCALARS["String"]}), {"b": "x", "c": 1}, {"a": 0, "b": "x"}),
        (Hash({"a": Array(SCALARS["URL"])}), {"a": ["/x"]}, {"a": ["https://learn.example.org/x"]}),
        (ANSWERS, None, {}),
    ],
)
def test_coercion(kind: AttributeKind, value: Any, wanted: Any) -> None:
    made = on_the_wire(kind, value)
    assert (type(made), made) == (type(wanted), wanted)


SENT_VALUES: list[tuple[AttributeKind, Any, bool]] = [
    (SCALARS["Boolean"], True, True),
    (SCALARS["Boolean"], None, False),
    (SCALARS["Boolean"], 0, False),
    (SCALARS["Boolean"], "true", False),
    (SCALARS["String"], None, True),
    (SCALARS["String"], "x", True),
    (SCALARS["String"], 7, False),
    (SCALARS["Float"], 1, True),
    (SCALARS["Float"], True, False),
    (SCALARS["Float"], "1", False),
    (SCALARS["Int"], 1, True),
    (SCALARS["Int"], 1.5, False),
    (SCALARS["Any"], {"a": None}, True),
    (SCALARS["Any"], None, False),
    (SCALARS["Any"], [], False),
    (Hash({"a": SCALARS["String"]}), {"a": "x"}, True),
    (Hash({"a": SCALARS["String"]}), {"b": 7}, True),
    (Hash({"a": SCALARS["String"]}), {"a": 7}, False),
    (Hash({"a": SCALARS["String"]}), "x", False),
]


@pytest.mark.parametrize(("kind", "sent", "is_taken"), SENT_VALUES)
def test_what_clients_may_send(kind: AttributeKind, sent: Any, is_taken: bool) -> None:
    if is_taken:
        known = {key: value for key, value in sent.items() if key == "a"} if isinstance(sent, dict) else sent
        assert kind.read(sent) == known
    else:
        with pytest.raises(ValueError, match="is no "):
            kind.read(sent)


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
    assert on_the_wire(ANSWERS, [given]) == {"q": wanted}


def test_an_answer_to_what_is_not_told_is_not_shown() -> None:
    given = {"question": None, "type": None, "options": ["a"], "text": None}
    assert on_the_wire(ANSWERS, [given]) == {}


CHOICE = {"type": "select_multiple", "data": ["a"]}
ANSWERS_BY_VALUE: list[tuple[Any, dict[str, Any]]] = [
    (CHOICE, {"options": ["a"]}),
    ([CHOICE, {"type": "select_one", "data": "b"}], {"options": ["a", "b"]}),
    ({"type": "select_one", "data": None}, {"options": []}),
    ([], {"options": []}),
    ({"type": "free_text", "data": "words"}, {"text": "words"}),
    ([{"type": "essay", "data": "words"}], {"text": "words"}),
    ({"type": "essay"}, {"text": ""}),
]


@pytest.mark.parametrize(("sent", "part"), ANSWERS_BY_VALUE)
def test_sent_answers(sent: Any, part: dict[str, Any]) -> None:
    assert ANSWERS.read({"q": sent}) == [{"question": "q", **part}]


@pytest.mark.parametrize(
    "sent",
    [
        [],
        {"q": None},
        {"q": "a"},
        {"q": {"data": "a"}},
        {"q": {"type": "numerical", "data": "7"}},
        {"q": {"type": ["essay"], "data": "a"}},
        {"q": [CHOICE, {"type": "essay", "data": "a"}]},
        {"q": {"type": "essay", "data": ["a", "b"]}},
    ],
)
def test_answers_that_cannot_be_read(sent: Any) -> None:
    with pytest.raises(ValueError, match=r"is no object|holds "):
        ANSWERS.read(sent)


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
    found = {"content_type": content.upper(), "exercise_type": exercise and exercise.upper(), "icon": own}
    code = Code()
    body = code.function("v", "o")
    parts = Parts(
        known(), body, ITEMS, {key: Found(f"v[{key!r}]", UNKNOWN, 0, nullable=True) for key in found}
    )
    (_, (_, attributes)) = parts.members()
    assert code.compiled(body.returns(attributes))(found, ORIGIN)["icon"] == icon
