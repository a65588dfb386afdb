"""Regular expressions of the product, and texts that make a slow one slow."""

import ast
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from itertools import product
from re import _constants as codes
from re import _parser as parser
from typing import Any

from settings.environment import ROOT

METHODS = {"match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
NO_PRODUCT = ("tests/", "conformance/", "bench/", "scripts/", "docs/")
SIZES = (22, 256, 4096)
"""Characters of the texts: first few, so that a pattern of exponential time is found out, too."""

LONGEST = 16_384
"""Characters for a pattern that is tried once per text, and so has a smaller factor."""

ONCE = ("match", "fullmatch", "search")

FAST = 0.001
"""Seconds of CPU that no linear pattern needs for the longest text."""


@dataclass(frozen=True)
class Use:
    """Pattern, and the method that the product calls."""

    place: str
    pattern: re.Pattern[Any]
    method: str

    def run(self, text: str) -> None:
        """Match a text as the product does."""
        given = text.encode() if isinstance(self.pattern.pattern, bytes) else text
        if self.method in ONCE:
            getattr(self.pattern, self.method)(given)
        else:
            for _ in self.pattern.finditer(given):
                pass


def uses(unresolved: list[str]) -> Iterator[Use]:
    """Uses of all patterns in the product; places of those that are made at run time go to `unresolved`."""
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    for path in listed.stdout.split():
        source = (ROOT / path).read_text()
        if path.startswith(NO_PRODUCT) or ("re." not in source and "re import" not in source):
            continue
        module = import_module(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
        yield from _uses_in(path, ast.parse(source), vars(module), unresolved)


def _uses_in(path: str, tree: ast.AST, names: dict[str, Any], unresolved: list[str]) -> Iterator[Use]:
    used: set[int] = set()
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner, method = node.func.value, node.func.attr
        if not isinstance(owner, ast.Name) or method not in METHODS:
            continue
        place = f"{path}:{node.lineno}"
        if isinstance(pattern := names.get(owner.id), re.Pattern):
            used.add(id(pattern))
            yield Use(place, pattern, method)
        elif owner.id == "re" and names.get("re") is re:
            try:
                flags = [_value(each, names) for each in _flags(node)]
                pattern = re.compile(_value(node.args[0], names), *flags)
            except NameError:
                unresolved.append(path)
            else:
                yield Use(place, pattern, method)
    for name, pattern in names.items():
        if isinstance(pattern, re.Pattern) and id(pattern) not in used:
            yield Use(f"{path}:{name}", pattern, "fullmatch")
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr="compile"), args=[given, *_]):
                try:
                    _value(given, names)
                except NameError:
                    unresolved.append(path)


def _value(node: ast.expr, names: dict[str, Any]) -> Any:
    return eval(compile(ast.Expression(node), "<pattern>", "eval"), names)  # noqa: S307 (our own code)


def _flags(call: ast.Call) -> list[ast.expr]:
    """Flags of a call of `re`; all our calls name them last or by keyword."""
    named = [each.value for each in call.keywords if each.arg == "flags"]
    most = 3 if call.func.attr in ("sub", "subn") else 2  # type: ignore[attr-defined]
    return named or [each for each in call.args[most:] if "re." in ast.unparse(each)]


def texts(pattern: re.Pattern[Any]) -> Iterator[Callable[[int], str]]:
    """Makers of texts by their length: a beginning, what repeats, and an end that does not match."""
    tree = parser.parse(pattern.pattern, pattern.flags)
    repeats = [*_repeats(tree, "")]
    marks = [*dict.fromkeys(_literals(tree))][:6]
    pairs = [a + b for a, b in product(marks, repeat=2)]
    alone = dict.fromkeys([*(head for head, _ in repeats), *marks, *pairs, _samples(tree), " ", "\n"])
    told = [("", each) for each in alone] + [(head, each) for head, pieces in repeats for each in pieces]
    for (head, piece), tail in product(dict.fromkeys(told), ("", "\0", "\nx")):
        if piece:
            yield partial(_text, head, piece, tail)


def _text(head: str, piece: str, tail: str, size: int) -> str:
    return head + piece * (size // len(piece)) + tail


def _repeats(tree: Any, before: str) -> Iterator[tuple[str, list[str]]]:
    """The shortest match of what precedes each repetition, and what it repeats."""
    for place, (code, value) in enumerate(tree):
        for each in _inner(code, value):
            if code in REPEATS:
                further = " " + _samples(tree[place + 1 : -2])
                yield before, [*dict.fromkeys([*_first(each), _samples(each), " ", further])]
            yield from _repeats(each, before)
        before += _sample(code, value)


def _first(tree: Any) -> list[str]:
    """A few characters that a repeated part starts with."""
    for code, value in tree:
        for inner in _inner(code, value):
            return _first(inner)
        return [*_characters(code, value)][:4]
    return []


def _literals(tree: Any) -> Iterator[str]:
    """Characters that the pattern names, those of punctuation first."""
    found: list[str] = []
    for code, value in tree:
        for inner in _inner(code, value):
            found += _literals(inner)
        if code is codes.LITERAL or code is codes.NOT_LITERAL:
            found.append(chr(value))
        elif code is codes.IN:
            found += [chr(each) for kind, each in value if kind is codes.LITERAL]
    yield from sorted(found, key=str.isalnum)


def _inner(code: Any, value: Any) -> list[Any]:
    if code in REPEATS:
        return [value[2]]
    if code is codes.SUBPATTERN:
        return [value[3]]
    if code is codes.ATOMIC_GROUP:
        return [value]
    if code is codes.BRANCH:
        return list(value[1])
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return [value[1]]
    return []


def _samples(tree: Any) -> str:
    return "".join(_sample(code, value) for code, value in tree)


def _sample(code: Any, value: Any) -> str:
    """A short text that an element matches, with its repetitions once at least."""
    if code in REPEATS:
        return _samples(value[2]) * int(max(1, value[0]))
    if code in (codes.ASSERT, codes.ASSERT_NOT, codes.AT):
        return ""
    if inner := _inner(code, value):
        return _samples(inner[0])
    return next(iter(_characters(code, value)), "")


def _characters(code: Any, value: Any) -> Iterator[str]:
    """A few characters that an element matches."""
    if code is codes.LITERAL:
        yield chr(value)
    elif code is codes.ANY:
        yield "a"
    elif code in (codes.IN, codes.NOT_LITERAL):
        kept = [(codes.NEGATE, None), (codes.LITERAL, value)] if code is codes.NOT_LITERAL else value
        yield from _of_class(tuple(kept))


@cache
def _of_class(items: tuple[Any, ...]) -> tuple[str, ...]:
    """Up to four characters of a class, of several kinds."""
    is_negated = items[0][0] is codes.NEGATE
    found = [char for char in "a1 \t\n<\"\\=;/[.-_'{(+%é" if _is_in(char, items) is not is_negated]
    first = [chr(value) for code, value in items if code is codes.LITERAL and not is_negated]
    return tuple(dict.fromkeys([*first[:3], *found[:4]]))


def _is_in(char: str, items: tuple[Any, ...]) -> bool:
    for code, value in items:
        if code is codes.LITERAL and ord(char) == value:
            return True
        if code is codes.RANGE and value[0] <= ord(char) <= value[1]:
            return True
        if code is codes.CATEGORY:
            name = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}
            kind = str(value).removeprefix("CATEGORY_")
            shown = name[kind.removeprefix("NOT_")]
            if (re.fullmatch(shown, char) is not None) is not kind.startswith("NOT_"):
                return True
    return False


def cpu(use: Use, text: str) -> float:
    """Seconds of CPU that a text takes."""
    started = time.thread_time()
    use.run(text)
    return time.thread_time() - started


def slow_text(use: Use) -> str | None:
    """The text, shortened, whose time grows faster than its length; null if there is none."""
    for make in texts(use.pattern):
        for size in (*SIZES, LONGEST) if use.method in ONCE else SIZES:
            if cpu(use, make(size)) > FAST and _grows(use, make, size):
                return f"{make(24)!r} at {size}"
    return None


def _grows(use: Use, make: Callable[[int], str], size: int) -> bool:
    """Check again, several times: a busy machine makes one measurement slow, but not all."""
    if size == SIZES[0]:
        return min(cpu(use, make(size)) for _ in range(3)) > FAST
    if cpu(use, make(size)) > 20 * FAST:
        return True
    single, longer = (min(cpu(use, make(many)) for _ in range(5)) for many in (size, 4 * size))
    return longer > 8 * single


def main() -> None:
    """Print the slow patterns."""
    unresolved: list[str] = []
    for use in uses(unresolved):
        if (text := slow_text(use)) is not None:
            sys.stdout.write(f"{use.place} {use.pattern.pattern!r}: {text}\n")
    sys.stdout.write(f"Made at run time: {unresolved}\n")


if __name__ == "__main__":
    main()
