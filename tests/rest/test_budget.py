"""Budgets and idempotency keys on REST routes, with the messages of each dialect."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from app import create_app
from models.postgres.base import new_id
from models.postgres.database import Database
from models.storage.objects import FileStore
from resolvers.access.viewer import hashed
from settings.environment import Settings
from tests.world import World

JSON_API = "application/vnd.api+json"
XIKOLO = {"accept": JSON_API, "content-type": JSON_API}


@dataclass(frozen=True)
class Write:
    """A route that writes, as a platform has it.

    `body` makes a request body from a name; `count` is the statement that counts the rows of that name.
    `reused` is the response to a key of another request.
    """

    path: str
    sender: Callable[[World], Awaitable[dict[str, str]]]
    body: Callable[[str], dict[str, Any]]
    count: str
    reused: tuple[int, str]


async def learner(world: World) -> dict[str, str]:
    """Headers of an openHPI app, for a user of their own."""
    secret = new_id().replace("-", "")
    await world.token(await world.learner(), secret)
    return {**XIKOLO, "authorization": f"Token token={secret}"}


async def customer(world: World) -> dict[str, str]:
    """Headers of a client of SCORM Cloud."""
    made = await world.application(secret_hash=hashed("s"))
    return {"authorization": f"Basic {b64encode(f'{made.id}:s'.encode()).decode()}"}


WRITES_BY_PLATFORM = {
    "xikolo": Write(
        "/xikolo/api/v2/tickets",
        learner,
        lambda name: {
            "data": {
                "type": "tickets",
                "attributes": {"topic": "technical", "title": name, "report": "r", "language": "en"},
            }
        },
        "SELECT count(*) FROM tickets WHERE title = %(name)s",
        (422, "422 Unprocessable Entity: The key was used before, for something else."),
    ),
    "scormcloud": Write(
        "/scormcloud/api/v2/courses/importJobs?courseId=bees",
        customer,
        lambda name: {"url": f"https://example.org/{name}.zip"},
        "SELECT count(*) FROM import_jobs WHERE strpos(location, %(name)s) > 0",
        (400, '{"message":"The key was used before, for something else."}'),
    ),
}
"""One of each platform."""

SPENT = {
    "xikolo": ("/xikolo/api/v2/channels", XIKOLO, "The budget of 1 for signed-in viewers is spent"),
    "scormcloud": (
        "/scormcloud/api/v2/courses",
        {},
        '{"message":"The budget of 1 for applications is spent',
    ),
}
"""A read of each platform, and the start of the refusal if the budget is spent."""


@pytest.fixture
async def rest(migrated: str, database: Database, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole application, whose IP address has its own budget."""
    made = create_app(Settings(home=tmp_path), migrated, FileStore.in_folder(tmp_path / "assets"))
    async with made.router.lifespan_context(made):
        transport = httpx.ASGITransport(made, client=(f"test {new_id()}", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


def budget_of(rest: httpx.AsyncClient, burst: int) -> None:
    """Let budgets hold this much, refilled by 1 a second."""
    gate = rest._transport.app.state.gate  # type: ignore[attr-defined]
    gate.figures = {role: replace(each, rate=1, burst=burst) for role, each in gate.figures.items()}


async def test_routes_tell_of_the_budget(rest: httpx.AsyncClient, world: World) -> None:
    """Delivered rows are charged; a cached response has the lowest cost."""
    channel = await world.channel()
    path = f"/xikolo/api/v2/channels/{channel.id}"
    answer = await rest.get(path, headers=XIKOLO)
    assert answer.headers["ratelimit-policy"] == '"cost";q=300000;w=60'
    assert answer.headers["ratelimit"] == '"cost";r=299999;t=1'
    again = await rest.get(path, headers={**XIKOLO, "if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["ratelimit"].startswith('"cost";r=29999')
    assert "ratelimit" not in (await rest.get("/healthz")).headers


async def test_what_is_delivered_is_charged_afterwards(rest: httpx.AsyncClient, world: World) -> None:
    """A budget of 10 must refill after 30 sections, each with its course."""
    budget_of(rest, 10)
    course = await world.course()
    await world.sections(course, 30)
    path = f"/xikolo/api/v2/course-sections?filter[course]={course.id}"
    first = await rest.get(path, headers=XIKOLO)
    assert len(first.json()["data"]) == 30
    assert first.headers["ratelimit"] == '"cost";r=0;t=61'
    refused = await rest.get(path, headers=XIKOLO)
    assert refused.status_code == 429
    assert 40 < int(refused.headers["retry-after"]) <= 52


@pytest.mark.parametrize("platform", SPENT)
async def test_a_spent_budget_is_told_as_each_platform_does(
    rest: httpx.AsyncClient, world: World, platform: str
) -> None:
    path, headers, beginning = SPENT[platform]
    who = await WRITES_BY_PLATFORM[platform].sender(world)
    budget_of(rest, 1)
    assert (await rest.get(path, headers={**headers, **who})).status_code == 200
    refused = await rest.get(path, headers={**headers, **who})
    assert (refused.status_code, refused.text[: len(beginning)]) == (429, beginning)
    assert int(refused.headers["retry-after"]) >= 1


@pytest.mark.parametrize("platform", WRITES_BY_PLATFORM)
async def test_a_write_under_a_key_is_done_once(
    rest: httpx.AsyncClient, database: Database, world: World, platform: str
) -> None:
    write, name = WRITES_BY_PLATFORM[platform], new_id()
    headers = {**await write.sender(world), "idempotency-key": f'"{new_id()}"'}
    first, again = [await rest.post(write.path, json=write.body(name), headers=headers) for _ in range(2)]
    assert first.is_success, first.text
    assert (again.status_code, again.content) == (first.status_code, first.content)
    other = await rest.post(write.path, json=write.body(new_id()), headers=headers)
    assert (other.status_code, other.text) == write.reused
    twins = {**headers, "idempotency-key": new_id()}
    name_of_twins = new_id()
    answers = await asyncio.gather(
        *(rest.post(write.path, json=write.body(name_of_twins), headers=twins) for _ in range(5))
    )
    assert {each.content for each in answers} == {answers[0].content}
    for each in (name, name_of_twins):
        assert await database.fetch(write.count, {"name": each}) == [(1,)]
