"""Text that no database holds, in whatever argument, is the client's mistake and told as that."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import (
    GraphQLInputType,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_object_type,
    is_required_input_field,
)

from graph.declaring.schema import public_schema
from models.postgres.base import new_id
from tests.conftest import Ask
from tests.policy_rows import Stage
from tests.world import World

NO_TEXT = {"NUL": "a\0b", "half of a surrogate pair": "\ud800"}
WITHOUT_TEXT = ("Int", "Float", "Boolean", "BigInt", "DateTime")


@dataclass(frozen=True)
class Place:
    """Where a client may put text: below a field's argument, by the names of fields of inputs."""

    of: str
    field: str
    argument: str
    below: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.of}.{self.field}({'.'.join((self.argument, *self.below))})"

    @property
    def named(self) -> str:
        """What a refusal calls it; of several ids, each is an id."""
        return "'id'" if self.argument == "ids" else f"'{(self.argument, *self.below)[-1]}'"


def texts(of: GraphQLInputType, below: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Ways to all texts of an input type."""
    named: Any = get_named_type(of)
    if is_input_object_type(named):
        for name, field in named.fields.items():
            yield from texts(field.type, (*below, name))
    elif not is_enum_type(named) and named.name not in WITHOUT_TEXT:
        yield below


def places(wanted: Callable[[str], bool]) -> list[Place]:
    return [
        Place(of.name, field_name, name, way)
        for of in public_schema.type_map.values()
        if is_object_type(of) and wanted(of.name) and not of.name.startswith("__")
        for field_name, field in of.fields.items()
        for name, argument in field.args.items()
        for way in texts(argument.type)
    ]


def value(of: Any, way: tuple[str, ...], text: str | None) -> Any:
    """A value of an input type with all that it needs, and with `text` at the end of `way`."""
    nullable: Any = get_nullable_type(of)
    if is_list_type(nullable):
        return [value(nullable.of_type, way, text)]
    if not is_input_object_type(nullable):
        if text is not None and not way:
            return text
        return "2999-01-01T00:00:00Z" if nullable.name == "DateTime" else new_id()
    return {
        name: value(field.type, way[1:], text if way[:1] == (name,) else None)
        for name, field in nullable.fields.items()
        if way[:1] == (name,) or is_required_input_field(field)
    }


def document(place: Place) -> str:
    """An operation that gives the argument by the variable `$text`, and asks for what it decides on."""
    of: Any = public_schema.type_map[place.of]
    field = of.fields[place.field]
    named = get_named_type(field.type)
    below = "{ nodes { __typename } }" if named.name.endswith("Connection") else "{ __typename }"
    asked = f"{place.field}({place.argument}: $text) {below if is_composite_type(named) else ''}"
    taken = f"$text: {field.args[place.argument].type}"
    if place.of in ("Query", "Mutation"):
        return f"{place.of.lower()}({taken}) {{ {asked} }}"
    return f"query({taken}, $id: ID!) {{ node(id: $id) {{ ... on {place.of} {{ {asked} }} }} }}"


def given(place: Place, text: str) -> Any:
    of: Any = public_schema.type_map[place.of]
    return value(of.fields[place.field].args[place.argument].type, place.below, text)


texts_of_no_database = pytest.mark.parametrize("text", NO_TEXT.values(), ids=NO_TEXT)


@texts_of_no_database
@pytest.mark.parametrize("place", places(lambda of: of == "Query"), ids=str)
async def test_at_the_root(ask: Ask, place: Place, text: str) -> None:
    answer = await ask(document(place), text=given(place, text))
    assert {error["extensions"]["code"] for error in answer.errors} == {"BAD_USER_INPUT"}
    assert place.named in answer.errors[0]["message"]


@texts_of_no_database
@pytest.mark.parametrize("place", places(lambda of: of not in ("Query", "Mutation", "Subscription")), ids=str)
async def test_below(stage: Stage, place: Place, text: str) -> None:
    some_id = next(iter(stage.ids(place.of)))
    ask, staff = Ask(stage.database), stage.viewers["S"]
    answer = await ask(document(place), staff, id=some_id, text=given(place, text))
    assert {error["extensions"]["code"] for error in answer.errors} == {"BAD_USER_INPUT"}
    assert place.named in answer.errors[0]["message"]


@texts_of_no_database
@pytest.mark.parametrize("place", places(lambda of: of == "Mutation"), ids=str)
async def test_of_a_mutation(ask: Ask, world: World, place: Place, text: str) -> None:
    """A command may also say by its payload why it does nothing, or that it is not for this viewer."""
    asked = document(place).replace("{ __typename }", "{ userErrors { code } }")
    answer = await ask(asked, await world.learner(), text=given(place, text))
    if answer.errors:
        codes = {error["extensions"]["code"] for error in answer.errors}
        assert len(codes) == 1
        assert codes <= {"BAD_USER_INPUT", "UNAUTHENTICATED"}
    else:
        assert answer.data[place.field]["userErrors"]


@pytest.mark.parametrize(
    ("moment", "is_taken"),
    {
        "0049-02-06T10:39:59.608408+18:22": True,  # PostgreSQL knows no such zone
        "2026-01-01T00:00:00": True,
        "9999-12-31T23:59:59-23:59": False,
        "0001-01-01T00:00:00+00:01": False,
        "2026-13-01T00:00:00Z": False,
    }.items(),
)
async def test_moments_of_all_zones_that_years_hold_are_taken(ask: Ask, moment: str, is_taken: bool) -> None:
    asked = "query($moment: DateTime!) { courses(filter: {updatedUntil: $moment}) { totalCount } }"
    answer = await ask(asked, moment=moment)
    told = [error["extensions"]["code"] for error in answer.errors]
    assert told == ([] if is_taken else ["BAD_USER_INPUT"])


@pytest.mark.parametrize(
    ("kind", "used", "value"),
    [
        ("URL!", "mutation", {"cssUrl": 5}),
        ("Locale!", "mutation", {"language": True}),
        ("DateTime!", "query", {"updatedUntil": 5}),
    ],
)
async def test_a_value_of_another_type_is_the_clients_mistake(
    ask: Ask, kind: str, used: str, value: dict[str, Any]
) -> None:
    ((name, given),) = value.items()
    field = (
        f"courses(filter: {{{name}: $value}}) {{ totalCount }}"
        if used == "query"
        else f'createLaunchLink(input: {{reference: "a", {name}: $value}}) {{ url }}'
    )
    answer = await ask(f"{used}($value: {kind}) {{ {field} }}", value=given)
    assert [error["extensions"]["code"] for error in answer.errors] == ["BAD_USER_INPUT"]


async def test_a_moment_without_a_zone_is_one_of_utc(ask: Ask, world: World) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    course = await world.course(updated_at=moment)
    asked = """
    query($since: DateTime!, $until: DateTime!) {
      courses(filter: {updatedSince: $since, updatedUntil: $until}) { nodes { id } }
    }
    """
    for since, until, found in (
        ("2026-01-01T00:00:00", "2026-01-01T00:00:01", [course.id]),
        ("2026-01-01T10:00:00+10:00", "2025-12-31T14:00:01-10:00", [course.id]),
        ("2026-01-01T00:00:01", "2026-01-01T00:00:02", []),
    ):
        data = await ask.data(asked, since=since, until=until)
        assert [each["id"] for each in data["courses"]["nodes"]] == found
