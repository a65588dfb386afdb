"""Who sees what, by an id and in the lists at the root: both agree with one table."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
import strawberry
from graphql import GraphQLField, GraphQLObjectType, get_named_type

from graph.declaring import policy
from graph.declaring.declare import column
from graph.declaring.schema import public_schema
from graph.declaring.source import Listing, Lookup, source_of
from graph.execution.execute import prepare, run
from graph.federation.subgraph import references, subgraph_schema
from models.postgres.base import Base
from resolvers.access.viewer import Viewer
from resolvers.loading.entity import Entity
from resolvers.loading.relation import One
from resolvers.operations.context import Context
from tests.conftest import Ask
from tests.policy_rows import Stage
from tests.policy_states import COURSE_VALUES_BY_STATE
from tests.policy_table import (
    ALL_VIEWERS,
    COURSE_VIEWERS,
    NODES_BY_TYPE,
    TYPE_NAMES,
    VIEWERS_BY_TYPE,
    visible,
)


@pytest.fixture
def ask(stage: Stage) -> Ask:
    """Asks the stage."""
    return Ask(stage.database)


def test_every_field_of_both_schemas_says_what_guards_it() -> None:
    assert policy.unguarded(public_schema) == []
    assert policy.unguarded(subgraph_schema()) == ["Query._service"]  # it tells the schema


def test_a_field_that_says_nothing_is_found_and_stops_the_build() -> None:
    @strawberry.type
    class Query:
        told: str = column("Declared.")
        untold: str = strawberry.field(description="Undeclared.")

        resolved: str = strawberry.field(resolver=lambda: "", description="Undeclared as well.")

    schema = strawberry.Schema(Query)._schema
    assert policy.unguarded(schema) == ["Query.untold", "Query.resolved"]
    with pytest.raises(policy.Unguarded, match=r"Query\.untold, Query\.resolved"):
        policy.check(schema)


def test_the_table_has_every_type_and_every_state(stage: Stage) -> None:
    assert set(VIEWERS_BY_TYPE) == set(NODES_BY_TYPE)
    told = {(type_, state) for type_, states in VIEWERS_BY_TYPE.items() for state in states}
    assert told == set(stage.kinds)
    assert {
        letter for states in VIEWERS_BY_TYPE.values() for seen in states.values() for letter in seen
    } == set(ALL_VIEWERS)


def test_entities_without_an_id_are_tested_by_name() -> None:
    without_id = {"ActivityState", "Answer", "ItemState", "Person", "Profile", "Visit"}
    assert set(TYPE_NAMES.values()) - set(NODES_BY_TYPE) == without_id


def test_the_stage_has_every_course_twice_over() -> None:
    assert set(COURSE_VIEWERS) == set(COURSE_VALUES_BY_STATE)


@pytest.mark.parametrize("letter", ALL_VIEWERS)
async def test_node_finds_what_the_viewer_sees(stage: Stage, ask: Ask, letter: str) -> None:
    viewer = stage.viewers[letter]
    wanted = [id_ for ids in stage.kinds.values() for id_ in ids]
    expected = [
        {"__typename": type_, "id": id_} if letter in VIEWERS_BY_TYPE[type_][state] else None
        for (type_, state), ids in stage.kinds.items()
        for id_ in ids
    ]
    data = await ask.data("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", viewer, ids=wanted)
    assert data["nodes"] == expected
    for each, found in zip(wanted[::7], expected[::7], strict=True):
        data = await ask.data("query($id: ID!) { node(id: $id) { __typename id } }", viewer, id=each)
        assert data["node"] == found


def root_fields(kind: type[Any]) -> Iterator[tuple[str, GraphQLField, Any]]:
    assert public_schema.query_type
    for name, field in public_schema.query_type.fields.items():
        if isinstance(source := source_of(field), kind):
            yield name, field, source


LOOKUPS = [
    (name, argument)
    for name, field, source in root_fields(Lookup)
    if isinstance(source.usual, One)
    for argument in field.args
    if hasattr(source.usual.target.model, argument) and get_named_type(field.type).name in VIEWERS_BY_TYPE
]


def unique(rows: Iterable[Base], target: Entity, by: str) -> dict[str, str]:
    """The unique column `by` of an entity's rows to their ids, where it is set."""
    of_kind: list[Any] = [row for row in rows if isinstance(row, target.model)]
    return {getattr(row, by): row.id for row in of_kind if getattr(row, by) is not None}


@pytest.mark.parametrize("letter", ALL_VIEWERS)
@pytest.mark.parametrize(("name", "argument"), LOOKUPS)
async def test_root_fields_find_what_the_viewer_sees(
    stage: Stage, ask: Ask, letter: str, name: str, argument: str
) -> None:
    assert public_schema.query_type
    field = public_schema.query_type.fields[name]
    source = source_of(field)
    assert isinstance(source, Lookup)
    assert isinstance(source.usual, One)
    of = get_named_type(field.type).name
    named = unique(stage.rows, source.usual.target, argument)
    assert named or argument == "key"
    sought = list(named.items())
    for start in range(0, len(sought), 100):
        part = sought[start : start + 100]
        asked = " ".join(f'a{at}: {name}({argument}: "{by}") {{ id }}' for at, (by, _) in enumerate(part))
        data = await ask.data(f"{{ {asked} }}", stage.viewers[letter])
        found = {node["id"] for node in data.values() if node is not None}
        assert found == visible(stage, of, letter) & {id_ for _, id_ in part}


@pytest.mark.parametrize("letter", ALL_VIEWERS)
@pytest.mark.parametrize("type_", NODES_BY_TYPE)
async def test_representations_of_a_router_find_what_the_viewer_sees(
    stage: Stage, letter: str, type_: str
) -> None:
    document = f"query($them: [_Any!]!) {{ _entities(representations: $them) {{ ... on {type_} {{ id }} }} }}"
    for by in references()[type_].keys:
        key = by.fields
        named = unique(stage.rows, NODES_BY_TYPE[type_], key)
        them = [{"__typename": type_, key: by} for by in named]
        context = Context(stage.database, stage.viewers[letter])
        result = await run(subgraph_schema(), prepare(subgraph_schema(), document), context, {"them": them})
        assert not result.errors
        assert result.data
        seen = visible(stage, type_, letter)
        assert result.data["_entities"] == [{"id": id_} if id_ in seen else None for id_ in named.values()]


async def walked(ask: Ask, viewer: Viewer, name: str, arguments: str = "") -> list[str]:
    """Ids of a root list in all, whose count agrees."""
    document = f"""
    query($after: String) {{
      {name}({arguments} first: 100, after: $after) {{
        nodes {{ id }} pageInfo {{ hasNextPage endCursor }} totalCount
      }}
    }}
    """
    found: list[str] = []
    after, more = None, True
    while more:
        page = (await ask.data(document, viewer, after=after))[name]
        found += [node["id"] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert page["totalCount"] == len(found) == len(set(found))
    return found


LISTS = {
    name: get_named_type(field.type)
    for name, field, source in root_fields(Listing)
    if source.page.target in TYPE_NAMES and TYPE_NAMES[source.page.target] in NODES_BY_TYPE
}
"""Lists of what has ids; those of others have tests of their own."""


def listed(name: str) -> str:
    connection = LISTS[name]
    assert isinstance(connection, GraphQLObjectType)
    nodes: str = get_named_type(connection.fields["nodes"].type).name
    return nodes


@pytest.mark.parametrize("letter", ALL_VIEWERS)
@pytest.mark.parametrize("name", LISTS)
async def test_root_lists_and_their_counts_hold_what_the_viewer_sees(
    stage: Stage, ask: Ask, letter: str, name: str
) -> None:
    assert set(await walked(ask, stage.viewers[letter], name)) == visible(stage, listed(name), letter)


BELONGING = {"Document": "document_id"}
"""Types whose rows another table leads to from a course, by its column."""

BY_COURSE = [
    name
    for name, field, _ in root_fields(Listing)
    if name in LISTS
    and "filter" in field.args
    and "course" in get_named_type(field.args["filter"].type).fields  # type: ignore[attr-defined]
]


@pytest.mark.parametrize("letter", ALL_VIEWERS)
@pytest.mark.parametrize("name", BY_COURSE)
async def test_a_filter_shows_nothing_more(stage: Stage, ask: Ask, letter: str, name: str) -> None:
    type_ = listed(name)
    for course_id in stage.ids("Course"):
        of_course: list[Any] = [row for row in stage.rows if getattr(row, "course_id", None) == course_id]
        within = {getattr(row, BELONGING.get(type_, "id"), None) for row in of_course}
        found = await walked(ask, stage.viewers[letter], name, f'filter: {{course: "{course_id}"}}')
        assert set(found) == visible(stage, type_, letter) & within
