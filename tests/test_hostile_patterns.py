"""Every regular expression of the product takes time in proportion to its text."""

import re

import pytest

from tests.hostile_patterns import Use, slow_text, uses

MADE_AT_RUN_TIME = {
    "ingest/olx/responses.py",  # a pattern of a course's author, compiled to check its form
    "ingest/olx/values.py",  # `part`: two numbers and words, without a repetition that overlaps another
    "rest/route.py",  # Starlette's own pattern of a mount
    "rest/template.py",  # our own templates of paths
    "serving/landing.py",  # comments in our own pages
}


def test_each_pattern_is_linear() -> None:
    unresolved: list[str] = []
    found = {(use.pattern, use.method): use for use in uses(unresolved)}
    slow = {f"{use.place} {use.pattern.pattern!r}": slow_text(use) for use in found.values()}
    assert {place: text for place, text in slow.items() if text is not None} == {}
    assert set(unresolved) == MADE_AT_RUN_TIME
    assert len(found) > 80


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r'(?:[^,"]|"(?:[^"\\]|\\.)*")+', "findall"),
        (r"(?m)^[ \t]*([^=\r\n;]+?)[ \t]*=[ \t]*(.*?)[ \t]*\r?$", "findall"),
        (rb"""<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["'][^>]*\?>""", "match"),
        (r"\s*\n\s*", "sub"),
        (r"(?is)<h[1-6][^>]*>(.*?)</h[1-6]>", "search"),
        (r"\s*(\d+):(\d+)\s*-->\s*(\d+):(\d+)(?:\s+(.*?))?\s*", "fullmatch"),
        (r"(?:a+)+b", "fullmatch"),
        (r"(-\d+)+$", "search"),
    ],
)
def test_a_slow_pattern_is_found(pattern: str | bytes, method: str) -> None:
    assert slow_text(Use("", re.compile(pattern), method)) is not None
