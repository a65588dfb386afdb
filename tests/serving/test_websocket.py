"""graphql-transport-ws over a real socket: its messages, its close codes, its limits."""

import asyncio
import socket as sockets
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import text
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from graph.declaring.schema import public_schema
from graph.execution.execute import prepare
from graph.http import open_connections as streams
from graph.http import websocket
from graph.http.open_connections import Allowance
from graph.limits.figures import SIGNED_IN
from models.events.event import EventKind
from resolvers.access.viewer import Role
from resolvers.events import feed
from resolvers.events.event import record
from tests.conftest import Ask
from tests.serving.whole_server import (
    VISIT,
    VISITED,
    Learner,
    Serving,
    greet,
    hear,
    learner,
    say,
    serving,
    subscribed,
)
from tests.world import World


@pytest.fixture(scope="module")
async def served(migrated: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Serving]:
    folder: Path = tmp_path_factory.mktemp("home")
    async with serving(migrated, folder) as running:
        yield running


async def test_the_subgraph_is_for_routers(migrated: str, world: World, ask: Ask, tmp_path: Path) -> None:
    bob = await learner(world, ask)
    router = {"router-authorization": "secret"}
    async with serving(migrated, tmp_path, router_secret="secret") as served:
        for headers in ({}, {"router-authorization": "other"}):
            with pytest.raises(InvalidStatus, match="403"):
                await served.socket(path="/subgraph", additional_headers=headers)
        async with served.socket(path="/subgraph", additional_headers=router) as socket:
            await greet(socket, bob.headers)


@pytest.fixture
async def bob(world: World, ask: Ask) -> Learner:
    return await learner(world, ask, items=3)


async def closed(socket: Any) -> tuple[int, str]:
    """How the server closes a socket."""

    async def drained() -> None:
        while True:
            await socket.recv()

    async with asyncio.timeout(20):
        with pytest.raises(ConnectionClosed):
            await drained()
    return socket.close_code, socket.close_reason


async def test_events_come_until_the_client_has_enough(served: Serving, bob: Learner) -> None:
    async with served.socket() as socket:
        await greet(socket, bob.headers)
        await say(socket, id="1", type="subscribe", payload={"query": VISITED})
        await subscribed(served)
        async with served.client({}) as client:
            figures = (await client.get("/metrics")).text
        assert 'scholagraph_streams{transport="websocket"} 1.0' in figures
        assert "scholagraph_subscriptions 1.0" in figures
        for place in (0, 1):
            item = await bob.visit(place)
            told = await hear(socket)
            assert (told["id"], told["type"]) == ("1", "next")
            assert told["payload"]["data"]["itemVisited"]["item"] == {"id": item}
        await say(socket, id="1", type="complete")
        await say(socket, type="ping", payload={"a": 1})
        assert await hear(socket) == {"type": "pong", "payload": {"a": 1}}
        while served.streams.feed.count:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_queries_and_mutations_have_one_result(served: Serving, bob: Learner) -> None:
    async with served.socket(additional_headers=bob.headers) as socket:
        await say(socket, type="connection_init")
        assert await hear(socket) == {"type": "connection_ack"}
        await say(socket, id="q", type="subscribe", payload={"query": "{ viewer { id } }"})
        assert await hear(socket) == {
            "id": "q",
            "type": "next",
            "payload": {"data": {"viewer": {"id": bob.viewer.id}}},
        }
        assert await hear(socket) == {"id": "q", "type": "complete"}
        payload = {"query": VISIT, "variables": {"id": bob.items[0]}}
        await say(socket, id="q", type="subscribe", payload=payload)
        assert (await hear(socket))["payload"] == {"data": {"visitItem": {"userErrors": []}}}
        assert await hear(socket) == {"id": "q", "type": "complete"}


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"query": "subscription {"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "subscription { nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": 'subscription { progressChanged(courseId: "x") { cursor } }'}, "BAD_USER_INPUT"),
        ({"query": 'subscription { itemVisited(after: "x") { cursor } }'}, "BAD_USER_INPUT"),
        ({"documentId": "sha256:" + "0" * 64}, "DOCUMENT_NOT_FOUND"),
        ({"query": "query($a: ID!) { node(id: $a) { id } }"}, "BAD_USER_INPUT"),
    ],
)
async def test_what_cannot_be_executed_is_an_error(
    served: Serving, bob: Learner, payload: dict[str, Any], code: str
) -> None:
    async with served.socket() as socket:
        await greet(socket, bob.headers)
        await say(socket, id="1", type="subscribe", payload=payload)
        told = await hear(socket)
        assert (told["id"], told["type"]) == ("1", "error")
        assert [error["extensions"]["code"] for error in told["payload"]] == [code]


async def test_a_lost_socket_is_resumed_without_a_gap(served: Serving, bob: Learner) -> None:
    async with served.socket() as socket:
        await greet(socket, bob.headers)
        await say(socket, id="1", type="subscribe", payload={"query": VISITED})
        await subscribed(served)
        await bob.visit(0)
        cursor = (await hear(socket))["payload"]["data"]["itemVisited"]["cursor"]
        socket.transport.abort()
    missed = await bob.visit(1)
    async with served.socket() as socket:
        await greet(socket, bob.headers)
        payload = {"query": VISITED, "variables": {"after": cursor}}
        await say(socket, id="1", type="subscribe", payload=payload)
        assert (await hear(socket))["payload"]["data"]["itemVisited"]["item"] == {"id": missed}


async def test_another_protocol_is_not_spoken(served: Serving) -> None:
    async with served.socket(Subprotocol("graphql-ws")) as socket:
        assert await closed(socket) == (4406, "Subprotocol not acceptable")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"type": "connection_init"}, 4401),
        ({"type": "connection_init", "payload": {"authorization": "Bearer none"}}, 4401),
        ({"type": "connection_init", "payload": []}, 4400),
        ({"type": "subscribe", "id": "1", "payload": {"query": "{ viewer { id } }"}}, 4401),
        ({"type": "complete", "id": "1"}, 4400),
        ({"type": 1}, 4400),
        ([], 4400),
        ("{", 4400),
        (b"{}", 4400),
    ],
)
async def test_who_begins_otherwise_is_sent_away(served: Serving, message: Any, code: int) -> None:
    async with served.socket() as socket:
        given = message if isinstance(message, str | bytes) else orjson.dumps(message).decode()
        await socket.send(given)
        assert (await closed(socket))[0] == code


async def test_who_says_nothing_is_sent_away(served: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "INIT_WAIT", 0.05)
    async with served.socket() as socket:
        await say(socket, type="ping")
        assert await hear(socket) == {"type": "pong"}
        assert await closed(socket) == (4408, "Connection initialisation timeout")


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        ([{"type": "connection_init"}], 4429),
        ([{"type": "subscribe", "id": "1", "payload": {"query": VISITED}}] * 2, 4409),
        ([{"type": "subscribe", "id": "1"}], 4400),
        ([{"type": "subscribe", "id": "", "payload": {"query": VISITED}}], 4400),
        ([{"type": "subscribe", "payload": {"query": VISITED}}], 4400),
        ([{"type": "next", "id": "1"}], 4400),
    ],
)
async def test_who_goes_on_otherwise_is_sent_away(
    served: Serving, bob: Learner, messages: list[Any], code: int
) -> None:
    async with served.socket() as socket:
        await greet(socket, bob.headers)
        for message in messages:
            await say(socket, **message)
        assert (await closed(socket))[0] == code
    assert served.streams.feed.count == 0


async def test_nobody_holds_more_sockets_or_subscriptions_than_they_may(
    served: Serving, bob: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(streams.ALLOWANCES, Role.MEMBER, Allowance(1, 1, 1))
    async with served.socket() as socket:
        await greet(socket, bob.headers)
        async with served.socket() as second:
            await say(second, type="connection_init", payload={"authorization": bob.headers["authorization"]})
            assert (await closed(second))[0] == 4429
        for id_ in ("1", "2"):
            await say(socket, id=id_, type="subscribe", payload={"query": VISITED})
        told = await hear(socket)
        assert (told["id"], told["type"]) == ("2", "error")
        assert told["payload"][0]["extensions"] == {"code": "RATE_LIMITED"}
        await subscribed(served)
        await bob.visit()
        assert (await hear(socket))["id"] == "1"


def budget_of(served: Serving, monkeypatch: pytest.MonkeyPatch, *, rate: int, burst: int) -> None:
    """Give signed-in viewers of the server this budget."""
    own = {
        **served.gate.figures,
        Role.MEMBER: replace(served.gate.figures[Role.MEMBER], rate=rate, burst=burst),
    }
    monkeypatch.setattr(served.gate, "figures", own)


async def test_operations_over_a_socket_are_charged(
    served: Serving, bob: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "{ viewer { id } }"
    prepare(public_schema, query, SIGNED_IN)  # a new document would cost more
    budget_of(served, monkeypatch, rate=1, burst=3)  # to connect costs 1
    async with served.socket() as socket:
        await greet(socket, bob.headers)
        for id_ in "123":
            await say(socket, id=id_, type="subscribe", payload={"query": query})
            told = await hear(socket)
            if id_ != "3":
                assert (told["type"], (await hear(socket))["type"]) == ("next", "complete")
    assert (told["id"], told["type"]) == ("3", "error")
    assert told["payload"][0]["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 1}


async def test_a_spent_budget_refuses_a_socket(
    served: Serving, bob: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget_of(served, monkeypatch, rate=1, burst=1)
    async with served.socket() as socket, served.socket() as second:
        await greet(socket, bob.headers)
        await say(second, type="connection_init", payload={"authorization": bob.headers["authorization"]})
        code, reason = await closed(second)
        assert (code, reason.partition(";")[0]) == (1013, "The budget of 1 for signed-in viewers is spent")


async def test_events_are_charged_and_a_spent_budget_ends_a_subscription_that_can_resume(
    served: Serving, bob: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    # To subscribe and each event cost two objects: the payload and its item; to connect and to send cost 1.
    prepare(public_schema, VISITED, SIGNED_IN)
    budget_of(served, monkeypatch, rate=1, burst=7)
    async with served.socket() as socket:
        await greet(socket, bob.headers)
        await say(socket, id="1", type="subscribe", payload={"query": VISITED})
        await subscribed(served)
        await bob.visit()
        told = await hear(socket)
        assert told["type"] == "next"
        cursor = told["payload"]["data"]["itemVisited"]["cursor"]
        missed = await bob.visit(1)
        told = await hear(socket)
        assert (told["type"], told["payload"][0]["extensions"]) == (
            "error",
            {"code": "RATE_LIMITED", "retryAfter": 1},
        )
        budget_of(served, monkeypatch, rate=1000, burst=20_000)
        again = {"query": VISITED, "variables": {"after": cursor}}
        await say(socket, id="2", type="subscribe", payload=again)
        assert (await hear(socket))["payload"]["data"]["itemVisited"]["item"] == {"id": missed}


async def test_an_event_that_takes_too_long_ends_its_subscription(
    migrated: str, world: World, ask: Ask, tmp_path: Path
) -> None:
    bob = await learner(world, ask)
    async with serving(migrated, tmp_path, deadline=0.3) as served, served.socket() as socket:
        await greet(socket, bob.headers)
        await say(socket, id="1", type="subscribe", payload={"query": VISITED})
        await subscribed(served)
        await bob.visit()
        assert (await hear(socket))["type"] == "next"
        database = world.database
        async with database.transaction() as locking, database.transaction() as session:
            await locking.execute(text("LOCK TABLE items IN ACCESS EXCLUSIVE MODE"))
            item = bob.items[0]
            visit = {"item_id": item}
            await record(session, EventKind.ITEM_VISITED, item, user_id=bob.viewer.id, payload=visit)
            await session.commit()
            told = await hear(socket)
    assert (told["type"], told["payload"][0]["extensions"]["code"]) == ("error", "TIMEOUT")


async def test_the_end_of_the_server_is_told(migrated: str, world: World, ask: Ask, tmp_path: Path) -> None:
    bob = await learner(world, ask)
    async with serving(migrated, tmp_path) as served, served.socket() as socket:
        await greet(socket, bob.headers)
        await say(socket, id="1", type="subscribe", payload={"query": VISITED})
        await subscribed(served)
        served.server.should_exit = True
        assert await closed(socket) == (1001, "Going away")


async def test_who_does_not_read_is_cut_off(
    served: Serving, bob: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "SEND_WAIT", 0.2)
    monkeypatch.setattr(feed, "MOST_WAITING", 50)
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", served.port))
    async with served.socket(sock=raw, max_queue=1, compression=None) as socket:
        await greet(socket, bob.headers)
        types = "types { name description fields { name description args { name description } } }"
        much = " ".join(f"{alias}: __schema {{ {types} }}" for alias in "abcdefghij")
        for id_ in range(10):  # some ten megabytes
            await say(socket, id=str(id_), type="subscribe", payload={"query": f"{{ {much} }}"})
        async with asyncio.timeout(20):
            while served.streams.counts[streams.Transport.WEBSOCKET]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        socket.transport.abort()
