"""An application on a socket, in a thread with a loop of its own: for clients that block, for browsers."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from models.postgres.database import Database
from models.postgres.migrate import migrate


@dataclass
class Served:
    """`run` does something with the database where the server runs."""

    port: int
    url: str
    database: Database
    loop: asyncio.AbstractEventLoop

    def run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)


@contextmanager
def served(url: str, application: Callable[[Database], ASGIApp]) -> Iterator[Served]:
    """Serve an application over the empty database at `url`, until the block ends."""
    migrate(url)
    ready, started = threading.Event(), list[tuple[Served, uvicorn.Server]]()

    async def serve(listener: socket.socket) -> None:
        database = Database(url, pool_size=4)
        await database.open()
        config = uvicorn.Config(application(database), log_level="warning", lifespan="off", ws="none")
        server = uvicorn.Server(config)
        port = listener.getsockname()[1]
        started.append((Served(port, url, database, asyncio.get_running_loop()), server))
        ready.set()
        await server.serve(sockets=[listener])
        await database.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: asyncio.run(serve(listener)), daemon=True)
        thread.start()
        assert ready.wait(30)
        ((made, server),) = started
        yield made
        server.should_exit = True
        thread.join(10)
