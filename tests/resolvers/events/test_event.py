"""What commands record."""

from typing import Any

from models.postgres.database import Database
from resolvers.community.announcement import tell_published
from tests.conftest import Ask
from tests.world import NOW, TOMORROW, YESTERDAY, World

VISIT = "mutation($id: ID!) { visitItem(input: {itemId: $id}) { userErrors { code } } }"
START = "mutation($id: ID!) { startSubmission(input: {quizId: $id}) { submission { id } } }"
SUBMIT = "mutation($id: ID!) { submitSubmission(input: {submissionId: $id}) { userErrors { code } } }"


async def recorded(database: Database, subject_id: str) -> list[tuple[Any, ...]]:
    """Events of a subject."""
    sql = "SELECT kind, course_id, user_id FROM events WHERE subject_id = %(id)s ORDER BY id"
    return await database.fetch(sql, {"id": subject_id})


async def test_a_visit_is_recorded(ask: Ask, world: World) -> None:
    course = await world.course()
    item = await world.item(await world.section(course))
    viewer = await world.learner(course)
    await ask.data(VISIT, viewer, id=item.id)
    await ask.data(VISIT, await world.learner(), id=item.id)  # refused
    assert await recorded(ask.database, item.id) == [("item_visited", course.id, viewer.id)]


async def test_an_attempt_is_recorded_when_it_is_handed_in(ask: Ask, world: World) -> None:
    course = await world.course()
    quiz = await world.quiz(await world.section(course))
    viewer = await world.learner(course)
    draft = (await ask.data(START, viewer, id=quiz.id))["startSubmission"]["submission"]["id"]
    assert await recorded(ask.database, draft) == []
    await ask.data(SUBMIT, viewer, id=draft)
    assert await recorded(ask.database, draft) == [("submission_scored", course.id, viewer.id)]


async def test_an_announcement_is_recorded_once_when_its_time_has_come(lone_database: Database) -> None:
    world = World(lone_database)
    course = await world.course()
    fresh = await world.announcement(course, published_at=NOW)
    draft = await world.announcement(course, published_at=None)
    old = await world.announcement(course, published_at=NOW - 2 * (NOW - YESTERDAY))
    later = await world.announcement(published_at=TOMORROW)
    for _ in range(2):
        await tell_published(lone_database)
    assert await recorded(lone_database, fresh.id) == [("announcement_published", course.id, None)]
    for each in (draft, old, later):
        assert await recorded(lone_database, each.id) == []
    async with lone_database.transaction() as session:
        row = await session.merge(later)
        row.published_at = NOW
    await tell_published(lone_database)
    assert await recorded(lone_database, later.id) == [("announcement_published", None, None)]
