"""Prerequisites in AICC's script: what they mean, and what is none."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.packages.prerequisite import STATUSES, MalformedScript, Statuses, is_met, read_prerequisite

NAMES = ("a1", "b.2", "s-3")
Part = tuple[str, Callable[[Statuses], bool]]
"""A script, and what it means."""

elements = st.sampled_from(NAMES).map(
    lambda name: (name.upper(), lambda statuses: statuses[name] in ("passed", "completed"))
)


def compared(name: str, status: str, is_equal: bool, form: str) -> Part:
    sign = "=" if is_equal else " <> "
    return (
        f"{name}{sign}{form.format(status, status[0].upper())}",
        lambda statuses: (statuses[name] == status) is is_equal,
    )


comparisons = st.builds(
    compared,
    st.sampled_from(NAMES),
    st.sampled_from(sorted(STATUSES.values())),
    st.booleans(),
    st.sampled_from(["{0}", '"{0}"', "{1}", '"{1}"']),
)


def combined(parts: list[Part], kind: str, count: int) -> Part:
    """Parts together; each in parentheses, as what binds closer is tested by examples."""
    texts, tests = zip(*parts, strict=True)
    braced = [f"({text})" for text in texts]
    match kind:
        case "&":
            return "&".join(braced), lambda statuses: all(test(statuses) for test in tests)
        case "|":
            return " | ".join(braced), lambda statuses: any(test(statuses) for test in tests)
        case "~":
            return f"~{braced[0]}", lambda statuses: not tests[0](statuses)
        case "{}":
            return f"{{{', '.join(texts)}}}", lambda statuses: all(test(statuses) for test in tests)
    return f"{count}*{{{','.join(texts)}}}", lambda statuses: sum(test(statuses) for test in tests) >= count


parts: st.SearchStrategy[Any] = st.recursive(
    elements | comparisons,
    lambda inner: st.builds(
        combined,
        st.lists(inner, min_size=1, max_size=3),
        st.sampled_from(["&", "|", "~", "{}", "*"]),
        st.integers(0, 4),
    ),
    max_leaves=8,
)
standings = st.fixed_dictionaries(dict.fromkeys(NAMES, st.sampled_from(sorted(STATUSES.values()))))


@given(parts, standings)
def test_a_script_means_what_it_says(part: Part, statuses: dict[str, str]) -> None:
    script, holds = part
    read = read_prerequisite(script)
    assert read.names <= set(NAMES)
    assert read.holds(statuses) is holds(statuses)
    assert is_met(script, statuses) is holds(statuses)


@given(st.text(alphabet='ab &|~(){},=<>*"1p', max_size=30))
def test_whatever_is_written_is_read_or_malformed(script: str) -> None:
    try:
        read = read_prerequisite(script)
    except MalformedScript:
        assert is_met(script, {})
    else:
        assert read.holds(dict.fromkeys(read.names, "passed")) in (True, False)


DONE = {"a": "passed", "b": "incomplete", "c": "completed", "d": "not attempted", "e": "failed"}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("A", True),
        ("b|c&a", True),
        ("c|a&b", True),  # `&` binds closer
        ("(c|a)&b", False),
        ("~b&a", True),  # `~` closest
        ("~(b|a)", False),
        ("~~a", True),
        ("e", False),
        ("c=passed", False),
        ('c="C"', True),
        ("d = not attempted", True),
        ("d<>n", False),
        ("2*{a,b,c}", True),
        ("3*{a,b,c}", False),
        ("2*{a&b, c, ~d}", True),
        ("{a,c}", True),
        ("{a,b}", False),
        ("b&unknown", True),  # names what is not there
        ("b&", True),  # none
    ],
)
def test_examples(script: str, expected: bool) -> None:
    assert is_met(script, DONE) is expected


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("", "ends too early"),
        ("a &", "ends too early"),
        ("a b)", "stands where it cannot"),
        ("a ~ b", "stands where it cannot"),
        ("& a", "stands where it cannot"),
        ('""', "stands where it cannot"),
        ('a & "b', "stands where it cannot"),
        ("a < b", "stands where it cannot"),
        ("(a}", "stands where '\\)' does"),
        ("2*a", "stands where '{' does"),
        ("9" * 5000 + "*{a}", "stands where it cannot"),
        ("a=done", "is no status"),
        ("a=", "ends too early"),
        ("(" * 60 + "a" + ")" * 60, "is nested more than"),
        ("a|" * 6000, "is longer than"),
    ],
)
def test_what_is_no_script_tells_why(script: str, why: str) -> None:
    with pytest.raises(MalformedScript, match=why):
        read_prerequisite(script)
