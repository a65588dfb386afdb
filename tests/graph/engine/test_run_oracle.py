"""The engine answers as graphql-core does: the same data in the same order, the same errors."""

import json
import os
from collections.abc import Collection
from random import Random
from typing import Any

import orjson
import pytest
from graphql import GraphQLError

from graph.engine.run import executions
from graph.execution.execute import prepare, run, run_by_fields
from graph.federation.subgraph import subgraph_schema
from graph.limits.figures import TRUSTED, measured
from models.catalogue.course import CourseStatus
from models.catalogue.item import ContentType, ExerciseType
from models.content.quiz import QuestionType
from models.postgres.base import new_id
from models.postgres.database import Database
from resolvers.access.viewer import Viewer
from resolvers.loading.node import NODES
from resolvers.operations.context import Context
from tests.graph.engine.injected_faults import Fault, injected
from tests.graph.engine.random_operations import Generator, Operation, Pool
from tests.world import NOW, TOMORROW, World

COUNT = int(os.environ.get("ORACLE_COUNT", "300"))
TRIES = 10
SCHEMA = subgraph_schema()
"""The public fields, and those by which a router finds objects."""

SEED = int(os.environ.get("ORACLE_SEED", "1"))


class Case:
    """A populated database, its viewers, and values for arguments."""

    def __init__(self, database: Database, viewers: list[Viewer], pool: Pool) -> None:
        self.database = database
        self.viewers = viewers
        self.pool = pool

    def operation(self, seed: int, among: Collection[str] = ()) -> tuple[Operation, Viewer]:
        random = Random(seed)
        operation = Generator(SCHEMA, random, self.pool).operation(among=among)
        return operation, random.choice(self.viewers)

    async def compare(self, operation: Operation, viewer: Viewer) -> bool:
        """Run both ways; answers whether all went well.

        Of several errors below a place that one of them nulls, graphql-core reports those that came in time.
        So where answers differ, both are asked again, until each has given an answer of the other's.
        """
        document = prepare(SCHEMA, operation.text, measured(TRUSTED))
        assert document.node is not None, (document.errors, operation.text)
        ours: list[str] = []
        theirs: list[str] = []
        for _ in range(TRIES):
            context = Context(self.database, viewer)
            result = await run(SCHEMA, document, context, operation.variables)
            ours.append(shown(result))
            context = Context(self.database, viewer)
            written = await run(SCHEMA, document, context, operation.variables, as_text=True)
            assert result.errors or written.errors or same(written.data, result.data), operation
            context = Context(self.database, viewer)
            theirs.append(shown(await run_by_fields(SCHEMA, document.node, context, operation.variables)))
            if set(ours) & set(theirs):
                return "errors" not in json.loads(ours[0])
        raise AssertionError(f"{operation.text}\n{operation.variables}\n{ours[0]}\n{theirs[0]}")


def same(written: Any, data: Any) -> bool:
    """Whether JSON that PostgreSQL wrote says the same, in the same order."""
    read = orjson.loads(orjson.dumps(written))
    return bool(read == data) and _keys(read) == _keys(data)


def _keys(value: Any) -> Any:
    if isinstance(value, dict):
        return [(key, _keys(each)) for key, each in value.items()]
    return [_keys(each) for each in value] if isinstance(value, list) else None


def shown(result: Any) -> str:
    """A result as text, its errors without the ids of requests and in an order of their own."""
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer["errors"] = sorted(map(_shown_error, result.errors))
    return json.dumps(answer, default=str)


def _shown_error(error: GraphQLError) -> str:
    formatted: Any = dict(error.formatted)
    formatted.get("extensions", {}).pop("requestId", None)
    return json.dumps(formatted, sort_keys=True)


def deviations() -> int:
    """How many operations began by levels and were given up."""
    return sum(count for way, count in executions.items() if way.startswith("deviated"))


@pytest.fixture(scope="module")
async def case(database: Database) -> Case:
    """Two courses of every content, learners, a teacher, a member of staff."""
    world = World(database)
    organization, channel = await world.organization(), await world.channel()
    courses = [
        await world.course(organization_id=organization.id, channel_id=channel.id, teaser={"hd_url": "x"}),
        await world.course(status=CourseStatus.SELF_PACED, starts_at=NOW, images=[{"url": "/i.png"}]),
        await world.course(is_hidden=True),
    ]
    learner, teacher = await world.learner(*courses[:2]), await world.teacher(courses[0])
    ids, quizzes = [new_id()], []
    for course in courses[:2]:
        chapter = await world.section(course)
        inner = await world.section(course, chapter, position=2, starts_at=TOMORROW)
        ids += [chapter.id, inner.id]
        for place, kind in enumerate(ContentType, 1):
            for section in (chapter, inner):
                item = await world.item(
                    section,
                    kind,
                    position=place,
                    exercise_type=ExerciseType.SELFTEST if kind is ContentType.QUIZ else None,
                    deadline=TOMORROW if place % 2 else None,
                )
                content = await world.content(item)
                ids += [item.id, content.id]
                if kind is ContentType.QUIZ:
                    quizzes.append(content)
                    await world.question(content.id, type=QuestionType.SELECT_MULTIPLE)
                    await world.question(content.id, type=QuestionType.FREE_TEXT, position=2)
                if kind is ContentType.VIDEO:
                    await world.subtitles(content)
                if section is chapter:
                    await world.visit(learner, item)
    for quiz in quizzes[:2]:
        await world.submission(learner, quiz, submitted_at=NOW, points=1.0)
    await world.announcement(courses[0])
    await world.announcement()
    pool: dict[str, list[Any]] = {
        "id": [*(course.id for course in courses), *ids, learner.id, "no id"],
        "representations": [
            *({"__typename": "Course", "id": course.id} for course in courses),
            {"__typename": "Course", "slug": courses[0].slug},
            *({"__typename": of, "id": id_} for of in ("Section", "Item", "Quiz", "User") for id_ in ids),
            {"__typename": "User", "id": learner.id},
            {"__typename": "Course"},
        ],
        "slug": [course.slug for course in courses],
        "channel": [channel.id],
        "organization": [organization.id],
        "after": ["no cursor"],
        "before": ["no cursor"],
    }
    return Case(database, [Viewer(), learner, teacher, await world.staff()], pool)


async def test_generated_operations_are_answered_alike(case: Case) -> None:
    executions.clear()
    for seed in range(SEED, SEED + COUNT):
        before = deviations()
        operation, viewer = case.operation(seed)
        if await case.compare(operation, viewer):
            assert deviations() == before, (executions, operation)
    assert executions["by levels"] > COUNT / 3, executions


async def test_generated_lists_of_keys_are_answered_alike(case: Case) -> None:
    executions.clear()
    for seed in range(SEED, SEED + COUNT // 3):
        await case.compare(*case.operation(seed, among=("_entities", "nodes", "node")))
    assert executions["by levels"] > COUNT / 15, executions


async def test_generated_operations_with_faults_are_answered_alike(case: Case) -> None:
    values = [None, 7, "text", [], {}, object()]
    executions.clear()
    for seed in range(SEED, SEED + COUNT):
        random = Random(seed)
        table = random.choice(list(NODES.values())).target.table
        column = None if random.random() < 0.1 else random.choice([each.name for each in table.c])
        fault = Fault(table.name, column, random.choice(values), random.randint(1, 3))
        with injected(fault):
            await case.compare(*case.operation(seed, among=random.choice([(), ("_entities", "nodes")])))
    assert any(name.startswith("deviated") for name in executions), executions
