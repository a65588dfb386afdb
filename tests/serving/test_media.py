"""Which media type an answer has, and which bodies are read."""

import pytest

from graph.http.media import GRAPHQL, JSON, MULTIPART, body_form, preferred, ranges


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("Application/JSON", JSON),
        ("application/json; charset=utf-8", JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, application/json", GRAPHQL),
        (f"application/json, {GRAPHQL}", JSON),
        (f"application/json;q=0.9,{GRAPHQL}", GRAPHQL),
        (f"{GRAPHQL};q=0.1, */*", JSON),
        (f"{GRAPHQL};q=0, */*", JSON),
        ("application/json;q=0, */*", GRAPHQL),
        ("application/json;q=0, application/*;q=0.5", GRAPHQL),
        (f"text/html, {GRAPHQL};q=0.8, application/json;q=0.7", GRAPHQL),
        ("application/graphql-response+json, application/graphql+json, application/json", GRAPHQL),
        ("application/json, text/event-stream, multipart/mixed", JSON),
        ('multipart/mixed;boundary="a, application/json";q=1, application/json;q=0.1', JSON),
        ("text/html", None),
        ("application/json;q=0", None),
        ("*/*;q=0", None),
        ("application/json; charset=utf-16", None),
        ("text/event-stream", None),
        ("x" * 5000, None),
    ],
)
def test_weights_count_and_then_the_clients_order(accept: str | None, media: str | None) -> None:
    assert preferred(accept) == media


def test_a_stream_is_chosen_by_the_same_rules() -> None:
    accept = "application/json, multipart/mixed;deferSpec=20220824;q=0.5, text/event-stream;q=0.9"
    assert preferred(accept, ("multipart/mixed", "text/event-stream")) == "text/event-stream"
    assert ranges(accept)[1].parameters == {"deferspec": "20220824"}


@pytest.mark.parametrize(
    ("content_type", "form"),
    [
        ("application/json", JSON),
        ("Application/JSON; Charset=UTF-8", JSON),
        ('application/json;charset="utf-8"', JSON),
        ("multipart/form-data; boundary=a", MULTIPART),
        ("application/json; charset=utf-16", None),
        ("application/json; charset=iso-8859-1", None),
        ("application/x-www-form-urlencoded", None),
        ("application/graphql", None),
        ("text/plain;application/json", None),
        ("", None),
    ],
)
def test_bodies_are_json_in_utf_8(content_type: str, form: str | None) -> None:
    assert body_form(content_type) == form
