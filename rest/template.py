"""Path templates: segments with parameters, and the forms that a parameter may have.

`{name}` is one segment without a slash. `{name:form}` has a form of `FORMS`, or is one of several words, as
in `{version:v1|v2}`. A segment may hold several parameters with text between them, as in
`{longitude},{latitude}`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

PARAMETER = re.compile(r"{(\w+)(?::([^{}]+))?}")

FORMS: Mapping[str, str] = {
    "number": r"\d{1,19}",
    "uuid": r"[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}",
    "name": r"[\w .@_+-]+",
    "key": r".+",
    "path": r".+",
}
"""Regular expressions of forms.

A `key` may contain `+ : @ % ~`; a space there is a plus. A `path` may contain slashes.
"""

ANY = r".+"
"""Any text of one segment; it may contain a decoded slash."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of a template: a word, or a pattern whose groups are parameters."""

    word: str
    pattern: re.Pattern[str] | None
    forms: Mapping[str, str]

    @property
    def spans(self) -> bool:
        """Whether the segment matches several segments of a path."""
        return "path" in self.forms.values()

    def read(self, text: str) -> dict[str, str] | None:
        """Return the values of the parameters in a segment of a path; null if it does not match."""
        if self.pattern is None:
            return {} if text == self.word else None
        if (match := self.pattern.fullmatch(text)) is None:
            return None
        return {
            name: value.replace(" ", "+") if self.forms[name] == "key" else value
            for name, value in match.groupdict().items()
        }


def segment(text: str) -> Segment:
    """Return a parsed segment of a template."""
    if "{" not in text:
        return Segment(text, None, {})
    pattern, forms, end = "", {}, 0
    for match in PARAMETER.finditer(text):
        name, form = match[1], match[2] or ""
        of = FORMS.get(form) or ("|".join(map(re.escape, form.split("|"))) if form else ANY)
        pattern += re.escape(text[end : match.start()]) + f"(?P<{name}>{of})"
        forms[name], end = form, match.end()
    return Segment(text, re.compile(pattern + re.escape(text[end:]), re.DOTALL), forms)


def parameters(path: str) -> tuple[str, ...]:
    """Return the names of a template's parameters."""
    return tuple(match[1] for match in PARAMETER.finditer(path))


def plain(path: str) -> str:
    """Return the template without the forms of its parameters, as OpenAPI spells it."""
    return PARAMETER.sub(lambda match: f"{{{match[1]}}}", path)
