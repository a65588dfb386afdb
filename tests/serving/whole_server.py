"""The whole application behind a real server on a free port, for connections that stay open."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from app import create_app
from graph.http.open_connections import Streams
from graph.limits.gate import AdmissionControl
from models.postgres.base import new_id
from models.storage.objects import FileStore
from resolvers.access.viewer import Viewer
from serving.server import Server, listen
from settings.environment import Settings
from tests.conftest import Ask
from tests.world import World

PROTOCOL = Subprotocol("graphql-transport-ws")
VISITED = "subscription($after: String) { itemVisited(after: $after) { cursor item { id } } }"
VISIT = "mutation($id: ID!) { visitItem(input: {itemId: $id}) { userErrors { code } } }"


@dataclass
class Serving:
    """A running server. `port` is where it listens on 127.0.0.1."""

    port: int
    streams: Streams
    server: Server
    gate: AdmissionControl

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def socket(self, protocol: Subprotocol = PROTOCOL, path: str = "/graphql", **options: Any) -> connect:
        """A WebSocket to `/graphql`, not greeted yet."""
        url = f"ws://127.0.0.1:{self.port}{path}"
        return connect(url, subprotocols=[protocol], **options)

    def client(self, headers: Mapping[str, str]) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.origin, headers=headers, timeout=20)


@asynccontextmanager
async def serving(url: str, folder: Path, **given: Any) -> AsyncIterator[Serving]:
    """A server on the database at `url`."""
    settings = Settings(port=0, home=folder, **given)
    app = create_app(settings, url, FileStore.in_folder(folder / "assets"))
    listener = listen(settings)
    ready = asyncio.Event()
    server = Server(app, ready.set, settings)
    task = asyncio.create_task(server._serve(sockets=[listener]))
    await ready.wait()
    try:
        yield Serving(listener.getsockname()[1], app.state.streams, server, app.state.gate)
    finally:
        server.should_exit = True
        await task


class Learner:
    """Somebody who visits items of a course, with a token."""

    def __init__(self, world: World, ask: Ask, viewer: Viewer, secret: str, items: list[str]) -> None:
        self.world, self.ask, self.viewer, self.items = world, ask, viewer, items
        self.headers = {"authorization": f"Bearer {secret}"}

    async def visit(self, place: int = 0) -> str:
        """Visit the item at this place; its id."""
        await self.ask.data(VISIT, self.viewer, id=self.items[place])
        return self.items[place]


async def learner(world: World, ask: Ask, items: int = 1) -> Learner:
    course = await world.course()
    section = await world.section(course)
    made = [(await world.item(section)).id for _ in range(items)]
    viewer, secret = await world.learner(course), new_id().replace("-", "")
    await world.token(viewer, secret)
    return Learner(world, ask, viewer, secret, made)


async def say(socket: ClientConnection, **message: Any) -> None:
    await socket.send(orjson.dumps(message).decode())


async def hear(socket: ClientConnection) -> Any:
    async with asyncio.timeout(20):
        return orjson.loads(await socket.recv())


async def greet(socket: ClientConnection, headers: Mapping[str, str]) -> None:
    """Begin as clients do, with the token among the payload."""
    await say(socket, type="connection_init", payload={"Authorization": headers["authorization"]})
    assert await hear(socket) == {"type": "connection_ack"}


async def subscribed(serving: Serving, count: int = 1) -> None:
    """Wait until so many subscribe."""
    async with asyncio.timeout(20):
        while serving.streams.feed.count < count:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
