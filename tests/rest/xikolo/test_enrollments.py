"""Writes of the routes of enrollments: completion and its undoing, and whose enrollment it is."""

from typing import Any

import pytest
from sqlalchemy import select

from models.learning.enrollment import Enrollment
from tests.rest.xikolo.conftest import Xikolo
from tests.rest.xikolo.row_counts import token_of, written
from tests.world import World

BODIES: dict[str, Any] = {
    "valid": {"json": {"data": {"type": "enrollments", "id": "{id}", "attributes": {"completed": False}}}},
    "without attributes": {"json": {"data": {"type": "enrollments", "id": "{id}"}}},
    "of a wrong type": {"json": {"data": {"type": "courses", "id": "{id}"}}},
    "with another id": {"json": {"data": {"type": "enrollments", "id": "x"}}},
    "with a wrong value": {
        "json": {"data": {"type": "enrollments", "id": "{id}", "attributes": {"completed": "soon"}}}
    },
    "no object": {"json": [1]},
    "null": {"json": None},
    "no JSON": {"content": b"{"},
    "empty": {"content": b""},
}


def body(name: str, id_: str) -> Any:
    """A body by its name, for an object with this id."""

    def named(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: named(each) for key, each in value.items()}
        return id_ if value == "{id}" else value

    return named(BODIES[name])


async def test_completion_is_undone(xikolo: Xikolo, world: World) -> None:
    course = await world.course()
    learner = await world.learner(course)
    token = await token_of(world, learner)
    (found,) = (await xikolo.get("enrollments", token)).json()["data"]
    path = f"/api/v2/enrollments/{found['id']}"
    changes: list[tuple[Any, bool]] = [
        ({"completed": True}, True),
        ({"completed": True}, True),
        ({}, True),
        ({"completed": False}, False),
        ({"completed": False}, False),
        ({}, False),
    ]
    for sent, is_completed in changes:
        response = await xikolo("PATCH", path, token, json=written("enrollments", found["id"], **sent))
        assert response.status_code == 200
        assert response.json()["data"]["attributes"]["completed"] is is_completed
        assert len(xikolo.statements) <= 6
        again = (await xikolo.get(f"enrollments/{found['id']}", token)).json()
        assert again["data"]["attributes"]["completed"] is is_completed


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_of_another_user_there_is_none(xikolo: Xikolo, world: World, method: str, name: str) -> None:
    course = await world.course()
    learner = await world.learner(course)
    others = [await world.learner(course), await world.teacher(course), await world.staff()]
    async with world.database.transaction() as session:
        id_ = await session.scalar(select(Enrollment.id).where(Enrollment.user_id == learner.id))
    for other in others:
        token = await token_of(world, other)
        response = await xikolo(method, f"/api/v2/enrollments/{id_}", token, **body(name, str(id_)))
        assert (response.status_code, response.text) == (404, "")
    own = await token_of(world, learner)
    assert (await xikolo.get(f"enrollments/{id_}", own)).status_code == 200


@pytest.mark.parametrize("name", [*BODIES][2:-1])
async def test_of_ones_own_a_wrong_body_is_told(xikolo: Xikolo, world: World, name: str) -> None:
    course = await world.course()
    token = await token_of(world, await world.learner(course))
    (found,) = (await xikolo.get("enrollments", token)).json()["data"]
    path = f"/api/v2/enrollments/{found['id']}"
    headers = {"Idempotency-Key": found["id"]}
    response = await xikolo("PATCH", path, token, headers=headers, **body(name, found["id"]))
    assert response.status_code in (400, 409)
    sent = {"headers": headers, "json": written("enrollments", found["id"], completed=True)}
    response = await xikolo("PATCH", path, token, **sent)
    assert response.json()["data"]["attributes"]["completed"] is True


@pytest.mark.parametrize("name", BODIES)
async def test_of_another_users_attempt_there_is_none(xikolo: Xikolo, world: World, name: str) -> None:
    course = await world.course()
    quiz = await world.quiz(await world.section(course))
    learner = await world.learner(course)
    attempt = await world.submission(learner, quiz)
    path = f"/api/v2/quiz-submissions/{attempt.id}"
    for other in (await world.learner(course), await world.teacher(course)):
        response = await xikolo("PATCH", path, await token_of(world, other), **body(name, attempt.id))
        assert (response.status_code, response.text) == (404, "")
