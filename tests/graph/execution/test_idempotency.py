"""Mutations under a key: done once, answered alike."""

import asyncio
from typing import Any

import orjson
import pytest
from graphql import ExecutionResult

from graph.declaring.schema import public_schema
from graph.execution.execute import prepare, run
from models.catalogue.item import Item
from models.postgres.base import new_id
from models.postgres.database import Database
from resolvers.access.viewer import Viewer
from resolvers.operations.context import Context
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
