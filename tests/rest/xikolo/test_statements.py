"""No route takes more statements for more rows."""

from typing import Any

import pytest

from models.base import new_id
from models.database import Database
from models.document import CourseDocument, Document, DocumentLocalization
from models.item import ContentType
from resolvers.viewer import Viewer
from tests.rest.xikolo.conftest import Xikolo
from tests.world import TOMORROW, World

ROWS = (1, 10, 100)


async def token_of(world: World, viewer: Viewer) -> str:
    """The secret of a new token."""
    secret = viewer.signed_in_id.replace("-", "")
    await world.token(viewer, secret)
    return secret


class Counter:
    """Notes how many statements requests take that differ in their number of rows alone."""

    def __init__(self, xikolo: Xikolo) -> None:
        self.xikolo = xikolo
        self.counts: list[int] = []

    async def ask(self, path: str, token: str, primary: int, included: int | None = None) -> None:
        """Ask for a document with so many primary and included resources."""
        response = await self.xikolo.get(path, token)
        assert response.status_code == 200, response.text
        found: Any = response.json()
        assert primary == (len(found["data"]) if isinstance(found["data"], list) else 1)
        assert included is None or included == len(found["included"])
        self.counts.append(len(self.xikolo.statements))

    def assert_constant(self, at_most: int) -> None:
        assert len(set(self.counts)) == 1, self.counts
        assert self.counts[0] <= at_most


@pytest.fixture
def counter(xikolo: Xikolo) -> Counter:
    return Counter(xikolo)


async def test_courses(counter: Counter, world: World) -> None:
    for rows in ROWS:
        channel = await world.channel(code=f"of-{rows}-{new_id()}")
        courses = await world.courses(rows, channel_id=channel.id)
        for course in courses:
            await world.sections(course, 2)
        token = await token_of(world, await world.learner(*courses))
        path = f"courses?filter[channel]={channel.code}&include=channel,user_enrollment,sections"
        await counter.ask(path, token, rows, 3 * rows + 1)
    counter.assert_constant(at_most=10)


async def test_course_sections_with_items(counter: Counter, world: World) -> None:
    for rows in ROWS:
        course = await world.course()
        await world.items(await world.sections(course, rows), rows=2)
        token = await token_of(world, await world.learner(course))
        await counter.ask(f"course-sections?filter[course]={course.id}&include=items", token, rows, 2 * rows)
    counter.assert_constant(at_most=8)


async def test_course_items_with_every_kind_of_content(counter: Counter, world: World) -> None:
    for rows in ROWS:
        course = await world.course()
        (section,) = await world.sections(course, 1)
        for kind in ContentType:
            await world.items([section], kind, rows)
        token = await token_of(world, await world.learner(course))
        found = rows * len(ContentType)
        await counter.ask(f"course-items?filter[section]={section.id}&include=content", token, found, found)
    counter.assert_constant(at_most=15)


async def test_quiz_with_questions(counter: Counter, world: World) -> None:
    for rows in ROWS:
        course = await world.course()
        quiz = await world.quiz(await world.section(course), questions=rows)
        token = await token_of(world, await world.learner(course))
        await counter.ask(f"quizzes/{quiz.id}?include=questions", token, 1, rows)
    counter.assert_constant(at_most=6)


async def test_questions_of_a_quiz(counter: Counter, world: World) -> None:
    for rows in ROWS:
        course = await world.course()
        quiz = await world.quiz(await world.section(course), questions=rows)
        token = await token_of(world, await world.learner(course))
        await counter.ask(f"quiz-questions?filter[quiz]={quiz.id}", token, rows)
    counter.assert_constant(at_most=5)


async def test_channels_with_courses(lone_database: Database) -> None:
    counter, world = Counter(Xikolo(lone_database)), World(lone_database)
    token = await token_of(world, await world.learner())
    channels = 0
    for rows in ROWS:
        for _ in range(rows - channels):
            channel = await world.channel()
            await world.courses(2, channel_id=channel.id)
        channels = rows
        await counter.ask("channels?include=courses", token, rows, 2 * rows)
    counter.assert_constant(at_most=6)


async def test_documents_with_all_that_they_include(counter: Counter, world: World) -> None:
    for rows in ROWS:
        course = await world.course()
        for _ in range(rows):
            document = Document(id=new_id(), title="Handbook", is_public=True)
            file = {"document_id": document.id, "title": "Handbook", "file_url": "/a.pdf"}
            languages = [DocumentLocalization(id=new_id(), language=each, **file) for each in ("de", "en")]
            await world.add(
                document, *languages, CourseDocument(course_id=course.id, document_id=document.id)
            )
        token = await token_of(world, await world.learner(course))
        path = f"documents?filter[course]={course.id}&include=localizations,courses"
        await counter.ask(path, token, rows, 2 * rows + 1)
    counter.assert_constant(at_most=8)


async def test_announcements(counter: Counter, world: World) -> None:
    for rows in ROWS:
        course = await world.course()
        for _ in range(rows):
            await world.announcement(course)
        token = await token_of(world, await world.learner(course))
        await counter.ask(f"announcements?filter[course]={course.id}", token, rows)
    counter.assert_constant(at_most=3)


async def test_enrollments_and_their_dates(counter: Counter, world: World) -> None:
    for path in ("enrollments", "course-dates"):
        counter.counts.clear()
        for rows in ROWS:
            courses = await world.courses(rows, starts_at=TOMORROW)
            await counter.ask(path, await token_of(world, await world.learner(*courses)), rows)
        counter.assert_constant(at_most=2)


async def test_progress_of_sections(counter: Counter, world: World) -> None:
    for rows in ROWS:
        course = await world.course()
        await world.items(await world.sections(course, rows))
        token = await token_of(world, await world.learner(course))
        await counter.ask(f"section-progresses?filter[course]={course.id}", token, rows)
    counter.assert_constant(at_most=7)


async def test_subtitles_with_their_lines(counter: Counter, world: World) -> None:
    for rows in ROWS:
        course = await world.course()
        ((_, video),) = await world.items([await world.section(course)], ContentType.VIDEO)
        track = await world.subtitles(video, cues=rows)
        token = await token_of(world, await world.learner(course))
        await counter.ask(f"subtitle-tracks?filter[video]={video.id}&include=cues", token, 1, rows)
        await counter.ask(f"subtitle-cues?filter[track]={track.id}", token, rows)
    assert len(set(counter.counts[::2])) == len(set(counter.counts[1::2])) == 1, counter.counts


async def test_events_in_bulk(counter: Counter, world: World) -> None:
    token = await token_of(world, await world.learner())
    for rows in ROWS:
        event = {"user": {"uuid": new_id()}, "verb": {"type": "SEEK"}, "resource": {"uuid": "v", "type": "x"}}
        sent = {"data": [{"type": "tracking-events", "attributes": event}] * rows}
        response = await counter.xikolo("POST", "/api/v2/tracking-events", token, json=sent)
        assert (response.status_code, len(response.json()["data"])) == (201, rows), response.text
        counter.counts.append(len(counter.xikolo.statements))
    counter.assert_constant(at_most=3)


async def test_course_progress(counter: Counter, world: World) -> None:
    for rows in ROWS:
        course = await world.course()
        await world.items(await world.sections(course, rows))
        token = await token_of(world, await world.learner(course))
        await counter.ask(f"course-progresses/{course.id}?include=section_progresses", token, 1, rows)
    counter.assert_constant(at_most=8)


async def test_an_include_that_is_not_asked_for_takes_no_statement(xikolo: Xikolo, world: World) -> None:
    course = await world.course()
    quiz = await world.quiz(await world.section(course))
    token = await token_of(world, await world.learner(course))
    await xikolo.get(f"quizzes/{quiz.id}", token)
    assert not any("questions" in statement for statement in xikolo.statements)
    await xikolo.get(f"course-sections?filter[course]={course.id}", token)
    assert not any("FROM items" in statement for statement in xikolo.statements)
    await xikolo.get(f"users/{quiz.id}", token)
    await xikolo.get("users/me", token)
    assert len(xikolo.statements) == 1
