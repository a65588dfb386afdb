"""Breaking changes of the schema since the last release, each named in the changelog."""

import re
import tomllib
from collections.abc import Iterator

import pytest
from graphql import BreakingChangeType, GraphQLSchema, build_schema, find_breaking_changes

from settings.environment import ROOT

RELEASED = ROOT / "docs"
"""Folder of the schema as it was released, `schema-<version>.graphql`."""

SUBJECTS = (
    r"(?P<member>\w+) was removed from union type (?P<union>\w+)",
    r"(?P<type>\w+) no longer implements interface (?P<interface>\w+)",
    r"(?P<coordinate>@?\w+(?:\.\w+)?\(\w+:\))",
    r"(?P<coordinate>\w+\.\w+)",
    r"(?P<coordinate>@\w+)",
    r"(?P<coordinate>\w+) (?:was removed|changed from)",
)
"""Schema coordinates in graphql-core's descriptions of changes; the first pattern that matches counts."""


def breaking_section(changelog: str) -> str:
    """Text under "Breaking" in the unreleased part; empty without one."""
    unreleased = re.search(r"^## Unreleased$(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    section = (
        re.search(r"^### Breaking$(.*?)(?=^### |\Z)", unreleased[1], re.M | re.S) if unreleased else None
    )
    return section[1] if section else ""


def coordinates(description: str) -> list[str]:
    """Schema coordinates that a change is about."""
    for subject in SUBJECTS:
        if found := re.search(subject, description):
            return list(found.groupdict().values())
    raise AssertionError(f"No schema coordinate was found in: {description}")


def unnamed(old: GraphQLSchema, new: GraphQLSchema, changelog: str) -> Iterator[str]:
    """Breaking changes from `old` to `new` that the changelog does not name."""
    named = set(re.findall(r"`([^`\n]+)`", breaking_section(changelog)))
    for change in find_breaking_changes(old, new):
        needed = coordinates(change.description)
        if not named.issuperset(needed):
            ways = " and ".join(f"`{each}`" for each in needed)
            yield f'{change.description} Undo it, or name {ways} in CHANGELOG.md, "Unreleased", "Breaking".'


def test_every_breaking_change_is_named_in_the_changelog() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    expected = RELEASED / f"schema-{version}.graphql"
    assert [*RELEASED.glob("schema-*.graphql")] == [expected], (
        f"The version is {version}: replace the released schema in docs/ by a copy of schema.graphql "
        f"(git rm docs/schema-*.graphql; cp schema.graphql docs/{expected.name})."
    )
    old, new = (build_schema(path.read_text()) for path in (expected, ROOT / "schema.graphql"))
    wrong = list(unnamed(old, new, (ROOT / "CHANGELOG.md").read_text()))
    assert wrong == [], "\n".join(["Changes of the schema break clients.", *wrong])


OLD = """
directive @cost(weight: Int, rate: Int) repeatable on FIELD_DEFINITION | OBJECT
interface Node { id: ID! }
type Course implements Node { id: ID! title: String! items(first: Int, after: String): [Item!]! }
type Item { content: Content }
type Quiz { points: Float }
type Video { duration: Int }
type Legacy { id: ID! }
union Content = Quiz | Video
enum Status { OPEN CLOSED }
scalar Moment
input Filter { status: Status }
type Query { course(filter: Filter, on: Moment): Course node(id: ID!): Node }
"""
"""Schema that the following changes break."""

CHANGES = [
    ("type Course implements Node", "type Course", ["Course", "Node"]),
    ("title: String!", "title: String", ["Course.title"]),
    ("title: String!", "", ["Course.title"]),
    (", after: String", "", ["Course.items(after:)"]),
    ("first: Int,", "first: Int!,", ["Course.items(first:)"]),
    ("first: Int,", "first: Int, last: Int!,", ["Course.items(last:)"]),
    ("OPEN CLOSED", "OPEN", ["Status.CLOSED"]),
    ("Quiz | Video", "Quiz", ["Video", "Content"]),
    ("type Legacy { id: ID! }", "", ["Legacy"]),
    ("points: Float", "points: Int", ["Quiz.points"]),
    ("scalar Moment", "enum Moment { NOW }", ["Moment"]),
    ("{ status: Status }", "{ status: Status course: ID! }", ["Filter.course"]),
    ("status: Status }", "status: [Status] }", ["Filter.status"]),
    (", rate: Int", "", ["@cost(rate:)"]),
    (", rate: Int", ", rate: Int, unit: Int!", ["@cost(unit:)"]),
    ("directive @cost(weight: Int, rate: Int) repeatable on FIELD_DEFINITION | OBJECT", "", ["@cost"]),
    (" | OBJECT", "", ["@cost"]),
    (" repeatable", "", ["@cost"]),
    (", on: Moment", "", ["Query.course(on:)"]),
    (" node(id: ID!): Node", "", ["Query.node"]),
]
"""Replacements in the schema's text that break clients, with the coordinates that must be named."""

CHANGELOG = """# Changelog

## Unreleased

### Added

- `Elsewhere.added`.

### Breaking

- Some reason: {}.

### Changed

- `Elsewhere.changed`.

## 0.1.0

### Breaking

- `Elsewhere.released`.
"""


@pytest.mark.parametrize(("before", "after", "expected"), CHANGES)
def test_a_breaking_change_fails_unless_it_is_named(before: str, after: str, expected: list[str]) -> None:
    assert before in OLD
    old, new = build_schema(OLD), build_schema(OLD.replace(before, after))
    found = list(unnamed(old, new, CHANGELOG.format("none")))
    assert found
    assert all(f"`{each}`" in "".join(found) for each in expected)
    named = ", ".join(
        f"`{each}`" for change in find_breaking_changes(old, new) for each in coordinates(change.description)
    )
    assert all(f"`{each}`" in named for each in expected)
    assert list(unnamed(old, new, CHANGELOG.format(named))) == []
    for last in expected:
        assert list(unnamed(old, new, CHANGELOG.format(named.replace(f"`{last}`", last))))


@pytest.mark.parametrize("elsewhere", ["added", "changed", "released"])
def test_only_the_unreleased_section_names_breaking_changes(elsewhere: str) -> None:
    fields = ["kept", "added", "changed", "released"]
    old, new = (
        build_schema(f"type Query {{ one: Int }} type Elsewhere {{ {': Int '.join(names)}: Int }}")
        for names in (fields, [name for name in fields if name != elsewhere])
    )
    (found,) = unnamed(old, new, CHANGELOG.format("`Elsewhere`"))
    assert found.startswith(f"Field Elsewhere.{elsewhere} was removed.")


def test_additions_break_nothing() -> None:
    new = OLD.replace("id: ID! title", "id: ID! subtitle: String title")
    assert list(unnamed(build_schema(OLD), build_schema(new), "")) == []


def test_each_kind_of_breaking_change_has_a_coordinate() -> None:
    kinds = {
        change.type
        for before, after, _ in CHANGES
        for change in find_breaking_changes(build_schema(OLD), build_schema(OLD.replace(before, after)))
    }
    assert kinds == {*BreakingChangeType}
