"""Visiting items."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from models.catalogue.course import Course
from models.catalogue.item import Item
from models.learning.visit import Visit
from models.postgres.base import new_id
from resolvers.access.viewer import Viewer
from tests.conftest import Ask
from tests.world import TOMORROW, YESTERDAY, World

VISIT = """
mutation($id: ID!) {
  visitItem(input: {itemId: $id}) {
    item { id viewerState { status visitedAt } }
    visit { firstVisitedAt visitedAt }
    userErrors { field code message }
  }
}
"""
LAST = "query($slug: String!) { course(slug: $slug) { viewerLastVisit { item { id } } } }"


async def visited(ask: Ask, viewer: Viewer, item: Item) -> Any:
    payload = (await ask.data(VISIT, viewer, id=item.id))["visitItem"]
    assert payload["userErrors"] == []
    return payload


async def refusal(ask: Ask, viewer: Viewer, item_id: str) -> str:
    payload = (await ask.data(VISIT, viewer, id=item_id))["visitItem"]
    (error,) = payload["userErrors"]
    assert (payload["item"], payload["visit"], error["field"]) == (None, None, ["itemId"])
    return str(error["code"])


async def course_with_item(world: World, **values: Any) -> tuple[Course, Item]:
    course = await world.course()
    return course, await world.item(await world.section(course), **values)


async def test_visiting_is_seen_at_once(ask: Ask, world: World) -> None:
    course, item = await course_with_item(world)
    viewer = await world.learner(course)
    answer = await ask(VISIT, viewer, id=item.id)
    # Whether it opens, the visit, its event; of the payload item, visit and state.
    assert len(answer.statements) == 6
    payload = answer.data["visitItem"]
    at = payload["visit"]["visitedAt"]
    assert payload["visit"] == {"firstVisitedAt": at, "visitedAt": at}
    assert payload["item"] == {"id": item.id, "viewerState": {"status": "VISITED", "visitedAt": at}}
    assert (await ask.data(LAST, viewer, slug=course.slug))["course"]["viewerLastVisit"]["item"][
        "id"
    ] == item.id


async def test_first_visit_is_kept(ask: Ask, world: World) -> None:
    course, item = await course_with_item(world)
    viewer = await world.learner(course)
    first = (await visited(ask, viewer, item))["visit"]
    again = (await visited(ask, viewer, item))["visit"]
    assert again["firstVisitedAt"] == first["firstVisitedAt"] < again["visitedAt"]


async def test_time_of_the_last_visit_never_goes_back(ask: Ask, world: World) -> None:
    course, item = await course_with_item(world)
    viewer = await world.learner(course)
    await world.visit(viewer, item, first_visited_at=YESTERDAY, visited_at=TOMORROW)
    visit = (await visited(ask, viewer, item))["visit"]
    assert datetime.fromisoformat(visit["visitedAt"]) == TOMORROW
    assert datetime.fromisoformat(visit["firstVisitedAt"]) == YESTERDAY


async def test_many_at_once_make_one_visit(ask: Ask, world: World) -> None:
    course, item = await course_with_item(world)
    viewer = await world.learner(course)
    made = await asyncio.gather(*(visited(ask, viewer, item) for _ in range(20)))
    assert len({payload["visit"]["firstVisitedAt"] for payload in made}) == 1


@pytest.mark.parametrize("values", [{"starts_at": TOMORROW}, {"ends_at": YESTERDAY}])
async def test_item_that_is_not_open(values: dict[str, Any], ask: Ask, world: World) -> None:
    course, item = await course_with_item(world, **values)
    assert await refusal(ask, await world.learner(course), item.id) == "NOT_ACCESSIBLE"
    assert await refusal(ask, await world.learner(), item.id) == "NOT_ENROLLED"
    assert await visited(ask, await world.teacher(course), item)
    assert await visited(ask, await world.staff(), item)


async def test_item_of_a_course_that_is_left(ask: Ask, world: World) -> None:
    course, item = await course_with_item(world)
    user = await world.user()
    await world.enrollment(user, course, is_active=False)
    viewer = Viewer(user.id, (await world.learner()).role)
    assert await refusal(ask, viewer, item.id) == "NOT_ENROLLED"


async def test_item_that_is_not_known(ask: Ask, world: World) -> None:
    course, draft = await course_with_item(world, is_published=False)
    hidden = await world.course(is_hidden=True)
    inside = await world.item(await world.section(hidden))
    viewer = await world.learner(course)
    for item_id in (draft.id, inside.id, new_id(), course.id):
        assert await refusal(ask, viewer, item_id) == "NOT_FOUND"
    staff = await world.staff()
    payload = await visited(ask, staff, draft)
    assert payload["item"]["viewerState"] is None  # states are of what learners see


async def test_visits_of_others_are_not_seen(ask: Ask, world: World) -> None:
    course, item = await course_with_item(world)
    await visited(ask, await world.learner(course), item)
    for viewer in (await world.learner(course), await world.teacher(course), await world.staff()):
        assert (await ask.data(LAST, viewer, slug=course.slug))["course"]["viewerLastVisit"] is None


async def test_payload_is_of_the_viewer_alone(ask: Ask, world: World) -> None:
    course, item = await course_with_item(world)
    other = await world.learner(course)
    await world.add(
        Visit(
            user_id=other.id,
            item_id=item.id,
            course_id=course.id,
            first_visited_at=YESTERDAY,
            visited_at=TOMORROW,
        )
    )
    visit = (await visited(ask, await world.staff(), item))["visit"]
    assert datetime.fromisoformat(visit["visitedAt"]) < TOMORROW


async def test_anonymous_has_to_sign_in(ask: Ask, world: World) -> None:
    _, item = await course_with_item(world)
    answer = await ask(VISIT, id=item.id)
    assert [error["extensions"]["code"] for error in answer.errors] == ["UNAUTHENTICATED"]
