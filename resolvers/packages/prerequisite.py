"""Prerequisites: conditions for the start of an activity, in AICC's script.

SCORM 1.2 has prerequisites in the manifest (CAM, 2.3.2.5.1), AICC in the course structure (CMI001, 5.7).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 10_000
DEEPEST = 20
"""Limits of a script: its characters, and the depth of its nesting; SCORM allows 200 characters."""

TOKEN = re.compile(r'\s*(<>|[&|~(){},=*]|"[^"]*"|[^\s&|~(){},=*<>"]+(?: +[^\s&|~(){},=*<>"]+)*)\s*')
NUMBER = re.compile(r"[0-9]{1,5}")
"""Number of elements of a set; a larger one exceeds the length of a script."""

STATUSES = {
    name[0]: name for name in ("passed", "completed", "browsed", "failed", "not attempted", "incomplete")
}
"""Statuses by first letter, which is a valid abbreviation."""

DONE = ("passed", "completed")

Statuses = Mapping[str, str]
"""Statuses, values of `STATUSES`, by names of activities and activity clusters in lower case."""

Holds = Callable[[Statuses], bool]


class MalformedScript(ValueError):  # noqa: N818 (what a script is)
    """Raised when a script is invalid; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """Parsed script: the names in it, and the function `holds` that evaluates it."""

    names: frozenset[str]
    holds: Holds


@lru_cache(1000)
def read_prerequisite(script: str) -> Prerequisite:
    """Parse a prerequisite script. Raises `MalformedScript`."""
    if len(script) > LONGEST:
        raise MalformedScript(f"it is longer than {LONGEST} characters")
    reader = _ScriptReader(script)
    holds = reader.either(0)
    if reader.next is not None:
        raise MalformedScript(f"{reader.next!r} stands where it cannot")
    return Prerequisite(frozenset(reader.names), holds)


def is_met(script: str, statuses: Statuses) -> bool:
    """Return whether an activity may start; true for a script that is invalid or refers to unknown names."""
    try:
        wanted = read_prerequisite(script)
    except MalformedScript:
        return True
    return not wanted.names <= statuses.keys() or wanted.holds(statuses)


class _ScriptReader:
    """Parser of a script; `~` binds closest, then `&`, then `|`."""

    def __init__(self, script: str) -> None:
        self.tokens: list[str] = []
        self.names: set[str] = set()
        at = 0
        while at < len(script):
            if (found := TOKEN.match(script, at)) is None:
                raise MalformedScript(f"{script[at]!r} stands where it cannot")
            self.tokens.append(found[1])
            at = found.end()
        self.tokens.reverse()

    @property
    def next(self) -> str | None:
        return self.tokens[-1] if self.tokens else None

    def take(self, wanted: str | None = None) -> str:
        """Return the next token; `wanted` is the only valid one, if given."""
        if (found := self.next) is None:
            raise MalformedScript("it ends too early")
        if wanted is not None and found != wanted:
            raise MalformedScript(f"{found!r} stands where {wanted!r} does")
        return self.tokens.pop()

    def several(self, part: Callable[[int], Holds], separator: str, depth: int) -> list[Holds]:
        """Parse one part or more."""
        parts = [part(depth)]
        while self.next == separator:
            self.take()
            parts.append(part(depth))
        return parts

    def either(self, depth: int) -> Holds:
        if depth > DEEPEST:
            raise MalformedScript(f"it is nested more than {DEEPEST} times")
        parts = self.several(self.all, "|", depth)
        return lambda statuses: any(part(statuses) for part in parts)

    def all(self, depth: int) -> Holds:
        parts = self.several(self.one, "&", depth)
        return lambda statuses: all(part(statuses) for part in parts)

    def one(self, depth: int) -> Holds:
        is_right = True
        while self.next == "~":
            self.take()
            is_right = not is_right
        part = self.plain(depth)
        return part if is_right else lambda statuses: not part(statuses)

    def plain(self, depth: int) -> Holds:
        first = self.take()
        if first == "(":
            inner = self.either(depth + 1)
            self.take(")")
            return inner
        if first == "{":
            return self.set(depth, None)
        if NUMBER.fullmatch(first) and self.next == "*":
            self.take()
            self.take("{")
            return self.set(depth, int(first))
        return self.element(first)

    def set(self, depth: int, needed: int | None) -> Holds:
        """Parse a set, of which `needed` parts must hold; all of them if it is null."""
        parts = self.several(self.either, ",", depth + 1)
        self.take("}")
        least = len(parts) if needed is None else needed
        return lambda statuses: sum(part(statuses) for part in parts) >= least

    def element(self, word: str) -> Holds:
        """Parse the condition that an element is done, or has a status."""
        name = word.strip('"').strip().lower()
        if word in ("<>", *"&|){},=*") or not name:
            raise MalformedScript(f"{word!r} stands where it cannot")
        self.names.add(name)
        if self.next not in ("=", "<>"):
            return lambda statuses: statuses[name] in DONE
        is_equal = self.take() == "="
        said = self.take().strip('"').strip().lower()
        wanted = STATUSES.get(said[:1])
        if wanted is None or said not in (wanted, wanted[0]):
            raise MalformedScript(f"{said!r} is no status")
        return lambda statuses: (statuses[name] == wanted) is is_equal
