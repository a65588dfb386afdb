"""A day with each app: its requests in their order, from the login to an expired token."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import delete

from models.catalogue.course import Course
from models.catalogue.document import CourseDocument, Document, DocumentLocalization
from models.catalogue.feature import Feature
from models.catalogue.item import ContentType, ExerciseType, Item
from models.catalogue.section import Section
from models.learning.experiment import Experiment
from models.people.token import Token
from models.postgres.base import new_id
from resolvers.access.password import hash_password
from tests.conftest import fresh
from tests.rest.xikolo.conftest import Xikolo
from tests.rest.xikolo.mobile_apps import android, ios
from tests.world import TOMORROW, YESTERDAY, World

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
async def platform(make_database: Callable[[], str]) -> AsyncIterator[Xikolo]:
    """A platform with little data, since the apps read all of it."""
    async with fresh(make_database) as database:
        yield Xikolo(database)


class School:
    """A course with all data that the apps read, and a learner who has not enrolled yet."""

    course: Course
    section: Section
    items: dict[ContentType, Item]
    contents: dict[ContentType, Any]
    email: str
    user_id: str
    experiment: str

    async def found(self, world: World) -> "School":
        """Write the course."""
        channel = await world.channel(
            code=f"c-{new_id()}", stage_stream={"hd_url": "https://v.example/s.mp4"}
        )
        self.course = await world.course(channel_id=channel.id, slug=f"s-{new_id()}", starts_at=YESTERDAY)
        await world.course(channel_id=channel.id, starts_at=TOMORROW)
        self.section = await world.section(self.course)
        await world.section(self.course, position=2, starts_at=TOMORROW)
        await self.filled(world)
        self.email = f"{new_id()}@example.org"
        user = await world.user(email=self.email, password_hash=hash_password(PASSWORD))
        self.user_id, self.experiment = user.id, new_id()
        handbook = Document(id=new_id(), title="Handbook", tags=["help"], is_public=True)
        file = {"document_id": handbook.id, "title": "Handbuch", "file_url": "/assets/h.pdf"}
        await world.add(
            handbook,
            DocumentLocalization(id=new_id(), language="de", **file),
            CourseDocument(course_id=self.course.id, document_id=handbook.id),
            Feature(id=new_id(), course_id=None, name=new_id()),
            Feature(id=new_id(), course_id=self.course.id, name="quiz_recap"),
            Experiment(id=new_id(), identifier=self.experiment, groups=["a", "b"]),
        )
        await world.announcement(self.course)
        await world.announcement()
        return self

    async def filled(self, world: World) -> None:
        """Write an item of each kind of the apps, the quiz with questions, the video with subtitles."""
        kinds = (
            ContentType.VIDEO,
            ContentType.QUIZ,
            ContentType.RICH_TEXT,
            ContentType.LTI_EXERCISE,
            ContentType.PEER_ASSESSMENT,
        )
        graded: Any = {"exercise_type": ExerciseType.MAIN, "max_points": 2.0, "deadline": TOMORROW}
        self.items, self.contents = {}, {}
        for place, kind in enumerate(kinds, 1):
            values = graded if kind is ContentType.QUIZ else {}
            item = await world.item(self.section, kind, position=place, **values)
            self.items[kind], self.contents[kind] = item, await world.content(item)
        await world.questions([self.contents[ContentType.QUIZ]], 2)
        await world.subtitles(self.contents[ContentType.VIDEO])


@pytest.fixture
async def school(platform: Xikolo) -> School:
    """One for each test."""
    return await School().found(World(platform.database))


def resource(type_: str, id_: str | None = None, course: str | None = None, **attributes: Any) -> Any:
    """Return the body as both apps write it: without nulls."""
    made: Any = {"type": type_, "attributes": attributes}
    if id_ is not None:
        made["id"] = id_
    if course is not None:
        made["relationships"] = {"course": {"data": {"type": "courses", "id": course}}}
    return made


async def forgotten(platform: Xikolo, school: School) -> None:
    """Revoke the learner's tokens, as after a change of password in the browser."""
    async with platform.database.transaction() as session:
        await session.execute(delete(Token).where(Token.user_id == school.user_id))


async def test_android(platform: Xikolo, school: School) -> None:
    app, course, items = android(platform), school.course.id, school.items
    await app("HEAD", "", 200, 0)
    await app("GET", "courses?include=user_enrollment", 200, 5)
    await app("GET", "enrollments", 401, 0)
    wrong = await app.log_in(school.email, "wrong", Accept="application/json")
    assert (wrong.status_code, wrong.json()) == (401, {"error": "Invalid credentials"})
    told = await app.log_in(school.email, PASSWORD, Accept="application/json")
    assert told.json()["user_id"] == school.user_id

    me = await app("GET", "users/me?include=profile", 200, 2)
    assert me["included"][0]["attributes"]["email"] == school.email
    listed = await app("GET", "courses?include=user_enrollment", 200, 5)
    assert "included" not in listed
    await app("GET", "channels?include=courses", 200, 5)
    await app("GET", "announcements?filter[global]=true", 200, 2)
    assert (await app("GET", "course-dates", 200, 1))["data"] == []

    sent = resource("enrollments", course=course, completed=False, reactivated=False, proctored=False)
    enrollment = (await app("POST", "enrollments", 201, 4, sent))["data"]
    assert enrollment["relationships"]["course"]["data"]["id"] == course
    listed = await app("GET", "courses?include=user_enrollment", 200, 6)
    assert [each["id"] for each in listed["included"]] == [enrollment["id"]]
    await app("GET", f"courses/{course}?include=user_enrollment", 200, 5)
    overview = await app("GET", f"courses/{course}?include=sections", 200, 6)
    assert [each["attributes"]["accessible"] for each in overview["included"]] == [True, False]

    dates = (await app("GET", "course-dates", 200, 2))["data"]
    assert {each["attributes"]["type"] for each in dates} == {"section_start", "item_submission_deadline"}

    sections = await app("GET", f"course-sections?filter[course]={course}&include=items", 200, 7)
    assert {each["id"] for each in sections["included"]} == {item.id for item in items.values()}
    path = f"course-items?filter[section]={school.section.id}&include=content"
    listed = await app("GET", path, 200, 13)
    assert {each["id"] for each in listed["included"]} == {each.id for each in school.contents.values()}
    video = items[ContentType.VIDEO].id
    item = await app("GET", f"course-items/{video}?include=content", 200, 6)
    assert item["data"]["attributes"]["visited"] is False
    assert item["included"][0]["attributes"]["subtitles"][0]["vtt_url"].startswith("http://")
    # The model's other members have their zeros: none of them can be written.
    sent = resource("course-items", video, visited=True, position=0, proctored=False, max_points=0.0)
    visited = (await app("PATCH", f"course-items/{video}", 200, 7, sent))["data"]["attributes"]
    assert (visited["visited"], visited["position"]) == (True, 1)

    progress = await app("GET", f"course-progresses/{course}?include=section_progresses", 200, 8)
    assert progress["data"]["attributes"]["visits"]["items_visited"] == 1
    (news,) = (await app("GET", f"announcements?filter[course]={course}", 200, 3))["data"]
    sent = resource("announcements", news["id"], visited=True)
    read = await app("PATCH", f"announcements/{news['id']}", 200, 4, sent)
    assert read["data"]["attributes"]["visited"] is True
    path = f"documents?filter[course]={course}&include=localizations,courses"
    assert len((await app("GET", path, 200, 8))["included"]) == 2

    path = f"enrollments/{enrollment['id']}"
    sent = resource("enrollments", enrollment["id"], completed=True)
    assert (await app("PATCH", path, 200, 4, sent))["data"]["attributes"]["completed"] is True
    assert len((await app("GET", "enrollments", 200, 2))["data"]) == 1
    report = {"title": "Video", "report": "It stops.", "topic": "course", "language": "de", "data": "Pixel"}
    ticket = await app("POST", "tickets", 201, 4, resource("tickets", course=course, **report))
    assert ticket["data"]["attributes"]["mail"] == school.email
    await app("DELETE", path, 204, 1)
    assert (await app("GET", "enrollments", 200, 1))["data"] == []
    await forgotten(platform, school)
    await app("GET", "enrollments", 401, 0)
    assert app.expected <= app.met


async def test_ios(platform: Xikolo, school: School) -> None:
    app, course, items = ios(platform), school.course.id, school.items
    contents = school.contents
    told = await app.log_in(school.email, PASSWORD, Accept="*/*")
    assert told.json()["user_id"] == school.user_id
    assert (await app("GET", "features/", 200, 1))["data"]["id"] == "features"
    await app("GET", "courses?include=channel%2Cuser_enrollment", 200, 5)
    await app("GET", "channels", 200, 1)
    await app("GET", "announcements?filter%5Bglobal%5D=true", 200, 2)

    sent = resource("enrollments", course=course, completed=False)
    enrollment = (await app("POST", "enrollments", 201, 4, sent))["data"]
    read = await app("GET", f"courses/{school.course.slug}?include=channel%2Cuser_enrollment", 200, 5)
    assert {each["type"] for each in read["included"]} == {"channels", "enrollments"}
    features = await app("GET", f"course-features/{course}", 200, 2)
    assert features["data"]["attributes"]["features"] == ["quiz_recap"]
    assigned = resource("experiment-assignments", identifier=school.experiment)
    await app("POST", "experiment-assignments", 201, 3, assigned)

    sections = (await app("GET", f"course-sections?filter%5Bcourse%5D={course}", 200, 3))["data"]
    assert len(sections) == 2
    await app("GET", f"course-items?filter%5Bsection%5D={school.section.id}&include=content", 200, 13)
    await app("GET", f"course-items?filter%5Bcourse%5D={course}&include=content", 200, 12)
    path = f"course-items?filter%5Bcourse%5D={course}&filter%5Bcontent_type%5D=video&include=content"
    assert len((await app("GET", path, 200, 7))["data"]) == 1
    await app("GET", f"videos/{contents[ContentType.VIDEO].id}", 200, 3)
    await app("GET", f"rich-texts/{contents[ContentType.RICH_TEXT].id}", 200, 2)
    await app("GET", f"lti-exercises/{contents[ContentType.LTI_EXERCISE].id}", 200, 2)
    await app("GET", f"peer-assessments/{contents[ContentType.PEER_ASSESSMENT].id}", 200, 2)
    quiz = await app("GET", f"quizzes/{contents[ContentType.QUIZ].id}?include=questions", 200, 6)
    options = [option for each in quiz["included"] for option in each["attributes"]["options"]]
    assert not any(option["correct"] for option in options)  # until the deadline

    text = items[ContentType.RICH_TEXT].id
    sent = resource("course-items", text, visited=True)
    visited = await app("PATCH", f"course-items/{text}", 200, 7, sent)
    assert visited["data"]["attributes"]["visited"] is True
    event: Any = {
        "user": {"uuid": school.user_id},
        "verb": {"type": "VISITED_ITEM"},
        "resource": {"uuid": text, "type": "item"},
        "timestamp": "2026-01-02T10:06:49.123+01:00",
        "result": {},
        "context": {"platform": "iOS"},
    }
    await app("POST", "tracking-events", 201, 3, resource("tracking-events", **event))
    last = await app("GET", f"last-visits/{course}", 200, 5)
    assert last["data"]["relationships"]["item"]["data"]["id"] == text
    progress = await app("GET", f"course-progresses/{course}?include=section_progresses", 200, 8)
    assert len(progress["included"]) == 2
    await app("GET", f"course-dates?filter%5Bcourse%5D={course}", 200, 2)
    (news,) = (await app("GET", f"announcements?filter%5Bcourse%5D={course}", 200, 3))["data"]
    sent = resource("announcements", news["id"], visited=True)
    await app("PATCH", f"announcements/{news['id']}", 200, 4, sent)
    path = f"documents?filter%5Bcourse%5D={course}&include=localizations%2Ccourses"
    await app("GET", path, 200, 8)
    await app("GET", "platform-events", 200, 3)
    me = await app("GET", "users/me?include=profile", 200, 2)
    assert me["data"]["id"] == school.user_id

    report = {"title": "App", "report": "It stops.", "topic": "technical", "language": "de", "mail": "a@b.c"}
    await app("POST", "tickets", 201, 3, resource("tickets", **report))
    path = f"enrollments/{enrollment['id']}"
    sent = resource("enrollments", enrollment["id"], completed=True)
    await app("PATCH", path, 200, 4, sent)
    assert (await app("GET", "enrollments", 200, 2))["data"][0]["attributes"]["completed"] is True
    await app("DELETE", path, 204, 1)
    await forgotten(platform, school)
    await app("GET", "users/me?include=profile", 401, 0)
    assert app.expected <= app.met
