"""Access that ends is over on every open connection of every process."""

import asyncio
import os
import signal
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from websockets.exceptions import ConnectionClosed

import app
from graph.http import asker
from models.people.application import Application
from models.people.token import ACCESS_CHANNEL, Token
from models.postgres.base import new_id
from models.postgres.database import Database
from models.postgres.listener import Heard, Listener
from resolvers.access import viewer
from resolvers.access.viewer import hashed
from tests.conftest import Ask
from tests.serving.forked_servers import forks
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

SSE = {"accept": "text/event-stream"}
PARTS = {"accept": 'multipart/mixed;subscriptionSpec="1.0"'}
NEVER = 3600.0
MINT = 'mutation { createToken(input: {label: "kept"}) { secret } }'
CODE = "UNAUTHENTICATED"


@pytest.fixture(scope="module")
async def served(migrated: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Serving]:
    """A server that reloads viewers by notification only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "REVIEWED_EVERY", NEVER)
        async with serving(migrated, tmp_path_factory.mktemp("home")) as running:
            yield running


def without_access(url: str, heard: Mapping[str, Heard]) -> Listener:
    """Listener that misses the notifications about access."""
    return Listener(url, {channel: each for channel, each in heard.items() if channel != ACCESS_CHANNEL})


@pytest.fixture
async def deaf(migrated: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Serving]:
    """A server that receives no notification about access."""
    monkeypatch.setattr(app, "Listener", without_access)
    monkeypatch.setattr(app, "REVIEWED_EVERY", NEVER)
    async with serving(migrated, tmp_path) as running:
        yield running


@pytest.fixture
async def bob(world: World, ask: Ask) -> Learner:
    return await learner(world, ask)


async def token_of(database: Database, bob: Learner) -> str:
    rows = await database.fetch("SELECT id FROM tokens WHERE user_id = %(id)s", {"id": bob.viewer.id})
    return str(rows[0][0])


async def closed(socket: Any) -> int | None:
    """Code that the server closes a socket with."""

    async def drained() -> None:
        while True:
            await socket.recv()

    async with asyncio.timeout(20):
        with pytest.raises(ConnectionClosed):
            await drained()
    code: int | None = socket.close_code
    return code


async def rest(answer: httpx.Response) -> str:
    """Everything that a stream still says, until the server ends it."""
    async with asyncio.timeout(20):
        return "".join([piece async for piece in answer.aiter_text()])


@asynccontextmanager
async def opened(client: httpx.AsyncClient, mode: str) -> AsyncIterator[httpx.Response]:
    """A stream with a subscription."""
    if mode != "reserved":
        headers = SSE if mode == "events" else PARTS
        async with client.stream("POST", "/graphql", json={"query": VISITED}, headers=headers) as answer:
            yield answer
        return
    token = (await client.put("/graphql")).text
    async with client.stream("GET", "/graphql", params={"token": token}, headers=SSE) as answer:
        call = {"query": VISITED, "extensions": {"operationId": "a"}}
        headers = {"x-graphql-event-stream-token": token}
        assert (await client.post("/graphql", json=call, headers=headers)).status_code == 202
        yield answer


@contextmanager
def another_process(url: str, home: Path) -> Iterator[int]:
    """Port of a server in a process of its own."""
    with forks(url, home) as forked:
        process = forked.another()
        try:
            yield forked.port
        finally:
            os.kill(process, signal.SIGKILL)


async def test_a_token_revoked_in_another_process_ends_its_sockets_and_streams(
    served: Serving, migrated: str, bob: Learner, world: World, tmp_path: Path
) -> None:
    revoke = "mutation($id: ID!) { revokeToken(input: {tokenId: $id}) { userErrors { code } } }"
    other = new_id().replace("-", "")
    await world.token(bob.viewer, other)
    with another_process(migrated, tmp_path) as port:
        kept = {"authorization": f"Bearer {other}"}
        async with (
            served.socket() as busy,
            served.socket() as idle,
            served.socket() as unharmed,
            served.client(bob.headers) as client,
            opened(client, "events") as events,
            opened(client, "parts") as parts,
            opened(client, "reserved") as reserved,
        ):
            await greet(busy, bob.headers)
            await greet(idle, bob.headers)
            await greet(unharmed, kept)
            await say(busy, id="1", type="subscribe", payload={"query": VISITED})
            await subscribed(served, 4)
            rows = await world.database.fetch(
                "SELECT id FROM tokens WHERE hash = %(hash)s",
                {"hash": hashed(bob.headers["authorization"][7:])},
            )
            call = {"query": revoke, "variables": {"id": str(rows[0][0])}}
            url = f"http://127.0.0.1:{port}/graphql"
            async with httpx.AsyncClient(headers=kept, timeout=20) as elsewhere:
                answer = (await elsewhere.post(url, json=call)).json()
            assert answer == {"data": {"revokeToken": {"userErrors": []}}}
            assert [await closed(busy), await closed(idle)] == [4401, 4401]
            for stream, end in ((events, "event: complete\ndata: \n\n"), (parts, "--\r\n")):
                told = await rest(stream)
                assert CODE in told
                assert told.endswith(end)
            await rest(reserved)
            await say(unharmed, id="1", type="subscribe", payload={"query": "{ viewer { id } }"})
            assert (await hear(unharmed))["payload"]["data"]["viewer"]["id"] == bob.viewer.id


REVOKED = "UPDATE tokens SET revoked_at = now() WHERE user_id = %(id)s RETURNING id"
ENDS = {
    "revoked": REVOKED,
    "deleted token": "DELETE FROM tokens WHERE user_id = %(id)s RETURNING id",
    "deleted user": "DELETE FROM users WHERE id = %(id)s RETURNING id",
    "expired": "UPDATE tokens SET expires_at = now() WHERE user_id = %(id)s RETURNING id",
    "expires": "UPDATE tokens SET expires_at = now() + interval '0.3 s' WHERE user_id = %(id)s RETURNING id",
}


@pytest.mark.parametrize("statement", ENDS.values(), ids=ENDS)
async def test_every_end_of_a_token_closes_its_socket(
    served: Serving, bob: Learner, world: World, statement: str
) -> None:
    async with served.socket() as socket:
        await greet(socket, bob.headers)
        await world.database.fetch(statement, {"id": bob.viewer.id})
        assert await closed(socket) == 4401


@pytest.mark.parametrize("kind", ["token", "secret"])
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM applications WHERE id = %(id)s RETURNING id",
        "UPDATE applications SET secret_hash = '' WHERE id = %(id)s RETURNING id",
    ],
    ids=["deleted", "another secret"],
)
async def test_applications_end_too(served: Serving, world: World, kind: str, statement: str) -> None:
    id_, secret, token = new_id(), "secret", new_id().replace("-", "")
    await world.add(Application(id=id_, name="App", secret_hash=hashed(secret)))
    await world.add(Token(id=new_id(), application_id=id_, hash=hashed(token), label="app", scopes=["read"]))
    basic = b64encode(f"{id_}:{secret}".encode()).decode()
    header = f"Bearer {token}" if kind == "token" else f"Basic {basic}"
    async with served.socket() as socket:
        await greet(socket, {"authorization": header})
        await world.database.fetch(statement, {"id": id_})
        if kind == "token" and statement.startswith("UPDATE"):  # a token outlives the secret it was made by
            await say(socket, type="ping")
            assert await hear(socket) == {"type": "pong"}
        else:
            assert await closed(socket) == 4401


async def test_a_team_that_is_left_is_left_on_open_sockets(
    served: Serving, bob: Learner, world: World
) -> None:
    course = await world.course()
    await world.database.fetch(
        "INSERT INTO course_teachers (course_id, user_id) VALUES (%(course)s, %(id)s) RETURNING user_id",
        {"course": course.id, "id": bob.viewer.id},
    )
    async with served.socket() as socket:
        await greet(socket, bob.headers)
        (known,) = [each for each in served.streams.askers if each.concerns(bob.viewer.id)]
        assert list((await known.viewer()).teaches) == [course.id]
        await world.database.fetch(
            "DELETE FROM course_teachers WHERE user_id = %(id)s RETURNING user_id", {"id": bob.viewer.id}
        )
        async with asyncio.timeout(20):
            while (await known.viewer()).teaches:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


async def test_without_notifications_no_operation_is_executed(
    deaf: Serving, bob: Learner, world: World
) -> None:
    async with deaf.socket() as socket:
        await greet(socket, bob.headers)
        await world.database.fetch(REVOKED, {"id": bob.viewer.id})
        for id_ in ("1", "2"):
            await say(socket, id=id_, type="subscribe", payload={"query": MINT})
        assert await closed(socket) == 4401
    rows = await world.database.fetch(
        "SELECT label FROM tokens WHERE user_id = %(id)s", {"id": bob.viewer.id}
    )
    assert "kept" not in {label for (label,) in rows}


@pytest.mark.parametrize("mode", ["events", "parts", "reserved"])
async def test_without_notifications_no_event_is_delivered(
    deaf: Serving, bob: Learner, world: World, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asker, "FRESH", 0.0)
    async with deaf.client(bob.headers) as client, opened(client, mode) as answer:
        await subscribed(deaf)
        await world.database.fetch(REVOKED, {"id": bob.viewer.id})
        await bob.visit()
        told = await rest(answer)
        assert CODE in told or mode == "reserved"
        assert "itemVisited" not in told


async def test_viewers_are_reloaded_together(
    deaf: Serving, bob: Learner, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    async def counted(database: Database, languages: Any) -> Any:
        asked.append(len(languages))
        return await viewer.of_tokens(database, languages)

    monkeypatch.setattr(asker, "of_tokens", counted)
    others = [await learner(world, bob.ask) for _ in range(3)]
    sockets = [deaf.socket() for _ in others]
    for socket, each in zip(sockets, others, strict=True):
        await greet(await socket.__aenter__(), each.headers)
    monkeypatch.setattr(asker, "FRESH", 60.0)
    known = list(deaf.streams.askers)
    for client in known:
        client._fresh_until = 0.0
    await asyncio.gather(*(client.viewer() for client in known))
    assert asked == [3]
    for socket in sockets:
        await socket.__aexit__(None, None, None)


async def test_visits_go_on_while_a_token_is_valid(served: Serving, bob: Learner) -> None:
    async with served.socket() as socket:
        await greet(socket, bob.headers)
        payload = {"query": VISIT, "variables": {"id": bob.items[0]}}
        for id_ in ("1", "2"):
            await say(socket, id=id_, type="subscribe", payload=orjson.loads(orjson.dumps(payload)))
            assert (await hear(socket))["payload"] == {"data": {"visitItem": {"userErrors": []}}}
            assert (await hear(socket))["type"] == "complete"
