"""`ETag` and `If-None-Match` on reads of a real platform, and the work that they save."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import pytest
from graphql import ExecutionResult
from sqlalchemy import update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from graph.declaring.schema import public_schema
from graph.limits.gate import AdmissionControl
from models.catalogue.course import Course
from models.people.user import User
from models.postgres.base import new_id
from models.postgres.connection import Question, Rows
from models.postgres.database import Database
from resolvers.access.viewer import Viewer
from rest import freshness
from rest.conditional import has, tag_of
from rest.execute import Execute
from rest.freshness import ByTables
from rest.in_process import execute_in_process
from rest.route import routes
from settings.environment import Settings
from tests.rest.xikolo.row_counts import token_of
from tests.world import World


class Watched:
    """A database that records its statements."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.database, name)

    async def fetch_all(self, questions: Sequence[Question]) -> list[Rows]:
        self.asked += [sql for sql, _ in questions if "budgets" not in sql]
        return await self.database.fetch_all(questions)

    async def fetch(self, sql: str, parameters: Mapping[str, Any]) -> Rows:
        return (await self.fetch_all([(sql, parameters)]))[0]


class Client:
    """A client that keeps tags; `statements` counts those of the last request, its viewer's included."""

    def __init__(self, database: Database, execute: Execute) -> None:
        self.watched = Watched(database)
        app = Starlette(routes=routes(public_schema, execute, freshness=ByTables()))
        app.state.database = self.watched
        app.state.gate = AdmissionControl(Settings())
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://learn.example.org")

    @property
    def statements(self) -> int:
        return len(self.watched.asked)

    async def __call__(
        self, path: str, tag: str | None = None, token: str | None = None, method: str = "GET", **headers: str
    ) -> httpx.Response:
        self.watched.asked.clear()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        if tag is not None:
            sent["if-none-match"] = tag
        return await self.http.request(method, f"/xikolo/api/v2/{path}", headers=sent)

    async def remembered(self, path: str, token: str | None = None, **headers: str) -> str:
        """Return the tag of a response that the server has cached."""
        tag = (await self(path, token=token, **headers)).headers["etag"]
        again = await self(path, tag, token, **headers)
        assert (again.status_code, again.content) == (304, b"")
        return tag


@pytest.fixture
def client(database: Database) -> Client:
    return Client(database, execute_in_process)


async def course_of(world: World, rows: int = 1) -> tuple[Course, str, str]:
    """A course with items, a token of a learner, and the path of the course's items."""
    course = await world.course()
    (section,) = await world.sections(course, 1)
    await world.items([section], rows=rows)
    return (
        course,
        await token_of(world, await world.learner(course)),
        f"course-items?filter[course]={course.id}",
    )


async def test_what_is_as_it_was_is_not_executed_again(client: Client, world: World) -> None:
    costs = []
    for rows in (1, 10, 100):
        _, token, path = await course_of(world, rows)
        first = await client(path, token=token)
        assert len(first.json()["data"]) == rows
        costs.append([client.statements])
        for _ in range(2):
            again = await client(path, first.headers["etag"], token)
            assert (again.status_code, again.content) == (304, b"")
            costs[-1].append(client.statements)
    plain, missed, hit = costs[0]
    assert costs[1:] == costs[:1] * 2
    assert (missed, hit) == (plain + 1, 2), "the viewer and one look"


async def test_who_is_nobody_in_particular_costs_one_statement(client: Client, world: World) -> None:
    course = await world.course()
    tag = await client.remembered(f"courses/{course.id}")
    assert (await client(f"courses/{course.id}", tag)).status_code == 304
    assert client.statements == 1
    assert (await client(f"courses/{course.id}", '"another"')).status_code == 200
    assert client.statements > 1


async def test_headers_say_whom_an_answer_is_for(client: Client, world: World) -> None:
    _, token, path = await course_of(world)
    first = await client(path, token=token)
    missed = await client(path, first.headers["etag"], token)
    hit = await client(path, first.headers["etag"], token)
    for answer in (first, missed, hit):
        assert answer.headers["cache-control"] == "private, no-cache"
        assert {"Authorization", "Accept", "Accept-Language"} <= set(answer.headers["vary"].split(", "))
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["etag"] == first.headers["etag"]
        assert answer.headers["etag"].startswith('"')


@pytest.mark.parametrize("form", ["{}", "W/{}", '"a", {}', 'W/"a" , W/{},"b"', "*"])
async def test_forms_of_if_none_match(client: Client, world: World, form: str) -> None:
    course = await world.course()
    path = f"courses/{course.id}"
    tag = (await client(path)).headers["etag"]
    for method in ("GET", "HEAD", "GET", "HEAD"):
        answer = await client(path, form.format(tag), method=method)
        assert (answer.status_code, answer.headers["etag"]) == (304, tag)
    assert client.statements == 1


async def test_what_one_has_written_one_reads(client: Client, world: World) -> None:
    _, token, path = await course_of(world)
    tag = await client.remembered(path, token)
    (item,) = (await client(path, token=token)).json()["data"]
    body = {"data": {"type": "course-items", "id": item["id"], "attributes": {"visited": True}}}
    written = await client.http.patch(
        f"/xikolo/api/v2/course-items/{item['id']}", json=body, headers={"authorization": f"Bearer {token}"}
    )
    assert written.status_code == 200
    assert "etag" not in written.headers
    changed = await client(path, tag, token)
    assert changed.status_code == 200
    assert changed.json()["data"][0]["attributes"]["visited"]


async def test_a_change_that_is_committed_late_is_not_missed(
    client: Client, world: World, database: Database
) -> None:
    course = await world.course()
    path = f"courses/{course.id}"
    async with database.transaction() as early:
        await early.execute(update(Course).where(Course.id == course.id).values(title="Late"))
        tag = await client.remembered(path)
        await world.course()  # a later transaction that is over before
        assert (await client(path, tag)).status_code == 304
    changed = await client(path, tag)
    assert changed.json()["data"]["attributes"]["title"] == "Late"


async def test_a_change_while_an_answer_is_made_is_not_missed(world: World, database: Database) -> None:
    course = await world.course()
    changes: list[str] = []

    async def execute(document: str, variables: Mapping[str, Any], request: Request) -> ExecutionResult:
        result = await execute_in_process(document, variables, request)
        for title in changes:
            async with database.transaction() as session:
                await session.execute(update(Course).where(Course.id == course.id).values(title=title))
        return result

    client = Client(database, execute)
    path = f"courses/{course.id}"
    tag = (await client(path)).headers["etag"]
    changes.append("Meanwhile")
    assert (await client(path, tag)).status_code == 304, "it was so when it was read"
    changes.clear()
    changed = await client(path, tag)
    assert changed.json()["data"]["attributes"]["title"] == "Meanwhile"


async def test_what_was_not_read_may_change(client: Client, world: World) -> None:
    course = await world.course()
    path = f"courses/{course.id}"
    tag = await client.remembered(path)
    await world.user()
    assert (await client(path, tag)).status_code == 304
    assert client.statements == 1
    await world.course()
    assert (await client(path, tag)).status_code == 304
    assert client.statements > 1, "courses have changed, if not this one"


async def test_each_viewer_and_language_has_its_own(client: Client, world: World) -> None:
    channel = await world.channel(title={"en": "Life", "de": "Leben"})
    course, token, path = await course_of(world)
    english = await client.remembered(f"channels/{channel.id}", accept_language="en")
    german = await client(f"channels/{channel.id}", english, accept_language="de")
    assert german.json()["data"]["attributes"]["title"] == "Leben"
    tag = await client.remembered(path, token)
    other = await token_of(world, await world.learner(course))
    assert (await client(path, tag)).status_code == 401
    assert (await client(path, tag, "dead")).status_code == 401
    await client(path, tag, other)
    assert client.statements > 2, "what another was told is not known of this one"


async def test_rights_that_are_gone_are_gone(client: Client, world: World, database: Database) -> None:
    """The viewer is not among the tables of a response, but in its cache key."""
    channel = await world.channel(is_public=False)
    staff = await world.user(is_staff=True)
    token = new_id().replace("-", "")
    await world.token(Viewer(staff.id), token)
    tag = await client.remembered(f"channels/{channel.id}", token)
    async with database.transaction() as session:
        await session.execute(update(User).where(User.id == staff.id).values(is_staff=False))
    assert (await client(f"channels/{channel.id}", tag, token)).status_code == 404


async def test_the_clock_ends_what_it_may_change(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = await world.course()
    monkeypatch.setattr(freshness, "CLOCK_LASTS", 0.0)
    tag = await client.remembered(f"courses/{course.id}")
    assert (await client(f"courses/{course.id}", tag)).status_code == 304
    assert client.statements > 1


async def test_an_executor_that_tells_no_statements_is_asked_each_time(
    world: World, database: Database
) -> None:
    course = await world.course()

    async def execute(document: str, variables: Mapping[str, Any], request: Request) -> ExecutionResult:
        result = await execute_in_process(document, variables, request)
        return ExecutionResult(result.data, result.errors)

    client = Client(database, execute)
    tag = await client.remembered(f"courses/{course.id}")
    assert (await client(f"courses/{course.id}", tag)).status_code == 304
    assert client.statements > 1


async def test_refusals_have_no_tag(client: Client) -> None:
    for path in (f"courses/{new_id()}", "users/me", "course-items", "nowhere"):
        for tag in (None, "*"):
            answer = await client(path, tag)
            assert answer.status_code >= 400
            assert "etag" not in answer.headers


def test_what_streams_or_has_a_tag_is_left_alone() -> None:
    assert tag_of(StreamingResponse(iter(()))) is None
    assert tag_of(Response("x", headers={"ETag": '"own"'})) is None
    assert tag_of(Response("x", 201)) is None
    assert tag_of(Response("x", media_type="text/plain")) != tag_of(Response("x", media_type="text/css"))
    assert not has(None, '"a"')
    assert not has('"ab"', '"a"')
