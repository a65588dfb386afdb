"""How plans are kept, and what becomes of requests that are given up."""

import asyncio
from typing import Any

import pytest
from graphql.execution.values import VariableValues
from psycopg.errors import DivisionByZero

from graph.declaring.schema import public_schema
from graph.engine.child import CHUNK, Run, grow
from graph.engine.level import Level
from graph.engine.run import MOST_PLANS, Planned
from graph.execution.execute import prepare
from models.postgres.connection import Question
from models.postgres.database import BatchReader, Database
from resolvers.access.viewer import Viewer
from resolvers.operations.context import Context
from tests.conftest import UNLIMITED, Ask
from tests.world import World

CONDITIONAL = """
query($slug: String!, $short: Boolean!) {
  course(slug: $slug) { title @include(if: $short) sections @skip(if: $short) { title } }
}
"""


async def test_a_plan_is_made_once_for_each_choice_of_conditions(ask: Ask, world: World) -> None:
    course = await world.course(title="Plans")
    for _ in range(2):
        short = await ask.data(CONDITIONAL, slug=course.slug, short=True)
        long = await ask.data(CONDITIONAL, slug=course.slug, short=False)
        assert short == {"course": {"title": "Plans"}}
        assert long == {"course": {"sections": []}}
    document = prepare(public_schema, CONDITIONAL, UNLIMITED)
    planned = document.planned[None]
    assert planned.plan({"short": True}, False) is planned.plan({"short": True}, False)
    assert planned.plan({"short": True}, False) is not planned.plan({"short": False}, False)


async def test_plans_of_one_operation_are_bounded() -> None:
    names = [f"v{place}" for place in range(6)]
    fields = " ".join(f"a{name}: __typename @skip(if: ${name})" for name in names)
    text = f"query({', '.join(f'${name}: Boolean!' for name in names)}) {{ {fields} }}"
    node = prepare(public_schema, text).node
    assert node is not None
    planned = Planned(public_schema, node, node.definitions[0], print)  # type: ignore[arg-type]
    for number in range(64):
        planned.plan({name: bool(number >> place & 1) for place, name in enumerate(names)}, True)
    assert len(planned._plans) <= MOST_PLANS


async def test_only_the_columns_that_are_asked_for_are_read(ask: Ask, world: World) -> None:
    course = await world.course(description="long")
    answer = await ask("query($slug: String!) { course(slug: $slug) { title } }", slug=course.slug)
    (statement,) = answer.statements
    assert "title" in statement
    assert "description" not in statement


@pytest.mark.parametrize("together", [1, 3])
async def test_statements_that_nobody_waits_for_are_cancelled(database: Database, together: int) -> None:
    reader = BatchReader(database)
    sleep = "SELECT pg_sleep(20), %(name)s::text"
    waiting = [asyncio.create_task(reader.fetch(sleep, {"name": "left"})) for _ in range(together)]
    await asyncio.sleep(0.2)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    running = (
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep(20)%%'"
    )
    for _ in range(20):
        await asyncio.sleep(0.05)
        ((count,),) = await database.fetch(running, {})
        if count == 0:
            break
    assert count == 0
    assert await database.fetch("SELECT 1", {}) == [(1,)]


async def test_a_failing_statement_does_not_fail_those_beside_it(database: Database) -> None:
    reader = BatchReader(database)
    good = [reader.fetch("SELECT %(n)s::int", {"n": number}) for number in range(3)]
    *answers, error = await asyncio.gather(*good, reader.fetch("SELECT 1 / 0", {}), return_exceptions=True)
    assert answers == [[(0,)], [(1,)], [(2,)]]
    assert "division by zero" in str(error)


async def test_other_requests_get_their_turn_while_a_large_level_is_built() -> None:
    built: list[int] = []
    turns: list[int] = []

    def build(rows: Any, *_: Any) -> None:
        built.append(len(rows))
        turns.append(0)

    async def beside() -> None:
        while True:
            if turns:
                turns[-1] += 1
            await asyncio.sleep(0)

    level = Level(public_schema.type_map["Item"], (), "", build)  # type: ignore[arg-type]
    task = asyncio.create_task(beside())
    rows = [(None,)] * (2 * CHUNK + 1)
    await grow(level, Run(Context(Database("postgresql://"), Viewer()), VariableValues({}, {})), rows, {})
    task.cancel()
    assert built == [CHUNK, CHUNK, 1]
    assert all(turns[:2])


async def test_other_requests_get_their_turn_between_pages(
    ask: Ask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    courses = [await world.course() for _ in range(3)]
    for course in courses:
        await world.announcement(course)
        await world.announcement(course)
    turns: list[float] = []
    sleep = asyncio.sleep

    async def counted(seconds: float) -> None:
        turns.append(seconds)
        await sleep(seconds)

    monkeypatch.setattr(asyncio, "sleep", counted)
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Course { announcements { nodes { id } } } } }"
    counts = []
    for chunk in (CHUNK, 2):
        monkeypatch.setattr("graph.engine.child.CHUNK", chunk)
        turns.clear()
        found = await ask.data(document, ids=[course.id for course in courses])
        assert [len(each["announcements"]["nodes"]) for each in found["nodes"]] == [2, 2, 2]
        counts.append(turns.count(0))
    usual, fair = counts
    assert fair - usual == 2 * (1 + 2), "among the courses, and between pages; it is asked twice"


async def test_a_connection_is_good_for_the_next_after_a_failing_pipeline(migrated: str) -> None:
    """psycopg prepares what it has seen a few times; a failing pipeline may end before that."""
    database = Database(migrated, pool_size=1)
    await database.open()
    texts = [f"SELECT {number}, %(n)s::int" for number in range(3)]
    for turn in range(24):
        questions: list[Question] = [(text, {"n": turn}) for text in texts]
        if turn % 2:
            with pytest.raises(DivisionByZero):
                await database.fetch_all([("SELECT 1 / 0", {}), *questions])
        else:
            assert await database.fetch_all(questions) == [[(number, turn)] for number in range(3)]
    await database.close()
