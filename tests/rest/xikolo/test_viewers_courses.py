"""Lists and dates of a learner's own courses, as the apps ask for them."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from models.catalogue.course import Course
from models.catalogue.item import ContentType
from models.learning.enrollment import Enrollment
from models.postgres.base import new_id
from resolvers.access.viewer import Role
from rest.xikolo.dialect import known
from tests.rest.xikolo.conftest import Xikolo
from tests.rest.xikolo.row_counts import token_of
from tests.world import NOW, TOMORROW, World


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_global_announcements_include_those_of_the_viewers_courses(
    xikolo: Xikolo, world: World, rows: int
) -> None:
    taken, left, other, taught = [await world.course() for _ in range(4)]
    learner = await world.learner(taken)
    published_at = NOW - timedelta(minutes=1)
    wanted = {
        (await world.announcement(course, published_at=published_at)).id for course in [taken] * rows + [None]
    }
    for course in (left, other):
        await world.announcement(course, published_at=published_at)
    token = await token_of(world, learner)
    path = "announcements?filter[global]=true&page[size]=100"
    found = await xikolo.get(path, token)
    listed = {each["id"] for each in found.json()["data"]}
    # Others' global announcements are there, too, and the page ends at 100.
    of_courses = {each["id"] for each in found.json()["data"] if "relationships" in each}
    assert of_courses <= wanted
    assert wanted <= listed or rows == 100
    assert len(xikolo.statements) <= 3
    teacher = await world.teacher(taught)
    own = await world.announcement(taught, published_at=published_at)
    data = (await xikolo.get(path, await token_of(world, teacher))).json()["data"]
    assert {each["id"] for each in data if "relationships" in each} == {own.id}
    assert not any("relationships" in each for each in (await xikolo.get(path)).json()["data"])
    without = (await xikolo.get("announcements?filter[global]=false&page[size]=100", token)).json()["data"]
    assert all("relationships" in each for each in without)


async def test_each_content_type_is_found_by_its_word(xikolo: Xikolo, world: World) -> None:
    course = await world.course()
    (section,) = await world.sections(course, 1)
    words: dict[str, set[str]] = {}
    for type_ in ContentType:
        ((item, _),) = await world.items([section], type_, 1)
        token = await token_of(world, await world.learner(course))
        shown = (await xikolo.get(f"course-items/{item.id}", token)).json()["data"]["attributes"]
        words.setdefault(shown["content_type"], set()).add(item.id)
    assert len(words) == len(ContentType) - 2
    for word, ids in words.items():
        for place in (f"course]={course.id}", f"section]={section.id}"):
            found = await xikolo.get(f"course-items?filter[{place}&filter[content_type]={word}", token)
            assert {each["id"] for each in found.json()["data"]} == ids
            assert {each["attributes"]["content_type"] for each in found.json()["data"]} == {word}
    several = f"course-items?filter[course]={course.id}&filter[content_type]={','.join(words)}"
    assert len((await xikolo.get(several, token)).json()["data"]) == len(ContentType)
    wrong = await xikolo.get(f"course-items?filter[course]={course.id}&filter[content_type]=sculpture", token)
    assert wrong.status_code == 400
    assert set(words) == {*known().by_type["course-items"].attributes["content_type"].kind.names.values()}  # type: ignore[attr-defined]


async def test_the_last_visit_is_null_before_the_first(xikolo: Xikolo, world: World) -> None:
    course, hidden = await world.course(starts_at=TOMORROW), await world.course(is_hidden=True)
    learner, stranger = await world.learner(course), await world.learner()
    token = await token_of(world, learner)
    response = await xikolo.get(f"last-visits/{course.id}", token)
    assert (response.status_code, response.json()) == (200, {"data": None})
    assert response.headers["content-type"] == "application/vnd.api+json; xikolo-version=4.10"
    assert len(xikolo.statements) <= 3
    for other, id_ in ((stranger, course.id), (learner, hidden.id), (learner, new_id())):
        response = await xikolo.get(f"last-visits/{id_}", await token_of(world, other))
        assert (response.status_code, response.text) == (404, "")
    item = await world.item(await world.section(course))
    await world.visit(learner, item)
    found = (await xikolo.get(f"last-visits/{course.id}", token)).json()["data"]
    assert found["relationships"]["item"]["data"]["id"] == item.id


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_dates_name_only_sections_and_items_that_are_listed(
    xikolo: Xikolo, world: World, rows: int
) -> None:
    course = await world.course()
    top = await world.section(course, title="top", starts_at=TOMORROW)
    for section in await world.sections(course, rows, parent=top, title="below", starts_at=TOMORROW):
        if rows < 100:
            await world.item(section, title="item", deadline=TOMORROW)
    await world.section(course, title="unpublished", is_published=False, starts_at=TOMORROW)
    for viewer in (await world.learner(course), await world.teacher(course), await world.staff()):
        if viewer.teaches or viewer.role is Role.STAFF:
            own = {"user_id": viewer.signed_in_id, "course_id": course.id}
            await world.add(Enrollment(id=new_id(), **own))
        token = await token_of(world, viewer)
        listed = (await xikolo.get(f"course-sections?filter[course]={course.id}", token)).json()["data"]
        titles = {each["attributes"]["title"] for each in listed}
        dates = (await xikolo.get(f"course-dates?filter[course]={course.id}", token)).json()["data"]
        assert len(xikolo.statements) <= 3
        named = {
            each["attributes"]["title"] for each in dates if each["attributes"]["type"] == "section_start"
        }
        assert named <= titles
        assert "top" in named
        assert "below" not in named


async def test_apps_read_no_dates_of_web_only_courses(xikolo: Xikolo, world: World) -> None:
    course = await world.course()
    await world.section(course, title="top", starts_at=TOMORROW)
    token = await token_of(world, await world.learner(course))
    headers = {"X-User-Platform": "Android"}
    assert len((await xikolo.get("course-dates", token, headers=headers)).json()["data"]) == 1
    async with world.database.transaction() as session:
        await session.execute(update(Course).where(Course.id == course.id).values(is_web_only=True))
    assert (await xikolo.get("course-dates", token, headers=headers)).json()["data"] == []
    assert len((await xikolo.get("course-dates", token)).json()["data"]) == 1
