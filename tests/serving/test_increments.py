"""`@defer` and `@stream`: in parts for who asks for them, in both editions, and at once for all others."""

import asyncio
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import text

from graph.declaring.schema import public_schema
from graph.execution.execute import prepare
from graph.limits.figures import ANONYMOUS, SIGNED_IN
from models.postgres.database import Database
from settings.environment import BUDGETS, PARALLEL
from tests.serving.conftest import Connect, signed_in
from tests.world import World

DEFER = """
query($slug: String!) {
  course(slug: $slug) {
    slug
    ... @defer(label: "rest") { title sections { title ... @defer { id } } }
  }
}
"""
STREAM = """
query($slug: String!) {
  course(slug: $slug) { sections @stream(initialCount: 1, label: "more") { title } }
}
"""
FAILING = """
query($slug: String!) { course(slug: $slug) { slug ... @defer { enrollments(after: "x") { totalCount } } } }
"""
V02 = {"accept": "multipart/mixed;incrementalSpec=v0.2, application/json;q=0.9"}
EARLIER = {"accept": "multipart/mixed;deferSpec=20220824, application/json;q=0.9"}


async def parts(client: httpx.AsyncClient, accept: dict[str, str], query: str, **variables: Any) -> list[Any]:
    """The JSON of all parts of an answer."""
    answer = await client.post("/graphql", json={"query": query, "variables": variables}, headers=accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith('multipart/mixed; boundary="graphql"; ')
    assert b'"extensions":null' not in answer.content
    first, *pieces, last = answer.content.split(b"\r\n--graphql")
    assert (first, last) == (b"", b"--\r\n")
    found = [orjson.loads(piece.partition(b"\r\n\r\n")[2]) for piece in pieces]
    assert [each["hasNext"] for each in found] == [True] * (len(found) - 1) + [False]
    return found


async def course_with_sections(world: World, sections: int = 2) -> str:
    course = await world.course(title="Bees")
    await world.sections(course, sections)
    return str(course.slug)


async def test_what_is_deferred_follows_by_its_id(client: httpx.AsyncClient, world: World) -> None:
    slug = await course_with_sections(world)
    first, *rest = await parts(client, V02, DEFER, slug=slug)
    assert first["data"] == {"course": {"slug": slug}}
    assert first["pending"] == [{"id": "0", "path": ["course"], "label": "rest"}]
    increments = [each for body in rest for each in body.get("incremental", ())]
    assert increments[0] == {
        "id": "0",
        "data": {"title": "Bees", "sections": [{"title": "Section 1"}, {"title": "Section 2"}]},
    }
    assert [list(each["data"]) for each in increments[1:]] == [["id"], ["id"]]
    pending = [each["id"] for body in (first, *rest) for each in body.get("pending", ())]
    assert sorted(each["id"] for body in rest for each in body.get("completed", ())) == sorted(pending)


async def test_what_is_deferred_follows_by_its_path(client: httpx.AsyncClient, world: World) -> None:
    slug = await course_with_sections(world)
    first, *rest = await parts(client, EARLIER, DEFER, slug=slug)
    assert first == {"data": {"course": {"slug": slug}}, "hasNext": True}
    increments = [each for body in rest for each in body.get("incremental", ())]
    assert increments[0] == {
        "path": ["course"],
        "label": "rest",
        "data": {"title": "Bees", "sections": [{"title": "Section 1"}, {"title": "Section 2"}]},
    }
    assert [each["path"] for each in increments[1:]] == [["course", "sections", 0], ["course", "sections", 1]]
    assert not {"pending", "completed", "id"} & {key for body in rest for key in body}


@pytest.mark.parametrize("accept", [V02, EARLIER], ids=["v0.2", "20220824"])
async def test_items_of_a_list_follow(
    client: httpx.AsyncClient, world: World, accept: dict[str, str]
) -> None:
    slug = await course_with_sections(world, 3)
    first, *rest = await parts(client, accept, STREAM, slug=slug)
    assert first["data"] == {"course": {"sections": [{"title": "Section 1"}]}}
    increments = [each for body in rest for each in body.get("incremental", ())]
    items = [item["title"] for each in increments for item in each["items"]]
    assert items == ["Section 2", "Section 3"]
    if accept is EARLIER:
        place = 1
        for each in increments:
            assert (each["path"], each["label"]) == (["course", "sections", place], "more")
            place += len(each["items"])


@pytest.mark.parametrize("accept", [V02, EARLIER], ids=["v0.2", "20220824"])
async def test_an_error_concerns_what_is_deferred_alone(
    client: httpx.AsyncClient, world: World, accept: dict[str, str]
) -> None:
    slug = await course_with_sections(world)
    first, *rest = await parts(client, accept, FAILING, slug=slug)
    assert first["data"] == {"course": {"slug": slug}}
    failed = [each for body in rest for key in ("completed", "incremental") for each in body.get(key, ())]
    (error,) = [error for each in failed for error in each.get("errors", ())]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert error["path"] == ["course", "enrollments"]


async def test_who_does_not_ask_gets_all_at_once(client: httpx.AsyncClient, world: World) -> None:
    slug = await course_with_sections(world)
    for accept in ("application/json", "multipart/mixed, application/json;q=0.9", "*/*"):
        for query in (DEFER, STREAM):
            call = {"query": query, "variables": {"slug": slug}}
            answer = await client.post("/graphql", json=call, headers={"accept": accept})
            assert answer.headers["content-type"].startswith("application/json")
            assert set(answer.json()["data"]["course"]) & {"title", "sections", "slug"}


async def test_without_directives_an_answer_is_whole(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": "{ viewer { id } }"}, headers=V02)
    assert answer.json() == {"data": {"viewer": None}}


async def test_wrong_variables_are_one_part(client: httpx.AsyncClient) -> None:
    (body,) = await parts(client, V02, DEFER, slug=None)
    assert body["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_an_operation_that_defers_nothing_by_if_is_one_part(
    client: httpx.AsyncClient, world: World
) -> None:
    slug = await course_with_sections(world)
    query = "query($slug: String!) { course(slug: $slug) { ... @defer(if: false) { title } } }"
    (body,) = await parts(client, V02, query, slug=slug)
    assert body["data"] == {"course": {"title": "Bees"}}


async def test_what_costs_too_much_is_not_begun(client: httpx.AsyncClient) -> None:
    query = """
    query($many: Int) { courses(first: $many) { nodes { ... @defer { sections { items { id } } } } } }
    """
    call = {"query": query, "variables": {"many": 100}}
    whole = (await client.post("/graphql", json=call)).json()
    codes = {error["extensions"]["code"] for error in whole["errors"]}
    assert codes & {"COST_LIMIT", "NODE_LIMIT"}
    (body,) = await parts(client, V02, query, many=100)
    assert "data" not in body
    assert {error["extensions"]["code"] for error in body["errors"]} == codes


async def test_policies_hold_for_what_is_deferred(client: httpx.AsyncClient, world: World) -> None:
    course = await world.course(is_hidden=True)
    query = "query($id: ID!) { ... @defer { course(id: $id) { title } } }"
    bodies = await parts(client, V02, query, id=course.id)
    assert bodies[1]["incremental"] == [{"id": "0", "data": {"course": None}}]
    staff = await signed_in(world, is_staff=True)
    bodies = await parts(client, {**V02, **staff}, query, id=course.id)
    assert bodies[1]["incremental"] == [{"id": "0", "data": {"course": {"title": "Course"}}}]


async def test_increments_are_charged(connect: Connect, world: World) -> None:
    headers = await signed_in(world)
    slug = await course_with_sections(world)
    call = {"query": STREAM, "variables": {"slug": slug}}
    prepare(public_schema, STREAM, SIGNED_IN)  # a new document would cost more
    answer = await connect().post("/graphql", json=call, headers={**headers, **V02})
    assert answer.headers["ratelimit-policy"] == '"cost";q=20000;w=20'
    # A course, and as many sections as such a list usually has; the budget grows by 1 in a millisecond.
    assert answer.headers["ratelimit"] in {f'"cost";r={left};t=1' for left in range(19994, 20000)}


async def test_increments_of_a_spent_budget_are_refused(connect: Connect) -> None:
    prepare(public_schema, STREAM, ANONYMOUS)
    client = connect(budgets={**BUDGETS, "anonymous": (1, 10)})
    call = {"query": STREAM, "variables": {"slug": "none"}}
    assert (await client.post("/graphql", json=call, headers=V02)).status_code == 200
    refused = await client.post("/graphql", json=call, headers=V02)
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (429, "RATE_LIMITED")
    assert int(refused.headers["retry-after"]) in (1, 2)


@pytest.mark.parametrize("accept", [V02, EARLIER])
async def test_an_increment_that_takes_too_long_ends_all_that_is_pending(
    connect: Connect, world: World, database: Database, accept: dict[str, str]
) -> None:
    slug = await course_with_sections(world)
    client = connect(deadline=0.3)
    async with database.transaction() as session:
        await session.execute(text("LOCK TABLE sections IN ACCESS EXCLUSIVE MODE"))
        first, last = await parts(client, accept, DEFER, slug=slug)
    assert first["data"] == {"course": {"slug": slug}}
    (cut,) = last["completed"] if accept is V02 else last["incremental"]
    (error,) = cut["errors"]
    assert error["extensions"] == {"code": "TIMEOUT", "retryAfter": 2}
    assert (cut["id"] == "0") if accept is V02 else (cut["path"], cut["label"]) == (["course"], "rest")


async def test_a_first_answer_that_takes_too_long_is_the_only_one(
    connect: Connect, world: World, database: Database
) -> None:
    slug = await course_with_sections(world)
    async with database.transaction() as session:
        await session.execute(text("LOCK TABLE sections IN ACCESS EXCLUSIVE MODE"))
        (only,) = await parts(connect(deadline=0.3), V02, STREAM, slug=slug)
    assert [error["extensions"]["code"] for error in only["errors"]] == ["TIMEOUT"]


async def test_increments_take_one_of_the_parallel_turns(
    connect: Connect, world: World, database: Database
) -> None:
    slug = await course_with_sections(world)
    client = connect(parallel={**PARALLEL, "anonymous": 1}, pool_wait=0.2)
    async with database.transaction() as session:
        await session.execute(text("LOCK TABLE sections IN ACCESS EXCLUSIVE MODE"))
        first = asyncio.create_task(parts(client, V02, DEFER, slug=slug))
        await asyncio.sleep(0.05)
        (refused,) = await parts(client, V02, DEFER, slug=slug)
    (error,) = refused["errors"]
    assert error["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 1}
    assert (await first)[-1]["hasNext"] is False
