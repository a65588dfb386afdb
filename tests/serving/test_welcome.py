"""Lines at the end of a start."""

import pytest

from serving.welcome import SignIn, welcome
from settings.environment import Settings

PEOPLE = [
    SignIn("learner", "ada@x.example", "a b"),
    SignIn("teacher", "t@x.example", "c"),
    SignIn("staff", "s@x.example", "d"),
]


def test_a_demo_is_introduced_in_six_short_lines() -> None:
    lines = welcome("http://127.0.0.1:8000/", PEOPLE).split("\n")
    assert lines == [
        "Scholagraph is ready at http://127.0.0.1:8000/",
        "  GraphiQL: http://127.0.0.1:8000/graphql, routes of a REST platform: http://127.0.0.1:8000/xikolo/",
        "  Learner: ada@x.example, password a b",
        "  Teacher: t@x.example, password c",
        "  Staff:   s@x.example, password d",
        "  Ctrl-C stops the server.",
    ]


def test_without_a_demo_only_the_url_is_printed() -> None:
    assert welcome("http://[::1]:80/", ()) == "Scholagraph is ready at http://[::1]:80/"


@pytest.mark.parametrize(
    ("host", "is_private"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True)]
    + [(host, False) for host in ("::", "", "10.0.0.1", "learn.example.org", "localhost.example")],
)
def test_passwords_are_printed_on_loopback_only(host: str, is_private: bool) -> None:
    assert Settings(host=host).offers_accounts is is_private
