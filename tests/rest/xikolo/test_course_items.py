"""Writes and permissions of the routes of items."""

import pytest

from models.postgres.base import new_id
from tests.rest.xikolo.conftest import Xikolo
from tests.rest.xikolo.row_counts import token_of, written
from tests.world import TOMORROW, YESTERDAY, World


async def visited(xikolo: Xikolo, item_id: str, token: str) -> bool:
    response = await xikolo.get(f"course-items/{item_id}", token)
    assert response.status_code == 200
    return bool(response.json()["data"]["attributes"]["visited"])


async def test_visiting(xikolo: Xikolo, world: World) -> None:
    course = await world.course()
    item = await world.item(await world.section(course))
    token, other = [await token_of(world, await world.learner(course)) for _ in range(2)]
    path = f"/api/v2/course-items/{item.id}"
    for attributes in ({}, {"visited": False}, {"title": "Mine"}):
        response = await xikolo("PATCH", path, token, json=written("course-items", item.id, **attributes))
        assert response.status_code == 200
        assert response.json()["data"]["attributes"]["visited"] is False
        assert response.json()["data"]["attributes"]["title"] == "Item"
    for _ in range(2):
        response = await xikolo(
            "PATCH", f"{path}?include=content", token, json=written("course-items", item.id, visited=True)
        )
        assert response.status_code == 200
        assert response.json()["data"]["attributes"]["visited"] is True
        assert "included" not in response.json()
    assert await visited(xikolo, item.id, token)
    assert not await visited(xikolo, item.id, other)


@pytest.mark.parametrize("method", ["GET", "PATCH"])
async def test_who_may(xikolo: Xikolo, world: World, method: str) -> None:
    course, hidden = await world.course(), await world.course(is_hidden=True)
    item = await world.item(await world.section(course))
    secret = await world.item(await world.section(hidden))
    learner = await token_of(world, await world.learner(course))
    stranger = await token_of(world, await world.learner())
    teacher = await token_of(world, await world.teacher(course, hidden))

    async def status(item_id: str, token: str | None) -> tuple[int, str]:
        sent = {"json": written("course-items", item_id, visited=True)} if method == "PATCH" else {}
        response = await xikolo(method, f"/api/v2/course-items/{item_id}", token, **sent)
        return response.status_code, response.text if response.status_code != 200 else ""

    assert await status(item.id, None) == (401, "401 Unauthorized")
    assert await status(item.id, stranger) == (403, "403 Forbidden")
    assert await status(item.id, learner) == (200, "")
    assert await status(item.id, teacher) == (200, "")
    assert await status(secret.id, learner) == (404, "")
    assert await status(secret.id, teacher) == (200, "")


async def test_a_course_by_its_slug_and_what_names_nothing(xikolo: Xikolo, world: World) -> None:
    course = await world.course(slug=f"slug-{new_id()}")
    item = await world.item(await world.section(course))
    token = await token_of(world, await world.learner(course))
    listed = (await xikolo.get(f"course-items?filter[course]={course.slug}", token)).json()["data"]
    assert [each["id"] for each in listed] == [item.id]
    for nothing in ("course]=no-slug", "course]=", "section]=no-id", f"section]={new_id()}"):
        response = await xikolo.get(f"course-items?filter[{nothing}", token)
        assert (response.status_code, response.text) == (404, "")


async def test_what_is_not_open_yet_is_named_but_not_included(xikolo: Xikolo, world: World) -> None:
    course = await world.course()
    later = await world.section(course, starts_at=TOMORROW)
    await world.item(later)
    token = await token_of(world, await world.learner(course))
    listed = (await xikolo.get(f"course-items?filter[course]={course.id}&include=content", token)).json()
    (item,) = listed["data"]
    assert item["attributes"]["accessible"] is False
    content = item["relationships"]["content"]["data"]
    assert content["type"] == "rich-texts"
    assert "included" not in listed
    response = await xikolo.get(f"rich-texts/{content['id']}", token)
    assert (response.status_code, response.text) == (403, "403 Forbidden")


async def test_a_nested_course_looks_flat(xikolo: Xikolo, world: World) -> None:
    course = await world.course()
    (chapter,) = await world.sections(course, 1)
    sequentials = await world.sections(course, 2, parent=chapter)
    verticals = [section for each in sequentials for section in await world.sections(course, 2, parent=each)]
    items = await world.items(verticals, rows=2)
    token = await token_of(world, await world.learner(course))
    sections = (await xikolo.get(f"course-sections?filter[course]={course.id}&include=items", token)).json()
    assert [each["id"] for each in sections["data"]] == [chapter.id]
    wanted = [item.id for item, _ in items]
    assert [each["id"] for each in sections["data"][0]["relationships"]["items"]["data"]] == wanted
    listed = (await xikolo.get(f"course-items?filter[section]={chapter.id}", token)).json()["data"]
    assert [each["id"] for each in listed] == wanted


async def test_who_has_not_joined_sees_which_sections_are_open(xikolo: Xikolo, world: World) -> None:
    course = await world.course(starts_at=YESTERDAY)
    await world.section(course)
    await world.section(course, position=2, starts_at=TOMORROW)
    for token in (None, await token_of(world, await world.learner())):
        listed = (await xikolo.get(f"course-sections?filter[course]={course.id}", token)).json()["data"]
        told = [(each["attributes"]["accessible"], each["attributes"]["start_at"]) for each in listed]
        starts = [f"{date.isoformat(timespec='milliseconds')}" for date in (YESTERDAY, TOMORROW)]
        assert told == [(True, starts[0]), (False, starts[1])]
