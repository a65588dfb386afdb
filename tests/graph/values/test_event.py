"""Subscriptions: what happens reaches those for whom it exists, as they are when it happens."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from graph.declaring.schema import public_schema
from graph.engine.run import executions
from graph.execution.execute import prepare
from graph.execution.subscribe import subscribe
from graph.limits.gate import AdmissionControl
from models.events.event import CHANNEL, EventKind
from models.packages.import_job import ImportJob, ImportSource
from models.postgres.base import new_id
from models.postgres.database import Database
from models.postgres.listener import Listener
from resolvers.access.viewer import Viewer
from resolvers.community.announcement import tell_published
from resolvers.events.event import CursorExpired, Position, record, snapshot_now
from resolvers.events.feed import Feed
from resolvers.operations.context import Context
from resolvers.operations.errors import BadUserInput, CodedError, NotFound, Unauthenticated
from settings.environment import Settings
from tests.conftest import Ask
from tests.world import NOW, World

GATE = AdmissionControl(Settings())
VISIT = "mutation($id: ID!) { visitItem(input: {itemId: $id}) { userErrors { code } } }"
START = "mutation($id: ID!) { startSubmission(input: {quizId: $id}) { submission { id } } }"
SUBMIT = """
mutation($id: ID!, $answers: [AnswerInput!]) {
  submitSubmission(input: {submissionId: $id, answers: $answers}) { userErrors { code } }
}
"""
VISITED = """
subscription($course: ID, $after: String) {
  itemVisited(courseId: $course, after: $after) { cursor item { id } visit { visitedAt } }
}
"""
PROGRESS = """
subscription($course: ID!, $after: String) {
  progressChanged(courseId: $course, after: $after) {
    cursor
    progress { visits { visited } main { taken scoredPoints } user { id } }
    item { id }
    state { status points }
  }
}
"""
SCORED = """
subscription($course: ID) {
  submissionScored(courseId: $course) { cursor submission { id points user { id } course { title } } }
}
"""
IMPORTED = """
subscription($course: ID!) { importJob(id: $course) { cursor importJob { id status progress } } }
"""
PUBLISHED = """
subscription($course: ID, $after: String) {
  announcementPublished(courseId: $course, after: $after) { cursor announcement { id title } }
}
"""


class Listeners:
    """Subscribes for viewers as a transport does."""

    def __init__(self, database: Database, feed: Feed) -> None:
        self.database = database
        self.feed = feed
        self.statements: list[list[str]] = []

    @asynccontextmanager
    async def listen(
        self,
        document: str,
        viewer: Viewer | Callable[[], Viewer],
        course: str | None = None,
        after: str | None = None,
    ) -> AsyncIterator[Callable[[], Awaitable[Any]]]:
        """Within the block, what awaits the next event's data; subscribed before the block begins."""

        async def renew() -> Context:
            context = Context(self.database, viewer() if callable(viewer) else viewer)
            self.statements.append(context.statements)
            return context

        prepared = prepare(public_schema, document)
        given = {"course": course, "after": after}
        results = subscribe(public_schema, self.feed, prepared, renew, given, gate=GATE)
        before = self.feed.count
        first: asyncio.Task[Any] | None = asyncio.ensure_future(anext(results))

        async def following() -> Any:
            nonlocal first
            waiting, first = first or asyncio.ensure_future(anext(results)), None
            async with asyncio.timeout(20):
                result, _ = await waiting
            assert not result.errors, result.errors
            return orjson.loads(orjson.dumps(result.data))

        while self.feed.count == before and first is not None and not first.done():  # noqa: ASYNC110
            await asyncio.sleep(0.002)
        try:
            yield following
        finally:
            if first is not None:
                first.cancel()
                await asyncio.gather(first, return_exceptions=True)
            await results.aclose()


@pytest.fixture
async def listeners(database: Database, migrated: str) -> AsyncIterator[Listeners]:
    feed = Feed(database)
    listener = Listener(migrated, {CHANNEL: feed.wake})
    feed.open()
    listener.open()
    yield Listeners(database, feed)
    await listener.close()
    await feed.close()


@pytest.fixture(autouse=True)
def _counted() -> None:
    executions.clear()


async def test_visits_reach_the_viewer_alone(ask: Ask, world: World, listeners: Listeners) -> None:
    course = await world.course()
    item = await world.item(await world.section(course))
    learner, fellow = await world.learner(course), await world.learner(course)
    staff = await world.staff()
    async with (
        listeners.listen(VISITED, learner, course.id) as own,
        listeners.listen(VISITED, learner) as anywhere,
        listeners.listen(VISITED, staff, course.id) as other,
    ):
        await ask.data(VISIT, fellow, id=item.id)
        await ask.data(VISIT, learner, id=item.id)
        await ask.data(VISIT, staff, id=item.id)
        found = (await own())["itemVisited"]
        assert found["item"]["id"] == item.id
        assert found["visit"]["visitedAt"]
        assert (await anywhere())["itemVisited"] == found
        last = await ask.data(
            "query($slug: String!) { course(slug: $slug) { viewerLastVisit { visitedAt } } }",
            staff,
            slug=course.slug,
        )
        assert (await other())["itemVisited"]["visit"] == last["course"]["viewerLastVisit"]
    assert executions["by levels"] == sum(executions.values())


async def test_progress_reaches_the_learner_and_the_team(
    ask: Ask, world: World, listeners: Listeners
) -> None:
    course = await world.course()
    section = await world.section(course)
    item, quiz = await world.item(section), await world.quiz(section)
    learner, teacher = await world.learner(course), await world.teacher(course)
    async with (
        listeners.listen(PROGRESS, learner, course.id) as own,
        listeners.listen(PROGRESS, teacher, course.id) as team,
    ):
        await ask.data(VISIT, learner, id=item.id)
        first = (await own())["progressChanged"]
        assert first["progress"]["visits"] == {"visited": 1}
        assert first["progress"]["user"] == {"id": learner.id}
        assert (first["item"], first["state"]) == ({"id": item.id}, {"status": "VISITED", "points": None})
        draft = (await ask.data(START, learner, id=quiz.id))["startSubmission"]["submission"]
        await ask.data(SUBMIT, learner, id=draft["id"])
        second = (await own())["progressChanged"]
        assert second["progress"]["main"] == {"taken": 1, "scoredPoints": 0}
        assert second["state"] == {"status": "GRADED", "points": 0}
        assert [(await team())["progressChanged"]["cursor"] for _ in range(2)] == [
            first["cursor"],
            second["cursor"],
        ]


async def test_scores_reach_the_learner_and_the_team(ask: Ask, world: World, listeners: Listeners) -> None:
    course = await world.course(title="Bees")
    quiz = await world.quiz(await world.section(course))
    learner, fellow = await world.learner(course), await world.learner(course)
    async with (
        listeners.listen(SCORED, learner) as own,
        listeners.listen(SCORED, await world.teacher(course)) as team,
        listeners.listen(SCORED, await world.staff(), course.id) as staff,
    ):
        for viewer in (fellow, learner):
            draft = (await ask.data(START, viewer, id=quiz.id))["startSubmission"]["submission"]
            await ask.data(SUBMIT, viewer, id=draft["id"])
        found = (await own())["submissionScored"]["submission"]
        assert found == {
            "id": draft["id"],
            "points": 0,
            "user": {"id": learner.id},
            "course": {"title": "Bees"},
        }
        for told in (team, staff):
            users = [(await told())["submissionScored"]["submission"]["user"]["id"] for _ in range(2)]
            assert users == [fellow.id, learner.id]


async def test_announcements_reach_those_who_may_know_them(world: World, listeners: Listeners) -> None:
    hidden = await world.course(is_hidden=True)
    learner, outsider = await world.learner(hidden), await world.learner()
    await tell_published(listeners.database)  # what other tests have written
    async with (
        listeners.listen(PUBLISHED, learner, hidden.id) as inside,
        listeners.listen(PUBLISHED, learner) as all_,
        listeners.listen(PUBLISHED, outsider) as outside,
    ):
        news = await world.announcement(hidden, published_at=NOW, title={"en": "Hello"})
        await tell_published(listeners.database)
        of_all = await world.announcement(published_at=NOW)
        await tell_published(listeners.database)
        assert (await inside())["announcementPublished"]["announcement"] == {"id": news.id, "title": "Hello"}
        told = [(await all_())["announcementPublished"]["announcement"]["id"] for _ in range(2)]
        assert told == [news.id, of_all.id]
        assert (await outside())["announcementPublished"]["announcement"]["id"] == of_all.id


async def test_a_subscription_resumes_after_a_cursor(ask: Ask, world: World, listeners: Listeners) -> None:
    course = await world.course()
    items = [await world.item(await world.section(course)) for _ in range(4)]
    learner = await world.learner(course)
    async with listeners.listen(VISITED, learner, course.id) as told:
        await ask.data(VISIT, learner, id=items[0].id)
        cursor = (await told())["itemVisited"]["cursor"]
    for item in items[1:3]:
        await ask.data(VISIT, learner, id=item.id)
    async with listeners.listen(VISITED, learner, course.id, cursor) as told:
        await ask.data(VISIT, learner, id=items[3].id)
        found = [(await told())["itemVisited"]["item"]["id"] for _ in range(3)]
        assert found == [item.id for item in items[1:]]


async def test_policies_are_those_of_the_moment(ask: Ask, world: World, listeners: Listeners) -> None:
    """Who has left the team meanwhile is told of nobody any more, without subscribing again."""
    course = await world.course()
    item = await world.item(await world.section(course))
    learner, teacher = await world.learner(course), await world.teacher(course)
    seen = teacher
    async with listeners.listen(PROGRESS, lambda: seen, course.id) as told:
        await ask.data(VISIT, learner, id=item.id)
        assert (await told())["progressChanged"]["progress"]["user"] == {"id": learner.id}
        seen = Viewer(teacher.id, teacher.role)
        await world.enrollment(await world.user(id=new_id()), course)
        await ask.data(VISIT, learner, id=item.id)
        await ask.data(VISIT, teacher, id=item.id)
        assert (await told())["progressChanged"]["progress"]["user"] == {"id": teacher.id}


async def test_an_item_that_is_hidden_meanwhile_is_not_told(
    ask: Ask, world: World, listeners: Listeners
) -> None:
    course = await world.course()
    section = await world.section(course)
    gone, kept = await world.item(section), await world.item(section)
    learner = await world.learner(course)
    async with listeners.listen(VISITED, learner, course.id) as told:
        await ask.data(VISIT, learner, id=gone.id)
        cursor = (await told())["itemVisited"]["cursor"]
        await ask.data(VISIT, learner, id=gone.id)
        await ask.data(VISIT, learner, id=kept.id)
        await told()
    async with world.database.transaction() as session:
        row = await session.merge(gone)
        row.is_published = row.is_visible = False
    async with listeners.listen(VISITED, learner, course.id, cursor) as told:
        assert (await told())["itemVisited"]["item"]["id"] == kept.id


@pytest.mark.parametrize(
    ("document", "given", "error"),
    [
        (PROGRESS, {"course": new_id()}, NotFound),
        (PROGRESS, {"course": "x"}, BadUserInput),
        (PROGRESS, {"course": "a\0b"}, BadUserInput),
        (PROGRESS, {"course": "\ud800"}, BadUserInput),
        (VISITED, {"after": "x"}, BadUserInput),
        (VISITED, {"after": "a\0b"}, BadUserInput),
        (VISITED, {"after": "\ud800"}, BadUserInput),
        ('subscription { itemVisited(after: "WyJldmVudCJd") { cursor } }', {}, BadUserInput),
    ],
)
async def test_what_cannot_be_subscribed_to(
    listeners: Listeners, world: World, document: str, given: dict[str, Any], error: type[CodedError]
) -> None:
    async with listeners.listen(document, await world.learner(), **given) as told:
        with pytest.raises(error):
            await told()


async def test_a_course_that_is_hidden_is_not_there(listeners: Listeners, world: World) -> None:
    hidden = await world.course(is_hidden=True)
    async with listeners.listen(PROGRESS, await world.learner(), hidden.id) as told:
        with pytest.raises(NotFound):
            await told()


async def test_a_token_that_ends_ends_the_subscription(ask: Ask, world: World, listeners: Listeners) -> None:
    course = await world.course()
    item = await world.item(await world.section(course))
    learner = await world.learner(course)
    calls = iter([learner])

    def viewer() -> Viewer:
        for each in calls:
            return each
        raise Unauthenticated("The token is unknown, expired or revoked.")

    async with listeners.listen(VISITED, viewer, course.id) as told:
        await ask.data(VISIT, learner, id=item.id)
        with pytest.raises(Unauthenticated):
            await told()
    assert listeners.feed.count == 0


async def test_wrong_variables_are_one_result(listeners: Listeners, world: World) -> None:
    async def renew() -> Context:
        return Context(listeners.database, Viewer())

    prepared = prepare(public_schema, PROGRESS)
    wrong: list[dict[str, Any]] = [{}, {"course": []}]
    for variables in wrong:
        results = [
            each
            async for each, _ in subscribe(
                public_schema, listeners.feed, prepared, renew, variables, gate=GATE
            )
        ]
        errors = [error.formatted for each in results for error in each.errors or []]
        assert [error["extensions"]["code"] for error in errors] == ["BAD_USER_INPUT"]


async def test_without_a_stream_a_subscription_is_refused(ask: Ask) -> None:
    answer = await ask(VISITED)
    assert [error["extensions"]["code"] for error in answer.errors] == ["STREAM_REQUIRED"]
    assert "text/event-stream" in answer.errors[0]["message"]
    assert answer.data is None


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_statements_of_an_event_do_not_grow(
    rows: int, ask: Ask, world: World, listeners: Listeners
) -> None:
    course = await world.course()
    items = await world.items([await world.section(course)], rows=rows)
    learner = await world.learner(course)
    async with listeners.listen(PROGRESS, learner, course.id) as told:
        await ask.data(VISIT, learner, id=items[0][0].id)
        await told()
    # Whether it exists for the viewer; figures, item, state; of the figures the user.
    assert len(listeners.statements[1]) == 5


async def test_an_old_cursor_is_refused(listeners: Listeners, world: World) -> None:
    old = datetime.now(UTC) - timedelta(days=2)
    cursor = Position(await snapshot_now(listeners.database), 1, 1, old).cursor()
    async with listeners.listen(VISITED, await world.learner(), after=cursor) as told:
        with pytest.raises(CursorExpired):
            await told()


async def test_an_import_tells_who_asked_for_it_how_it_goes_on(world: World, listeners: Listeners) -> None:
    staff = await world.staff()
    job = await world.add(
        ImportJob(
            user_id=staff.id,
            reference="golf",
            source=ImportSource.UPLOAD,
            location="a",
            is_new_version_allowed=True,
            progress=0.5,
        )
    )
    async with listeners.listen(IMPORTED, staff, job.id) as following:
        async with world.database.transaction() as session:
            await record(session, EventKind.IMPORT_JOB_CHANGED, job.id, user_id=staff.id)
        told = (await following())["importJob"]
    assert told["importJob"] == {"id": job.id, "status": "RUNNING", "progress": 0.5}
    with pytest.raises(NotFound):
        async with listeners.listen(IMPORTED, await world.learner(), job.id) as following:
            await following()
