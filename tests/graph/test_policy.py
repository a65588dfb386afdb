"""Who sees what: every way to a row agrees with one table."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
import strawberry
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import ARRAY
from strawberry.types.base import get_object_definition

from graph import policy
from graph.declare import TYPES, column
from graph.execute import prepare, run
from graph.federation import key_fields
from graph.schema import public_schema, subgraph_schema
from graph.source import Link, Listing, Lookup, source_of
from models.base import Base
from resolvers.context import Context
from resolvers.entity import Entity
from resolvers.node import NODES
from resolvers.page import Page
from resolvers.relation import Choice, Computed, Many, One, Relation, Several
from resolvers.statement import compiled
from resolvers.viewer import Viewer
from tests.conftest import Ask
from tests.stage import COURSES, ITEMS, SECTIONS, Stage

LETTERS = "AOLXTYS"
EVERYBODY = LETTERS
BELOW = [f"below, {state}" for state in SECTIONS]
PLACES = [*SECTIONS, *BELOW, *ITEMS]

COURSE = {
    "open": EVERYBODY,
    "left": EVERYBODY,
    "hidden": "LTS",
    "hidden, left": "TS",
    "hidden, elsewhere": "XYS",
    "in preparation": "TS",
    "announced": EVERYBODY,
    "not begun": EVERYBODY,
    "elsewhere": EVERYBODY,
}
TEAM = {state: "YS" if "elsewhere" in state else "TS" for state in COURSE}
ITEM = {
    **COURSE,
    "announced": "TS",
    "section unpublished": "TS",
    "below, section unpublished": "TS",
    "section not open yet": EVERYBODY,
    "below, section not open yet": EVERYBODY,
    "section closed": EVERYBODY,
    "below, section closed": EVERYBODY,
    "item unpublished": "TS",
    "item not open yet": EVERYBODY,
    "item closed": EVERYBODY,
}
SECTION = {state: letters for state, letters in ITEM.items() if state not in ITEMS}
CONTENT = {
    **dict.fromkeys(PLACES, "TS"),
    "open": "LTS",
    "left": "TS",
    "hidden": "LTS",
    "hidden, left": "TS",
    "hidden, elsewhere": "XYS",
    "in preparation": "TS",
    "announced": "TS",
    "not begun": "TS",
    "elsewhere": "XYS",
}
OWN = {
    **dict.fromkeys(PLACES, "LTS"),
    "open": "LTS",
    "of a fellow": "TS",
    "left": "LTS",
    "hidden": "LTS",
    "hidden, left": "TS",
    "hidden, elsewhere": "XYS",
    "in preparation": "TS",
    "announced": "LTS",
    "not begun": "LTS",
    "elsewhere": "XYS",
}
SEEN: dict[str, dict[str, str]] = {
    "Announcement": {
        "for all, published": EVERYBODY,
        "for all, draft": "S",
        "for all, not yet published": "S",
        **{f"{state}, published": letters for state, letters in COURSE.items()},
        **{f"{state}, draft": letters for state, letters in TEAM.items()},
        **{f"{state}, not yet published": letters for state, letters in TEAM.items()},
    },
    "Asset": TEAM,
    "Channel": {"public": EVERYBODY, "private": "S"},
    "Classifier": {"visible": EVERYBODY, "hidden": "S"},
    "Cluster": {"visible": EVERYBODY, "hidden": "S"},
    "Course": COURSE,
    "Enrollment": {state: letters for state, letters in OWN.items() if state not in PLACES},
    "Gadget": CONTENT,
    "GradingPolicy": COURSE,
    "Item": ITEM,
    "LtiExercise": CONTENT,
    "Option": {
        **{f"{state}, choice": letters for state, letters in CONTENT.items()},
        **{f"{state}, accepted answer": "YS" if "elsewhere" in state else "TS" for state in CONTENT},
    },
    "Organization": {"any": EVERYBODY},
    "PackagedActivity": CONTENT,
    "Question": CONTENT,
    "Quiz": CONTENT,
    "RichText": CONTENT,
    "Section": SECTION,
    "Submission": OWN,
    "SubtitleCue": CONTENT,
    "SubtitleTrack": CONTENT,
    "Token": {"of L": "L", "of T": "T", "of S": "S", "revoked": "", "expired": ""},
    "User": {"O": "OS", "L": "LTS", "F": "TS", "X": "XYS", "T": "TS", "Y": "YS", "S": "S"},
    "Video": CONTENT,
}
"""By type and state of a row the letters of those who see it (`tests.stage` tells who they are)."""

NAMES = {target: get_object_definition(of, strict=True).name for target, of in TYPES.items()}
ENTITIES = {NAMES[target]: target for target in NODES}
PROFILE = {"O": "OS", "L": "LS", "F": "S", "X": "XS", "T": "TS", "Y": "YS", "S": "S"}
"""By user the letters of those who see their profile."""


@pytest.fixture
def ask(stage: Stage) -> Ask:
    """Asks the stage."""
    return Ask(stage.database)


def visible(stage: Stage, type_: str, letter: str) -> set[str]:
    """Ids of the rows of a type that the viewer is to see, by the table."""
    return {id_ for id_, state in stage.ids(type_).items() if letter in SEEN[type_][state]}


def object_type(name: str) -> GraphQLObjectType:
    of = public_schema.type_map[name]
    assert isinstance(of, GraphQLObjectType)
    return of


# The schema and the table themselves.


def test_every_field_of_both_schemas_says_what_guards_it() -> None:
    assert policy.unguarded(public_schema) == []
    assert policy.unguarded(subgraph_schema) == []


def test_a_field_that_says_nothing_is_found_and_stops_the_build() -> None:
    @strawberry.type
    class Query:
        told: str = column("Declared.")
        untold: str = strawberry.field(description="Undeclared.")

        @strawberry.field(description="Undeclared as well.")
        def resolved(self) -> str:
            return ""

    schema = strawberry.Schema(Query)._schema
    assert policy.unguarded(schema) == ["Query.untold", "Query.resolved"]
    with pytest.raises(policy.Unguarded, match=r"Query\.untold, Query\.resolved"):
        policy.check(schema)


def test_the_table_has_every_type_and_every_state(stage: Stage) -> None:
    assert set(SEEN) == set(ENTITIES)
    told = {(type_, state) for type_, states in SEEN.items() for state in states}
    assert told == set(stage.kinds)
    assert {letter for states in SEEN.values() for seen in states.values() for letter in seen} == set(LETTERS)


def test_entities_without_an_id_are_tested_by_name() -> None:
    assert set(NAMES.values()) - set(ENTITIES) == {"Answer", "Profile", "Visit"}


def test_the_stage_has_every_course_twice_over() -> None:
    assert set(COURSE) == set(COURSES)


# The ways to a row by its id.


@pytest.mark.parametrize("letter", LETTERS)
async def test_node_finds_what_the_viewer_sees(stage: Stage, ask: Ask, letter: str) -> None:
    viewer = stage.viewers[letter]
    wanted = [id_ for ids in stage.kinds.values() for id_ in ids]
    expected = [
        {"__typename": type_, "id": id_} if letter in SEEN[type_][state] else None
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
]


def unique(rows: Iterable[Base], target: Entity, by: str) -> dict[str, str]:
    """The unique column `by` of an entity's rows to their ids, where it is set."""
    of_kind = [row for row in rows if isinstance(row, target.model)]
    return {getattr(row, by): getattr(row, "id") for row in of_kind if getattr(row, by) is not None}  # noqa: B009


@pytest.mark.parametrize("letter", LETTERS)
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


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("type_", ENTITIES)
async def test_representations_of_a_router_find_what_the_viewer_sees(
    stage: Stage, letter: str, type_: str
) -> None:
    document = f"query($them: [_Any!]!) {{ _entities(representations: $them) {{ ... on {type_} {{ id }} }} }}"
    for key in key_fields(TYPES[ENTITIES[type_]]):
        named = unique(stage.rows, ENTITIES[type_], key)
        them = [{"__typename": type_, key: by} for by in named]
        context = Context(stage.database, stage.viewers[letter])
        result = await run(subgraph_schema, prepare(subgraph_schema, document), context, {"them": them})
        assert not result.errors
        assert result.data
        seen = visible(stage, type_, letter)
        assert result.data["_entities"] == [{"id": id_} if id_ in seen else None for id_ in named.values()]


# Lists at the root.


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


LISTS = {name: get_named_type(field.type) for name, field, _ in root_fields(Listing)}


def listed(name: str) -> str:
    connection = LISTS[name]
    assert isinstance(connection, GraphQLObjectType)
    return get_named_type(connection.fields["nodes"].type).name


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("name", LISTS)
async def test_root_lists_and_their_counts_hold_what_the_viewer_sees(
    stage: Stage, ask: Ask, letter: str, name: str
) -> None:
    assert set(await walked(ask, stage.viewers[letter], name)) == visible(stage, listed(name), letter)


BY_COURSE = [
    name
    for name, field, _ in root_fields(Listing)
    if "filter" in field.args and "course" in get_named_type(field.args["filter"].type).fields  # type: ignore[attr-defined]
]


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("name", BY_COURSE)
async def test_a_filter_shows_nothing_more(stage: Stage, ask: Ask, letter: str, name: str) -> None:
    type_ = listed(name)
    for course_id in stage.ids("Course"):
        within = {
            row.id
            for row in stage.rows
            if isinstance(row, ENTITIES[type_].model) and getattr(row, "course_id", None) == course_id
        }
        found = await walked(ask, stage.viewers[letter], name, f'filter: {{course: "{course_id}"}}')
        assert set(found) == visible(stage, type_, letter) & within


# The ways from one object to others.


def fields_to_ask(of: GraphQLObjectType, depth: int = 4) -> str:
    """All that can be asked of an object without arguments; of other entities their ids alone."""
    asked = ["__typename"]
    for name, field in of.fields.items():
        if any(is_required_argument(argument) for argument in field.args.values()):
            continue
        within = get_named_type(field.type)
        if is_leaf_type(within):
            asked.append(name)
        elif isinstance(within, GraphQLInterfaceType | GraphQLUnionType):
            asked.append(f"{name} {{ __typename ... on Node {{ id }} }}")
        elif isinstance(within, GraphQLObjectType) and within.name in ENTITIES:
            asked.append(f"{name} {{ id }}")
        elif isinstance(source_of(field), Listing):
            asked.append(f"{name}(first: 100) {{ nodes {{ id }} edges {{ node {{ id }} }} totalCount }}")
        elif isinstance(within, GraphQLObjectType) and depth:
            asked.append(f"{name} {{ {fields_to_ask(within, depth - 1)} }}")
    return " ".join(asked)


class Expected:
    """What relations lead to, told from the rows and the table alone."""

    def __init__(self, stage: Stage, letter: str) -> None:
        self.stage = stage
        self.letter = letter
        self.viewer = stage.viewers[letter]
        self._only: dict[Relation, set[str]] = {}

    async def only(self, relation: One | Many) -> set[str]:
        """Ids that a relation's own condition, which is no policy, lets pass."""
        if relation not in self._only:
            assert relation.only is not None
            statement = compiled(select(relation.target.table.c.id).where(relation.only))
            bound = {**statement.constants, **self.viewer.parameters}
            rows = await self.stage.database.fetch(statement.sql, bound)
            self._only[relation] = {row[0] for row in rows}
        return self._only[relation]

    async def related(self, relation: Any, parent: Base) -> set[str]:
        """Ids of all that a relation of `parent` leads to and the viewer sees."""
        target: Entity = relation.target
        keys = [getattr(parent, name) for name in relation.needs]
        by, key = getattr(relation, "by", "id"), keys[0] if keys else self.viewer.id
        through = getattr(relation, "through", None)
        rows = [row for row in self.stage.rows if isinstance(row, through or target.model)]
        is_array = through is None and isinstance(target.table.c[by].type, ARRAY)
        if isinstance(relation, Several):
            found = [row for row in rows if row.id in key]  # type: ignore[attr-defined]
        elif is_array:
            stood = await self.arrays(target, by)
            found = [row for row in rows if key in stood[row.id]]  # type: ignore[attr-defined]
        else:
            found = [row for row in rows if key is not None and getattr(row, by) == key]
        ids = {getattr(row, relation.names if through else "id") for row in found}
        ids &= visible(self.stage, NAMES[target], self.letter)
        if getattr(relation, "only", None) is not None:
            ids &= await self.only(relation)
        return ids

    async def arrays(self, target: Entity, by: str) -> dict[str, list[str]]:
        """An array column, which is worked out only when rows are written."""
        statement = compiled(select(target.table.c.id, target.table.c[by]))
        return dict(await self.stage.database.fetch(statement.sql, {}))


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("type_", ENTITIES)
async def test_relations_lead_to_what_the_viewer_sees_and_never_fail(
    stage: Stage, ask: Ask, letter: str, type_: str
) -> None:
    of, seen = object_type(type_), visible(stage, type_, letter)
    document = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {type_} {{ {fields_to_ask(of)} }} }} }}"
    data = await ask.data(document, stage.viewers[letter], ids=sorted(seen))
    parents = {row.id: row for row in stage.rows if isinstance(row, ENTITIES[type_].model)}  # type: ignore[attr-defined]
    expected = Expected(stage, letter)
    for node in data["nodes"]:
        for name, field in of.fields.items():
            match source_of(field):
                case Link(relation=Choice() as choice):
                    parent = parents[node["id"]]
                    chosen = choice.targets[getattr(parent, choice.needs[0])]
                    wanted = await expected.related(chosen, parent)
                    assert ids_in(node[name]) == wanted, f"{type_}.{name}"
                case Link(relation=Computed()):
                    pass
                case Link(relation=relation) if NAMES.get(relation.target) in ENTITIES:  # type: ignore[attr-defined]
                    wanted = await expected.related(relation, parents[node["id"]])
                    assert ids_in(node[name]) == wanted, f"{type_}.{name}"
                case Listing(page=Page() as page):
                    wanted = await expected.related(page, parents[node["id"]])
                    assert ids_in(node[name]["nodes"]) == wanted, f"{type_}.{name}"
                    assert ids_in([edge["node"] for edge in node[name]["edges"]]) == wanted
                    assert node[name]["totalCount"] == len(wanted), f"{type_}.{name}"


def ids_in(found: Any) -> set[str]:
    """Ids of an object or of several."""
    several = found if isinstance(found, list) else [] if found is None else [found]
    ids = {each["id"] for each in several}
    assert len(ids) == len(several)
    return ids


@pytest.mark.parametrize("letter", LETTERS)
async def test_figures_and_dates_tell_of_nothing_hidden(stage: Stage, ask: Ask, letter: str) -> None:
    document = """
    query($ids: [ID!]!) {
      nodes(ids: $ids) {
        ... on Course {
          dates { resourceId course { id } }
          viewerProgress { visits { available } sections { section { id } items { item { id } } } }
        }
      }
    }
    """
    data = await ask.data(document, stage.viewers[letter], ids=sorted(visible(stage, "Course", letter)))
    known = {id_ for type_ in ("Course", "Section", "Item") for id_ in visible(stage, type_, letter)}
    for node in data["nodes"]:
        assert {each["resourceId"] for each in node["dates"]} <= known
        sections = (node["viewerProgress"] or {"sections": []})["sections"]
        assert {each["section"]["id"] for each in sections} <= known
        items = {item["item"]["id"] for each in sections for item in each["items"]}
        assert items <= known
        if node["viewerProgress"]:
            assert node["viewerProgress"]["visits"]["available"] == len(items)


# What has no id of its own.


@pytest.mark.parametrize("letter", LETTERS)
async def test_profiles_are_seen_by_their_user_and_staff(stage: Stage, ask: Ask, letter: str) -> None:
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on User { id profile { email } } } }"
    data = await ask.data(document, stage.viewers[letter], ids=list(stage.ids("User")))
    shown = {node["id"] for node in data["nodes"] if node and node["profile"]}
    assert shown == {id_ for id_, user in stage.ids("User").items() if letter in PROFILE[user]}


@pytest.mark.parametrize("letter", LETTERS)
async def test_visits_are_seen_by_who_made_them_where_the_item_is(
    stage: Stage, ask: Ask, letter: str
) -> None:
    document = """
    query($ids: [ID!]!) { nodes(ids: $ids) { ... on Course { id viewerLastVisit { item { id } } } } }
    """
    viewer = stage.viewers[letter]
    data = await ask.data(document, viewer, ids=sorted(visible(stage, "Course", letter)))
    items = visible(stage, "Item", letter)
    made = {
        row.course_id  # type: ignore[attr-defined]
        for row in stage.rows
        if row.__tablename__ == "visits" and row.user_id == viewer.id and row.item_id in items  # type: ignore[attr-defined]
    }
    found = {node["id"]: node["viewerLastVisit"] for node in data["nodes"]}
    assert {course_id for course_id, visit in found.items() if visit} == made & set(found)
    assert {visit["item"]["id"] for visit in found.values() if visit} <= items
    assert bool(made & set(found)) is (letter in "LX")


@pytest.mark.parametrize("letter", LETTERS)
async def test_answers_are_seen_with_their_submission(stage: Stage, ask: Ask, letter: str) -> None:
    document = """
    query($ids: [ID!]!) {
      nodes(ids: $ids) { ... on Submission { id answers { options { id } text points } } }
    }
    """
    seen = visible(stage, "Submission", letter)
    data = await ask.data(document, stage.viewers[letter], ids=list(stage.ids("Submission")))
    assert {node["id"] for node in data["nodes"] if node} == seen
    options = visible(stage, "Option", letter)
    for node in filter(None, data["nodes"]):
        assert len(node["answers"]) == 5
        assert {option["id"] for answer in node["answers"] for option in answer["options"]} <= options
