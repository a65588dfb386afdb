"""Answers in pieces over HTTP: server-sent events in both modes, multipart subscriptions, increments."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from graph.http import open_connections as streams
from graph.http import reservation
from graph.http.open_connections import Allowance, Transport
from graph.http.wanted import Wanted, wanted
from resolvers.access.viewer import Role
from tests.conftest import Ask
from tests.serving.whole_server import VISIT, VISITED, Learner, Serving, learner, serving, subscribed
from tests.world import World

SSE = {"accept": "text/event-stream"}
APOLLO = {"accept": "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json;q=0.9"}
URQL = (
    "application/graphql-response+json, application/graphql+json, application/json, "
    "text/event-stream, multipart/mixed"
)
QUERY = {"query": "{ viewer { id } }"}


@pytest.fixture(scope="module")
async def served(migrated: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Serving]:
    folder: Path = tmp_path_factory.mktemp("home")
    async with serving(migrated, folder) as running:
        yield running


@pytest.fixture
async def bob(world: World, ask: Ask) -> Learner:
    return await learner(world, ask, items=3)


@pytest.fixture
async def client(served: Serving, bob: Learner) -> AsyncIterator[httpx.AsyncClient]:
    async with served.client(bob.headers) as made:
        yield made


class Pieces:
    """Reads a streamed answer piece by piece, each up to its delimiter."""

    def __init__(self, answer: httpx.Response, delimiter: bytes) -> None:
        self._raw = answer.aiter_raw()
        self._delimiter = delimiter
        self._kept = b""

    async def next(self) -> bytes:
        async with asyncio.timeout(20):
            while self._delimiter not in self._kept:
                self._kept += await anext(self._raw)
        piece, _, self._kept = self._kept.partition(self._delimiter)
        return piece

    async def event(self) -> tuple[str, Any]:
        """The next event: its name and its data."""
        while (piece := await self.next()).startswith(b":"):
            pass
        assert b"\r" not in piece
        name, data = piece.decode().split("\n", 1)
        text = data.removeprefix("data:").strip()
        return name.removeprefix("event: "), orjson.loads(text) if text else None

    async def part(self) -> Any:
        """The JSON of the next part."""
        head, _, body = (await self.next()).partition(b"\r\n\r\n")
        assert head.strip() == b"Content-Type: application/json; charset=utf-8"
        return orjson.loads(body)


@asynccontextmanager
async def listening(
    client: httpx.AsyncClient, accept: dict[str, str], delimiter: bytes, **call: Any
) -> AsyncIterator[tuple[httpx.Response, Pieces]]:
    async with client.stream("POST", "/graphql", json=call, headers=accept) as answer:
        yield answer, Pieces(answer, delimiter)


async def test_events_of_one_subscription(served: Serving, client: httpx.AsyncClient, bob: Learner) -> None:
    async with listening(client, SSE, b"\n\n", query=VISITED) as (answer, pieces):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        assert "x-request-id" in answer.headers
        await subscribed(served)
        for place in (0, 1):
            item = await bob.visit(place)
            name, body = await pieces.event()
            assert name == "next"
            assert body["data"]["itemVisited"]["item"] == {"id": item}
    cursor = body["data"]["itemVisited"]["cursor"]
    missed = await bob.visit(2)
    async with listening(client, SSE, b"\n\n", query=VISITED, variables={"after": cursor}) as (_, pieces):
        assert (await pieces.event())[1]["data"]["itemVisited"]["item"] == {"id": missed}
    while served.streams.feed.count:  # noqa: ASYNC110
        await asyncio.sleep(0.005)


async def test_events_of_one_answer(client: httpx.AsyncClient, bob: Learner) -> None:
    answer = await client.post("/graphql", json=QUERY, headers=SSE)
    body = orjson.dumps({"data": {"viewer": {"id": bob.viewer.id}}})
    assert answer.content == b"event: next\ndata: " + body + b"\n\nevent: complete\ndata: \n\n"
    answer = await client.get("/graphql", params=QUERY, headers=SSE)
    assert answer.content.startswith(b"event: next\n")
    answer = await client.post("/graphql", json={"query": "{"}, headers=SSE)
    assert b"GRAPHQL_PARSE_FAILED" in answer.content
    answer = await client.post("/graphql", json={"documentId": "sha256:" + "0" * 64}, headers=SSE)
    assert b"DOCUMENT_NOT_FOUND" in answer.content


async def test_a_subscription_by_get(served: Serving, client: httpx.AsyncClient, bob: Learner) -> None:
    parameters = {"query": VISITED}
    async with client.stream("GET", "/graphql", params=parameters, headers=SSE) as answer:
        await subscribed(served)
        await bob.visit()
        assert (await Pieces(answer, b"\n\n").event())[0] == "next"


async def test_a_mutation_by_get_is_refused(client: httpx.AsyncClient, bob: Learner) -> None:
    parameters = {"query": VISIT, "variables": orjson.dumps({"id": bob.items[0]}).decode()}
    answer = await client.get("/graphql", params=parameters, headers=SSE)
    assert answer.status_code == 405


async def test_errors_of_a_subscription_end_it(client: httpx.AsyncClient) -> None:
    query = 'subscription { progressChanged(courseId: "x") { cursor } }'
    async with listening(client, SSE, b"\n\n", query=query) as (_, pieces):
        name, body = await pieces.event()
        assert (name, body["errors"][0]["extensions"]) == ("next", {"code": "BAD_USER_INPUT"})
        assert await pieces.event() == ("complete", None)


async def test_silence_is_broken(
    served: Serving, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.http.streamed_reply.SILENCE", 0.02)
    async with listening(client, SSE, b"\n\n", query=VISITED) as (_, pieces):
        assert [await pieces.next() for _ in range(3)] == [b":"] * 3
    async with listening(client, APOLLO, b"\r\n--graphql", query=VISITED) as (_, pieces):
        assert await pieces.next() == b""
        assert await pieces.part() == {}


async def test_parts_of_a_subscription(served: Serving, client: httpx.AsyncClient, bob: Learner) -> None:
    async with listening(client, APOLLO, b"\r\n--graphql", query=VISITED) as (answer, pieces):
        assert answer.headers["content-type"] == 'multipart/mixed; boundary="graphql"; subscriptionSpec=1.0'
        assert await pieces.next() == b""
        await subscribed(served)
        item = await bob.visit()
        assert (await pieces.part())["payload"]["data"]["itemVisited"]["item"] == {"id": item}
    query = 'subscription { progressChanged(courseId: "x") { cursor } }'
    answer = await client.post("/graphql", json={"query": query}, headers=APOLLO)
    assert answer.content.endswith(b"\r\n--graphql--\r\n")
    assert b'{"payload":{"errors":[' in answer.content


async def test_a_whole_answer_where_a_stream_is_not_wanted_more(
    client: httpx.AsyncClient, bob: Learner
) -> None:
    for accept in (URQL, APOLLO["accept"], "*/*", "application/json, text/event-stream;q=0.5"):
        answer = await client.post("/graphql", json=QUERY, headers={"accept": accept})
        assert answer.json() == {"data": {"viewer": {"id": bob.viewer.id}}}, accept


async def test_a_subscription_without_a_stream_is_told_so(client: httpx.AsyncClient) -> None:
    for accept in ("application/json", "*/*", "application/graphql-response+json"):
        answer = await client.post("/graphql", json={"query": VISITED}, headers={"accept": accept})
        assert answer.json()["errors"][0]["extensions"] == {"code": "STREAM_REQUIRED"}
        assert "data" not in answer.json()
    assert answer.status_code == 400


async def test_subscriptions_are_for_who_signs_in(served: Serving) -> None:
    async with served.client({}) as anonymous:
        for accept in (SSE, APOLLO):
            answer = await anonymous.post("/graphql", json={"query": VISITED}, headers=accept)
            assert answer.status_code == 401
        assert (await anonymous.put("/graphql")).status_code == 401


async def test_nobody_holds_more_streams_than_they_may(
    served: Serving, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(streams.ALLOWANCES, Role.MEMBER, Allowance(1, 1, 1))
    async with listening(client, SSE, b"\n\n", query=VISITED):
        await subscribed(served)
        answer = await client.post("/graphql", json={"query": VISITED}, headers=SSE)
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (429, "RATE_LIMITED")
        assert "x-request-id" in answer.headers


async def test_many_operations_over_one_stream(
    served: Serving, client: httpx.AsyncClient, bob: Learner
) -> None:
    reserved = await client.put("/graphql")
    assert (reserved.status_code, reserved.headers["content-type"]) == (201, "text/plain; charset=utf-8")
    token = {"x-graphql-event-stream-token": reserved.text}
    async with client.stream("GET", "/graphql", params={"token": reserved.text}, headers=SSE) as answer:
        pieces = Pieces(answer, b"\n\n")
        for id_, call in (("a", QUERY), ("b", {"query": VISITED})):
            begun = await client.post(
                "/graphql", json={**call, "extensions": {"operationId": id_}}, headers=token
            )
            assert (begun.status_code, begun.content) == (202, b"")
        assert await pieces.event() == (
            "next",
            {"id": "a", "payload": {"data": {"viewer": {"id": bob.viewer.id}}}},
        )
        assert await pieces.event() == ("complete", {"id": "a"})
        await subscribed(served)
        item = await bob.visit()
        name, body = await pieces.event()
        assert (name, body["id"]) == ("next", "b")
        assert body["payload"]["data"]["itemVisited"]["item"] == {"id": item}
        twin = {"query": VISITED, "extensions": {"operationId": "b"}}
        assert (await client.post("/graphql", json=twin, headers=token)).status_code == 409
        again = await client.get("/graphql", headers={**token, **SSE})
        assert again.status_code == 409
        ended = await client.delete("/graphql", params={"operationId": "b"}, headers=token)
        assert ended.status_code == 200
        while served.streams.feed.count:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        missing = await client.post("/graphql", json=QUERY, headers=token)
        assert missing.status_code == 400
    while served.streams.counts[Transport.SSE]:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    gone = await client.post("/graphql", json=twin, headers=token)
    assert (gone.status_code, gone.json()["errors"][0]["extensions"]["code"]) == (404, "STREAM_NOT_FOUND")


async def test_a_reservation_whose_opening_is_refused_is_given_back(
    served: Serving, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(streams.ALLOWANCES, Role.MEMBER, Allowance(1, 1, 1))
    async with listening(client, SSE, b"\n\n", query=VISITED):
        await subscribed(served)
        for _ in range(3):
            reserved = await client.put("/graphql", headers={"accept": "text/plain"})
            assert (reserved.status_code, reserved.text != "") == (201, True)
            refused = await client.get("/graphql", params={"token": reserved.text}, headers=SSE)
            assert refused.status_code == 429


async def test_a_stream_is_its_viewers_alone_and_not_kept_for_ever(
    served: Serving, client: httpx.AsyncClient, world: World, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = {"x-graphql-event-stream-token": (await client.put("/graphql")).text}
    other = await learner(world, ask)
    async with served.client(other.headers) as eve:
        assert (await eve.get("/graphql", headers={**token, **SSE})).status_code == 404
    begin = {**QUERY, "extensions": {"operationId": "a"}}
    assert (await client.post("/graphql", json=begin, headers=token)).status_code == 202
    monkeypatch.setattr(reservation, "UNCLAIMED", 0.05)
    token = {"x-graphql-event-stream-token": (await client.put("/graphql")).text}
    async with asyncio.timeout(20):
        while (await client.post("/graphql", json=begin, headers=token)).status_code != 404:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_the_end_of_the_server_ends_streams(
    migrated: str, world: World, ask: Ask, tmp_path: Path
) -> None:
    bob = await learner(world, ask)
    async with (
        serving(migrated, tmp_path) as served,
        served.client(bob.headers) as client,
        listening(client, SSE, b"\n\n", query=VISITED) as (answer, _),
    ):
        await subscribed(served)
        served.server.should_exit = True
        async with asyncio.timeout(20):
            assert b"complete" not in await answer.aread()


@pytest.mark.parametrize(
    ("accept", "means"),
    [
        ("*/*", Wanted("application/json")),
        ("text/html", Wanted(None)),
        ("text/event-stream", Wanted(None, Transport.SSE, True)),
        (URQL, Wanted("application/graphql-response+json", Transport.SSE)),
        ("text/event-stream, multipart/mixed", Wanted(None, Transport.SSE, True)),
        ("text/event-stream;q=0, application/json", Wanted("application/json")),
        ("application/json;q=0.1, text/event-stream;q=0.2", Wanted("application/json", Transport.SSE, True)),
        ("application/x-text/event-stream, application/json", Wanted("application/json")),
        (APOLLO["accept"], Wanted("application/json", Transport.MULTIPART)),
        ("multipart/mixed", Wanted(None)),
        (
            "multipart/mixed;deferSpec=20220824,application/json;q=0.9",
            Wanted("application/json", increments="20220824"),
        ),
        (
            'application/json;q=0.9, multipart/mixed;incrementalSpec="v0.2"',
            Wanted("application/json", increments="v0.2"),
        ),
        ("application/json, multipart/mixed;deferSpec=20220824;q=0.5", Wanted("application/json")),
        ("multipart/mixed;deferSpec=2021, application/json", Wanted("application/json")),
    ],
)
def test_what_a_header_means(accept: str, means: Wanted) -> None:
    assert wanted(accept) == means
