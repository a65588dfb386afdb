"""Who sees what by the ways that lead from one object to others."""

from dataclasses import replace
from typing import Any

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from sqlalchemy import select

from graph.declaring.schema import public_schema
from graph.declaring.source import Link, Listing, source_of
from models.catalogue.item import Item
from models.learning.visit import Visit
from resolvers.access.viewer import Role
from resolvers.loading.entity import Entity
from resolvers.loading.relation import Choice, Many, One
from resolvers.loading.sql import compiled
from tests.conftest import Ask
from tests.policy_rows import Stage
from tests.policy_table import ALL_VIEWERS, NODES_BY_TYPE, PROFILE_VIEWERS, TYPE_NAMES, visible


@pytest.fixture
def ask(stage: Stage) -> Ask:
    """Asks the stage."""
    return Ask(stage.database)


def object_type(name: str) -> GraphQLObjectType:
    of = public_schema.type_map[name]
    assert isinstance(of, GraphQLObjectType)
    return of


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
        elif isinstance(within, GraphQLObjectType) and within.name in NODES_BY_TYPE:
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
        self._read: dict[Any, list[tuple[Any, ...]]] = {}

    async def read(self, *columns: Any, only: Any = None) -> list[tuple[Any, ...]]:
        """Columns of all rows of a table, whoever asks; `only` narrows them, and is no policy."""
        asked = (*map(str, columns), str(only))
        if asked not in self._read:
            statement = compiled(select(*columns) if only is None else select(*columns).where(only))
            bound = {**statement.constants, **self.stage.viewers[self.letter].parameters}
            self._read[asked] = await self.stage.database.fetch(statement.sql, bound)
        return self._read[asked]

    async def related(self, relation: Any, parent: Entity, id_: str) -> set[str]:
        """Ids of all that a relation leads to from one row of `parent`, and the viewer sees."""
        target: Entity = relation.target
        needed = [parent.column(name, Role.STAFF) for name in relation.needs]
        ((*keys,),) = [row[1:] for row in await self.read(parent.table.c.id, *needed) if row[0] == id_]
        key = keys[0] if keys else self.stage.viewers[self.letter].id
        through = getattr(relation, "through", None)
        table = through.__table__ if through else target.table
        names = table.c[relation.names if through else "id"]
        rows = await self.read(names, table.c[getattr(relation, "by", "id")])
        found = {
            name
            for name, by in rows
            if key is not None and (key in by if isinstance(by, list) else key == by)
        }
        if (only := getattr(relation, "only", None)) is not None:
            found &= {name for (name,) in await self.read(names, only=only)}
        return found & visible(self.stage, TYPE_NAMES[target], self.letter)


@pytest.mark.parametrize("letter", ALL_VIEWERS)
@pytest.mark.parametrize("type_", NODES_BY_TYPE)
async def test_relations_lead_to_what_the_viewer_sees_and_never_fail(
    stage: Stage, ask: Ask, letter: str, type_: str
) -> None:
    of, seen = object_type(type_), visible(stage, type_, letter)
    document = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {type_} {{ {fields_to_ask(of)} }} }} }}"
    data = await ask.data(document, stage.viewers[letter], ids=sorted(seen))
    parent, expected = NODES_BY_TYPE[type_], Expected(stage, letter)
    content = {row.id: row.content_type for row in stage.rows if isinstance(row, Item)}
    for node in data["nodes"]:
        for name, field in of.fields.items():
            relation: Any = None
            found = node.get(name)
            match source_of(field):
                case Link(relation=Choice() as choice):
                    relation = choice.targets[content[node["id"]]]
                    relation = replace(relation, needs=choice.needs[1:])
                case Link(relation=One() | Many() as relation) if (
                    TYPE_NAMES[relation.target] not in NODES_BY_TYPE
                ):
                    continue
                case Link(relation=One() | Many() as relation):
                    pass
                case Listing(page=relation):
                    assert [edge["node"] for edge in found["edges"]] == found["nodes"]
                    assert found["totalCount"] == len(found["nodes"]), f"{type_}.{name}"
                    found = found["nodes"]
                case _:
                    continue
            assert ids_in(found) == await expected.related(relation, parent, node["id"]), f"{type_}.{name}"


def ids_in(found: Any) -> set[str]:
    """Ids of an object or of several."""
    several = found if isinstance(found, list) else [] if found is None else [found]
    ids = {each["id"] for each in several}
    assert len(ids) == len(several)
    return ids


@pytest.mark.parametrize("letter", ALL_VIEWERS)
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


@pytest.mark.parametrize("letter", ALL_VIEWERS)
async def test_profiles_are_seen_by_their_user_and_staff(stage: Stage, ask: Ask, letter: str) -> None:
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on User { id profile { email } } } }"
    data = await ask.data(document, stage.viewers[letter], ids=list(stage.ids("User")))
    shown = {node["id"] for node in data["nodes"] if node and node["profile"]}
    assert shown == {id_ for id_, user in stage.ids("User").items() if letter in PROFILE_VIEWERS[user]}


@pytest.mark.parametrize("letter", ALL_VIEWERS)
async def test_visits_are_seen_by_who_made_them_where_the_item_is(
    stage: Stage, ask: Ask, letter: str
) -> None:
    document = """
    query($ids: [ID!]!) { nodes(ids: $ids) { ... on Course { id viewerLastVisit { item { id } } } } }
    """
    viewer = stage.viewers[letter]
    data = await ask.data(document, viewer, ids=sorted(visible(stage, "Course", letter)))
    items = visible(stage, "Item", letter)
    visits = [row for row in stage.rows if isinstance(row, Visit) and row.user_id == viewer.id]
    made = {visit.course_id for visit in visits if visit.item_id in items}
    found = {node["id"]: node["viewerLastVisit"] for node in data["nodes"]}
    assert {course_id for course_id, visit in found.items() if visit} == made & set(found)
    assert {visit["item"]["id"] for visit in found.values() if visit} <= items
    assert bool(made & set(found)) is (letter in "LX")


@pytest.mark.parametrize("letter", ALL_VIEWERS)
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
