"""Applications: how they sign in, what their tokens are for, which courses they know."""

from base64 import b64encode
from typing import Any

import pytest

from graph.declaring.schema import public_schema
from graph.execution.execute import prepare, run
from models.catalogue.course import CourseStatus
from models.postgres.base import new_id
from models.postgres.database import Database
from resolvers.access.viewer import Role, Viewer, authenticate
from resolvers.commands.problem import Refused
from resolvers.operations.context import Context
from resolvers.operations.errors import Unauthenticated
from resolvers.people.application import (
    CreateApplication,
    CreateApplicationToken,
    create_application,
    create_application_token,
)
from tests.conftest import ANONYMOUS, Ask
from tests.world import World

CREATE = """
mutation($name: String!) {
  createApplication(input: {name: $name}) {
    application { id name courses { totalCount } } secret userErrors { field code }
  }
}
"""
CREATE_BLINDLY = """
mutation($name: String!) { createApplication(input: {name: $name}) { userErrors { code } } }
"""
GRANT = """
mutation($scope: String!, $for: Int) {
  createApplicationToken(input: {scope: $scope, expiresIn: $for}) {
    application { name } secret expiresIn userErrors { field code }
  }
}
"""
ENROLL = 'mutation { enroll(input: {courseId: "%s"}) { userErrors { code } } }'


async def made(database: Database, name: str = "Team") -> tuple[Viewer, str]:
    """A new application, and its credentials as a header carries them."""
    async with database.transaction() as session:
        created = await create_application(session, Viewer(role=Role.STAFF), CreateApplication(name=name))
    id_ = created.application_id
    basic = b64encode(f"{id_}:{created.secret}".encode()).decode()
    return Viewer(role=Role.APPLICATION, application_id=id_), f"Basic {basic}"


async def granted(database: Database, viewer: Viewer, scope: str) -> Viewer:
    """Who the token of a scope is."""
    async with database.transaction() as session:
        token = await create_application_token(session, viewer, CreateApplicationToken(scope=scope))
    return await authenticate(database, {"authorization": f"Bearer {token.secret}"})


async def test_staff_make_an_application_that_signs_in_by_its_secret(
    ask: Ask, world: World, database: Database
) -> None:
    created = (await ask.data(CREATE, await world.staff(), name=" Team "))["createApplication"]
    assert created["userErrors"] == []
    id_ = created["application"].pop("id")
    assert created["application"] == {"name": "Team", "courses": {"totalCount": 0}}
    basic = b64encode(f"{id_}:{created['secret']}".encode()).decode()
    assert await authenticate(database, {"authorization": f"Basic {basic}"}) == Viewer(
        role=Role.APPLICATION, languages=("en",), application_id=id_
    )


@pytest.mark.parametrize("name", ["", "  ", "a" * 101, "a\0"])
async def test_a_name_that_is_none_is_refused(ask: Ask, world: World, name: str) -> None:
    created = (await ask.data(CREATE, await world.staff(), name=name))["createApplication"]
    assert created["userErrors"] == [{"field": ["name"], "code": "INVALID_INPUT"}]


async def test_only_staff_make_applications(ask: Ask, world: World, database: Database) -> None:
    for viewer in (await world.learner(), (await made(database))[0]):
        created = (await ask.data(CREATE, viewer, name="Team"))["createApplication"]
        assert created["userErrors"] == [{"field": [], "code": "NOT_ACCESSIBLE"}]
    answer = await ask(CREATE, ANONYMOUS, name="Team")
    assert [error["extensions"]["code"] for error in answer.errors] == ["UNAUTHENTICATED"]


async def test_credentials_that_are_wrong_name_nobody(database: Database) -> None:
    viewer, _ = await made(database)
    wrong = [
        "",
        ":",
        f"{viewer.application_id}:",
        f"{viewer.application_id}:x",
        f"{new_id()}:x",
        "a:b",
        "\xff:",
    ]
    for each in wrong:
        with pytest.raises(Unauthenticated):
            await authenticate(
                database, {"authorization": "Basic " + b64encode(each.encode("latin-1")).decode()}
            )
    for header in ("Basic", "Basic ", "Basic a", "Basic ====", "Basic a b"):
        with pytest.raises(Unauthenticated):
            await authenticate(database, {"authorization": header})


async def test_a_token_carries_its_scopes_and_expires(ask: Ask, database: Database) -> None:
    viewer, _ = await made(database)
    token = (await ask.data(GRANT, viewer, **{"scope": "read write:course", "for": 60}))[
        "createApplicationToken"
    ]
    assert (token["application"], token["expiresIn"], token["userErrors"]) == ({"name": "Team"}, 60, [])
    found = await authenticate(database, {"authorization": f"Bearer {token['secret']}"})
    assert found.scopes == frozenset(("read", "write:course"))
    assert (found.application_id, found.role, found.id) == (viewer.application_id, Role.APPLICATION, None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"scope": ""}, "scope"),
        ({"scope": "all"}, "scope"),
        ({"scope": "read,write"}, "scope"),
        ({"scope": "read  write"}, "scope"),
        ({"scope": "read", "for": 0}, "expiresIn"),
        ({"scope": "read", "for": 10**9}, "expiresIn"),
    ],
)
async def test_what_no_token_can_be_for_is_refused(
    ask: Ask, database: Database, given: dict[str, Any], field: str
) -> None:
    viewer, _ = await made(database)
    token = (await ask.data(GRANT, viewer, **given))["createApplicationToken"]
    assert token["userErrors"] == [{"field": [field], "code": "INVALID_INPUT"}]
    assert token["secret"] is None


async def test_a_token_makes_no_further_tokens(ask: Ask, world: World, database: Database) -> None:
    viewer, _ = await made(database)
    token = await granted(database, viewer, "read write delete")
    for each in (token, ANONYMOUS, await world.staff()):
        answer = await ask(GRANT, each, scope="read")
        assert [error["extensions"]["code"] for error in answer.errors] == ["UNAUTHENTICATED"]


async def test_expired_tokens_are_dropped_with_the_next(database: Database, world: World) -> None:
    viewer, _ = await made(database)
    first = await granted(database, viewer, "read")
    async with database.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql(
            "UPDATE tokens SET expires_at = now() - interval '1 s' WHERE id = %s", (first.token_id,)
        )
    await granted(database, viewer, "read")
    rows = await database.fetch(
        "SELECT count(*) FROM tokens WHERE application_id = %(id)s", {"id": viewer.application_id}
    )
    assert rows == [(1,)]


@pytest.mark.parametrize(
    ("scope", "reads", "writes"),
    [
        ("read", True, False),
        ("read:course", True, False),
        ("read:registration", False, False),
        ("write", False, True),
        ("write:course read:course", True, True),
        ("delete", False, False),
    ],
)
async def test_operations_need_their_scope(
    ask: Ask, database: Database, scope: str, reads: bool, writes: bool
) -> None:
    token = await granted(database, (await made(database))[0], scope)
    read = await ask("{ applications { nodes { name } } }", token)
    assert [error["extensions"]["code"] for error in read.errors] == ([] if reads else ["FORBIDDEN"])
    assert (read.data is not None) is reads
    written = await ask(CREATE_BLINDLY, token, name="a")
    assert [error["extensions"]["code"] for error in written.errors] == ([] if writes else ["FORBIDDEN"])


async def test_an_application_knows_its_own_courses_alone(ask: Ask, world: World, database: Database) -> None:
    viewer, _ = await made(database)
    other, _ = await made(database)
    own = await world.course(
        title="Own", application_id=viewer.application_id, status=CourseStatus.PREPARATION, is_hidden=True
    )
    await world.course(title="Other", application_id=other.application_id)
    await world.course(title="Nobody's")
    await world.item(await world.section(own))
    document = "{ courses { nodes { title viewerCanAccess application { name } } totalCount } }"
    found = (await ask.data(document, viewer))["courses"]
    assert found == {
        "nodes": [{"title": "Own", "viewerCanAccess": True, "application": {"name": "Team"}}],
        "totalCount": 1,
    }


async def test_others_do_not_know_who_keeps_a_course(ask: Ask, world: World, database: Database) -> None:
    viewer, _ = await made(database)
    course = await world.course(application_id=viewer.application_id)
    document = "query($id: ID!) { course(id: $id) { application { name } } applications { totalCount } }"
    for each in (ANONYMOUS, await world.learner(course), await world.teacher(course)):
        data = await ask.data(document, each, id=course.id)
        assert data == {"course": {"application": None}, "applications": {"totalCount": 0}}
    told = await ask.data(document, await world.staff(), id=course.id)
    assert told["course"] == {"application": {"name": "Team"}}


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_courses_of_applications_take_as_many_statements_for_many(
    ask: Ask, world: World, database: Database, rows: int
) -> None:
    viewer, _ = await made(database)
    await world.courses(rows, application_id=viewer.application_id)
    document = "{ applications { nodes { courses(first: 100) { nodes { title application { name } } } } } }"
    answer = await ask(document, viewer)
    assert len(answer.data["applications"]["nodes"][0]["courses"]["nodes"]) == rows
    assert len(answer.statements) == 3


async def test_commands_of_users_are_not_for_applications(ask: Ask, world: World, database: Database) -> None:
    viewer, _ = await made(database)
    course = await world.course(application_id=viewer.application_id)
    answer = await ask(ENROLL % course.id, viewer)
    assert [error["extensions"]["code"] for error in answer.errors] == ["UNAUTHENTICATED"]


async def test_a_forbidden_read_asks_the_database_nothing(database: Database) -> None:
    viewer = Viewer(role=Role.APPLICATION, application_id=new_id(), scopes=frozenset())
    context = Context(database, viewer)
    result = await run(public_schema, prepare(public_schema, "{ __typename }"), context)
    assert result.data is None
    assert context.statements == []


async def test_a_command_says_why_it_makes_no_application(database: Database) -> None:
    async with database.transaction() as session:
        with pytest.raises(Refused, match="Only staff"):
            await create_application(session, ANONYMOUS, CreateApplication(name="a"))
