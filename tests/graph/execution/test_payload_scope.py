"""What a token learns from the payload of a mutation, by its scope."""

import pytest

from graph.declaring.schema import public_schema
from graph.execution.execute import prepare, run
from models.people.application import Application
from models.postgres.base import new_id
from models.postgres.database import Database
from resolvers.access.viewer import Role, Viewer
from resolvers.operations.context import Context
from rest.in_process import OUR_OWN
from tests.conftest import Ask
from tests.world import World

RENAME = 'mutation($id: ID!) { setCourseTitle(input: {courseId: $id, title: "New"}) { %s } }'
FRAGMENTS = " fragment Own on Course { id } fragment More on Course { ...Own title }"


@pytest.fixture
async def course(world: World) -> str:
    application = await world.add(Application(id=new_id(), name="App", secret_hash=b""))
    return (await world.course(title="Old", application_id=application.id)).id


async def of_scopes(database: Database, course: str, *scopes: str) -> Viewer:
    rows = await database.fetch("SELECT application_id FROM courses WHERE id = %(id)s", {"id": course})
    return Viewer(role=Role.APPLICATION, application_id=str(rows[0][0]), scopes=frozenset(scopes))


@pytest.mark.parametrize(
    ("payload", "is_own"),
    [
        ("userErrors { code field message }", True),
        ("__typename", True),
        ("course { id }", True),
        ("renamed: course { __typename key: id }", True),
        ("course { ...Own }", True),
        ("... { course { ... on Course { id } } }", True),
        ("course { title }", False),
        ("course { id sections { id } }", False),
        ("course { id } again: course { application { courses { nodes { title } } } }", False),
        ("course { ...More }", False),
        ("... on SetCourseTitlePayload { course { ... { title } } }", False),
        ("course { title @skip(if: true) }", False),
    ],
)
async def test_without_read_a_payload_has_its_own_values_and_ids(
    ask: Ask, course: str, payload: str, is_own: bool
) -> None:
    used = FRAGMENTS if "...More" in payload else FRAGMENTS.partition("} fragment")[0] + "}"
    document = RENAME % payload + (used if "...Own" in payload or "...More" in payload else "")
    writes = await of_scopes(ask.database, course, "write")
    answer = await ask(document, writes, id=course)
    title = "New" if is_own else "Old"
    assert [error["extensions"]["code"] for error in answer.errors] == ([] if is_own else ["FORBIDDEN"])
    rows = await ask.database.fetch("SELECT title FROM courses WHERE id = %(id)s", {"id": course})
    assert rows == [(title,)]
    if not is_own:
        assert answer.statements == []
        assert answer.errors[0]["locations"]


@pytest.mark.parametrize("scopes", [["write", "read"], ["write:course", "read:course"]])
async def test_with_read_a_payload_has_everything(ask: Ask, course: str, scopes: list[str]) -> None:
    viewer = await of_scopes(ask.database, course, *scopes)
    data = await ask.data(RENAME % "course { id title }", viewer, id=course)
    assert data == {"setCourseTitle": {"course": {"id": course, "title": "New"}}}


async def test_a_replay_shows_no_more_than_the_scope_allows(ask: Ask, course: str) -> None:
    document = RENAME.replace("}) {", '}) @idempotent(key: "a") {') % "course { title }"
    both = await of_scopes(ask.database, course, "write", "read")
    await ask.data(document, both, id=course)
    answer = await ask(document, await of_scopes(ask.database, course, "write"), id=course)
    assert (answer.data, answer.errors[0]["extensions"]["code"]) == (None, "FORBIDDEN")


async def test_a_route_shows_what_it_documents(database: Database, course: str) -> None:
    document = prepare(public_schema, RENAME % "course { title }", OUR_OWN)
    context = Context(database, await of_scopes(database, course, "write"))
    result = await run(public_schema, document, context, {"id": course})
    assert result.data == {"setCourseTitle": {"course": {"title": "New"}}}
