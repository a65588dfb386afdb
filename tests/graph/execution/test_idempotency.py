"""Mutations under a key: done once, answered alike."""

import asyncio
from typing import Any

import orjson
import pytest
from graphql import ExecutionResult, GraphQLError
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from graph.declaring.schema import public_schema
from graph.execution.execute import prepare, run
from graph.execution.idempotency import answered, claims
from graph.execution.increments import increments
from graph.limits.gate import AdmissionControl
from models.catalogue.item import Item
from models.postgres.base import new_id
from models.postgres.database import Database
from resolvers.access import throttle
from resolvers.access.password import hash_password
from resolvers.access.viewer import Viewer
from resolvers.operations.context import Context
from resolvers.operations.errors import Unavailable, unavailable
from settings.environment import Settings
from tests.conftest import Ask
from tests.world import World

VISIT = """
mutation($item: ID!, $key: String!) {
  visitItem(input: {itemId: $item}) @idempotent(key: $key) { visit { visitedAt } userErrors { code } }
}
"""
ENROLL = """
mutation($course: ID!, $key: String!) {
  enroll(input: {courseId: $course}) @idempotent(key: $key) { enrollment { id mode } userErrors { code } }
}
"""


async def seen(world: World) -> tuple[Viewer, str]:
    """A learner, and an item that they may open."""
    course = await world.course()
    section = await world.section(course)
    ((item, _),) = await world.items([section])
    return await world.learner(course), item.id


def codes(errors: list[dict[str, Any]]) -> list[str]:
    return [error["extensions"]["code"] for error in errors]


async def test_the_same_key_gets_the_same_answer(ask: Ask, world: World) -> None:
    viewer, item = await seen(world)
    first = await ask(VISIT, viewer, item=item, key="a")
    again = await ask(VISIT, viewer, item=item, key="a")
    other = await ask(VISIT, viewer, item=item, key="b")
    assert again.data == first.data
    assert other.data != first.data
    assert any("INSERT INTO visits" in each for each in first.statements)
    assert not any("INSERT INTO visits" in each for each in again.statements)


async def test_an_answer_outlives_what_it_tells_of(ask: Ask, world: World) -> None:
    viewer, item = await seen(world)
    first = await ask.data(VISIT, viewer, item=item, key="a")
    await ask.data(VISIT, viewer, item=item, key="b")
    assert await ask.data(VISIT, viewer, item=item, key="a") == first
    async with ask.database.transaction() as session:
        await session.delete(await session.get_one(Item, item))
    assert await ask.data(VISIT, viewer, item=item, key="a") == first


async def test_another_selection_of_what_is_done_is_read_anew(ask: Ask, world: World) -> None:
    viewer, item = await seen(world)
    await ask.data(VISIT, viewer, item=item, key="a")
    shorter = VISIT.replace("visit { visitedAt }", "item { id }")
    again = await ask(shorter, viewer, item=item, key="a")
    assert again.data["visitItem"]["item"] == {"id": item}
    assert not any("INSERT INTO visits" in each for each in again.statements)


async def test_the_same_key_for_something_else(ask: Ask, world: World) -> None:
    viewer, item = await seen(world)
    await ask.data(VISIT, viewer, item=item, key="a")
    answer = await ask(VISIT, viewer, item=new_id(), key="a")
    assert codes(answer.errors) == ["IDEMPOTENCY_KEY_REUSED"]
    course = await world.course()
    assert codes((await ask(ENROLL, viewer, course=course.id, key="a")).errors) == ["IDEMPOTENCY_KEY_REUSED"]


async def test_keys_are_each_viewers_own(ask: Ask, world: World) -> None:
    course = await world.course()
    one, other = await world.learner(), await world.learner()
    first = await ask.data(ENROLL, one, course=course.id, key="a")
    assert await ask.data(ENROLL, other, course=course.id, key="a") != first


async def test_what_is_refused_is_not_kept(ask: Ask, world: World) -> None:
    course = await world.course(is_invite_only=True)
    viewer = await world.learner()
    refused = await ask.data(ENROLL, viewer, course=course.id, key="a")
    assert refused["enroll"]["userErrors"] == [{"code": "INVITE_ONLY"}]
    assert (
        await ask.database.fetch(
            "SELECT 1 FROM idempotent_writes WHERE key = %(key)s AND viewer = %(who)s",
            {"key": "a", "who": f"user {viewer.id}"},
        )
        == []
    )


async def test_a_key_lives_a_day(ask: Ask, world: World) -> None:
    viewer, item = await seen(world)
    first = await ask.data(VISIT, viewer, item=item, key="a")
    await ask.database.fetch(
        "UPDATE idempotent_writes SET created_at = now() - interval '25 hours' "
        "WHERE viewer = %(who)s RETURNING key",
        {"who": f"user {viewer.id}"},
    )
    assert await ask.data(VISIT, viewer, item=item, key="a") != first


async def test_twins_are_done_once(database: Database, world: World) -> None:
    course = await world.course()
    viewer = await world.learner()
    document = prepare(public_schema, ENROLL)
    variables = {"course": course.id, "key": new_id()}

    async def one() -> tuple[bytes, int]:
        context = Context(database, viewer)
        result: ExecutionResult = await run(public_schema, document, context, variables, as_text=True)
        inserted = sum("INSERT INTO enrollments" in each for each in context.statements)
        return orjson.dumps(result.data), inserted

    answers = await asyncio.gather(*(one() for _ in range(6)))
    assert len({answer for answer, _ in answers}) == 1
    assert sum(inserted for _, inserted in answers) == 1


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_a_key_that_is_none(key: str, ask: Ask, world: World) -> None:
    viewer, item = await seen(world)
    assert codes((await ask(VISIT, viewer, item=item, key=key)).errors) == ["BAD_USER_INPUT"]


async def test_secrets_are_not_kept(ask: Ask, world: World) -> None:
    document = 'mutation { createToken(input: {label: "a"}) @idempotent(key: "a") { secret } }'
    assert codes((await ask(document, await world.learner())).errors) == ["BAD_USER_INPUT"]


async def test_an_answer_that_was_not_kept_is_read_again(ask: Ask, world: World) -> None:
    """As after a kill between the command's commit and the keeping of its answer."""
    viewer, item = await seen(world)
    first = await ask.data(VISIT, viewer, item=item, key="a")
    await ask.database.fetch(
        "UPDATE idempotent_writes SET answer = NULL, selection = NULL WHERE viewer = %(who)s RETURNING key",
        {"who": f"user {viewer.id}"},
    )
    again = await ask(VISIT, viewer, item=item, key="a")
    assert again.data == first
    assert not any("INSERT INTO visits" in each for each in again.statements)


async def test_the_key_of_a_request(database: Database, world: World) -> None:
    viewer, item = await seen(world)
    document = prepare(
        public_schema, VISIT.replace("@idempotent(key: $key)", "").replace(", $key: String!", "")
    )
    answers = []
    for key in ("a", "a", "b"):
        context = Context(database, viewer)
        context.idempotency_key = key
        answers.append((await run(public_schema, document, context, {"item": item})).data)
    assert answers[0] == answers[1] != answers[2]


BESIDE = """
mutation($item: ID!, $key: String!, $login: String!) {
  a: visitItem(input: {itemId: $item}) @idempotent(key: $key) { item { id } userErrors { code } }
  b: logIn(input: {login: $login, password: "y"}) { secret userErrors { code } }
}
"""
LAST = 'b: logIn(input: {login: $login, password: "y"}) { secret userErrors { code } }\n}'
FIRST = BESIDE.replace(LAST, "}").replace("  a:", "  " + LAST.removesuffix("\n}") + "\n  a:")


@pytest.mark.parametrize("document", [BESIDE, FIRST], ids=["after", "before"])
async def test_a_replay_keeps_the_errors_of_other_fields(
    document: str, database: Database, world: World
) -> None:
    viewer, item = await seen(world)
    variables = {"item": item, "key": "a", "login": f"nobody {new_id()}"}
    results = [
        await run(public_schema, prepare(public_schema, document), context, variables, as_text=as_text)
        for _ in range(4)
        for as_text in (False, True)
        for context in [Context(database, viewer)]
    ]
    for result in results[:5]:
        assert result.errors is None
        data: Any = orjson.loads(orjson.dumps(result.data))
        assert data["a"] == {"item": {"id": item}, "userErrors": []}
        assert data["b"]["userErrors"] == [{"code": "INVALID_CREDENTIALS"}]
    for result in results[5:]:
        assert result.data is None
        (error,) = result.errors or []
        assert error.path == ["b"]
        assert (error.extensions or {})["code"] == "RATE_LIMITED"


@pytest.mark.parametrize(
    "error", [PoolTimeout("x"), OperationalError("x"), Unavailable("late", "TIMEOUT")], ids=repr
)
async def test_a_replay_keeps_the_faults_of_other_fields(
    error: Unavailable | PoolTimeout | OperationalError,
    database: Database,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    viewer, item = await seen(world)
    variables = {"item": item, "key": "a", "login": "nobody"}
    document = prepare(public_schema, BESIDE)
    visit = VISIT.replace("visit { visitedAt }", "item { id }")
    await run(public_schema, prepare(public_schema, visit), Context(database, viewer), variables)

    async def failing(*_: Any) -> None:
        raise error

    monkeypatch.setattr(throttle, "spend", failing)
    gate = AdmissionControl(Settings())
    for _ in range(2):
        context = Context(database, viewer)
        result = await gate.run(public_schema, document, context, variables, as_text=True)
        assert result.data is None
        (said,) = result.errors or []
        expected = error if isinstance(error, Unavailable) else unavailable(error)
        assert (said.extensions or {})["code"] == expected.code


async def test_a_fault_of_another_field_does_not_undo_the_key(
    database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A field that may be null fails alone: the payload beside it is stored."""
    viewer, item = await seen(world)
    beside = VISIT.replace("userErrors { code } }", "userErrors { code } item { id } }")
    context = Context(database, viewer)
    document = prepare(public_schema, beside)
    assert document.node
    (operation,) = document.node.definitions
    context.claims = claims(document.node, operation, context, {"key": "a"})  # type: ignore[arg-type]
    context.claims["visitItem"].answer = None
    fault = GraphQLError("failed", path=["other", "field"])
    data = {"visitItem": {"userErrors": [], "item": {"id": item}}, "other": None}
    result = await answered(context, ExecutionResult(data, [fault]), as_text=False)
    assert (result.data, result.errors) == (data, [fault])
    assert context.claims["visitItem"].answer == orjson.dumps(data["visitItem"]).decode()
    own = Context(database, viewer)
    own.claims = claims(document.node, operation, own, {"key": "b"})  # type: ignore[arg-type]
    fault = GraphQLError("failed", path=["visitItem", "item"])
    await answered(own, ExecutionResult(data, [fault]), as_text=False)
    assert own.claims["visitItem"].answer is None


LOG_IN_THEN_ENROLL = """
mutation($login: String!, $course: ID!) {
  logIn(input: {login: $login, password: "secret"}) { userErrors { code } }
  enroll(input: {courseId: $course}) @idempotent(key: "1") { enrollment { id } userErrors { code } }
}
"""


async def test_a_key_belongs_to_who_has_logged_in(ask: Ask, world: World) -> None:
    course = await world.course()
    enrolled = []
    for _ in range(2):
        user = await world.user(username=f"u{new_id()}", password_hash=hash_password("secret"))
        answer = await ask.data(LOG_IN_THEN_ENROLL, login=user.username, course=course.id)
        enrolled.append(answer["enroll"])
        again = await ask.data(LOG_IN_THEN_ENROLL, login=user.username, course=course.id)
        assert again["enroll"] == answer["enroll"]
        rows = await ask.database.fetch(
            "SELECT viewer FROM idempotent_writes WHERE viewer = %(who)s", {"who": f"user {user.id}"}
        )
        assert len(rows) == 1
    assert enrolled[0] != enrolled[1]


async def test_anonymous_callers_have_no_keys(ask: Ask) -> None:
    """Strangers cannot be told apart: their keys would meet."""
    ticket = """
    mutation {
      createTicket(input: {topic: TECHNICAL, title: "a", report: "b", language: "en", mail: "a@example.org"})
        @idempotent(key: "a") { ticketId }
    }
    """
    answer = await ask(ticket)
    assert codes(answer.errors) == ["BAD_USER_INPUT"]
    assert answer.errors[0]["message"] == "Sign in first: idempotency keys need a viewer."


async def test_a_deferred_part_does_not_undo_the_key(database: Database, world: World) -> None:
    viewer, item = await seen(world)
    document = VISIT.replace("visit { visitedAt }", "... @defer { visit { visitedAt } }")
    bodies = []
    for _ in range(2):
        context = Context(database, viewer)
        gate = AdmissionControl(Settings())
        prepared = prepare(public_schema, document)
        variables = {"item": item, "key": "a"}
        parts = increments(public_schema, prepared, context, variables, None, "v0.2", gate)
        bodies.append([body async for body in parts])
    assert bodies[0] == bodies[1]
    assert [set(body) for body in bodies[0]] == [{"data", "hasNext"}]
