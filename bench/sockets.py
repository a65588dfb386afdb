"""Benchmark of sockets: memory of many idle ones, and delay of an event to all subscribers.

`python -m bench.sockets [SOCKETS] [EVENTS]` starts a server of its own with a course that many learners are
enrolled in, opens a WebSocket per learner, and publishes announcements. Each socket has its own learner,
because policies are checked for each of them.
"""

import asyncio
import os
import re
import resource
import statistics
import subprocess
import sys
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from models.catalogue.course import Course, CourseStatus
from models.community.announcement import Announcement
from models.learning.enrollment import Enrollment
from models.people.token import Token
from models.people.user import User
from models.postgres.base import new_id
from models.postgres.database import Database
from resolvers.access.viewer import hashed
from resolvers.community.announcement import tell_published
from settings.environment import ROOT

READY = re.compile(r"Scholagraph is ready at http://([^/ ]+)")
AT_ONCE = 50
"""Number of sockets opened concurrently."""

PATIENCE = 60.0
"""Timeout of an event in seconds."""

QUERY = """
subscription($course: ID!) {
  announcementPublished(courseId: $course) { cursor announcement { id title publishedAt } }
}
"""


async def people(database: Database, count: int) -> tuple[str, list[str]]:
    """Create a course and learners; return the course's id and the learners' tokens."""
    course = Course(id=new_id(), slug=new_id(), title="Sockets", status=CourseStatus.ACTIVE)
    names = [new_id() for _ in range(count)]
    users = [User(id=new_id(), username=n, name="Ada", email=f"{n}@example.org") for n in names]
    secrets = [new_id().replace("-", "") for _ in users]
    tokens = [
        Token(id=new_id(), user_id=user.id, hash=hashed(secret), label="bench")
        for user, secret in zip(users, secrets, strict=True)
    ]
    taken = [Enrollment(id=new_id(), user_id=user.id, course_id=course.id) for user in users]
    async with database.transaction() as session:
        for rows in ([course], users, tokens, taken):
            session.add_all(rows)
            await session.flush()
    return course.id, secrets


async def opened(stack: AsyncExitStack, address: str, secret: str, course: str) -> ClientConnection:
    """Return a subscribed socket."""
    made = connect(
        f"ws://{address}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")], compression=None
    )
    socket = await stack.enter_async_context(made)
    authorization = {"authorization": f"Bearer {secret}"}
    await socket.send(orjson.dumps({"type": "connection_init", "payload": authorization}).decode())
    await socket.recv()
    payload = {"query": QUERY, "variables": {"course": course}}
    await socket.send(orjson.dumps({"type": "subscribe", "id": "1", "payload": payload}).decode())
    return socket


def say(line: str) -> None:
    """Print a line, unbuffered."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def resident(process_id: int) -> float:
    """Return the resident memory of a process in megabytes."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process_id}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def processor(process_id: int) -> float:
    """Return the CPU time of a process in seconds."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def told(database: Database, sockets: list[ClientConnection], course: str) -> list[float]:
    """Return the seconds from publishing an announcement until each socket receives it."""

    async def until(socket: ClientConnection) -> float:
        async with asyncio.timeout(PATIENCE):
            message = orjson.loads(await socket.recv())
        if message["type"] != "next" or "errors" in message["payload"]:
            raise RuntimeError(message)
        return time.monotonic()

    waiting = [asyncio.create_task(until(socket)) for socket in sockets]
    await asyncio.sleep(0.1)
    async with database.transaction() as session:
        now = datetime.now(UTC)
        session.add(
            Announcement(id=new_id(), course_id=course, title={"en": "News"}, text={}, published_at=now)
        )
    await tell_published(database)
    committed = time.monotonic()
    return [at - committed for at in await asyncio.gather(*waiting)]


async def measure(address: str, url: str, process_id: int, count: int, events: int) -> None:
    """Open the sockets, then publish, and print the results."""
    database = Database(url, pool_size=2)
    await database.open()
    course, secrets = await people(database, count)
    before = resident(process_id)
    async with AsyncExitStack() as stack:
        sockets: list[ClientConnection] = []
        began = time.monotonic()
        for start in range(0, count, AT_ONCE):
            part = secrets[start : start + AT_ONCE]
            sockets += await asyncio.gather(*(opened(stack, address, secret, course) for secret in part))
        say(f"{count} sockets opened in {time.monotonic() - began:.1f} s")
        await asyncio.sleep(2)
        idle = resident(process_id)
        say(f"Memory of the server: {before:.0f} MB before, {idle:.0f} MB with {count} idle subscriptions")
        for _ in range(events):
            spent = processor(process_id)
            delays = sorted(await told(database, sockets, course))
            p95 = delays[int(len(delays) * 0.95) - 1]
            say(
                f"Told after: median {statistics.median(delays):.2f} s, p95 {p95:.2f} s, "
                f"last {delays[-1]:.2f} s; the server took {processor(process_id) - spent:.2f} s of a core"
            )
        say(f"Memory of the server afterwards: {resident(process_id):.0f} MB")
    await database.close()


def main() -> None:
    """Run it on a server of its own."""
    count, events = (int(each) for each in (*sys.argv[1:], *("2000", "3")[len(sys.argv) - 1 :]))
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    with TemporaryDirectory(prefix="scholagraph-sockets-") as folder:
        Path(folder).chmod(0o755)
        environment = {**os.environ, "HOST": "127.0.0.1", "PORT": "0", "SCHOLAGRAPH_HOME": f"{folder}/home"}
        command = [sys.executable, "-m", "cli", "serve"]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        ) as server:
            assert server.stdout is not None  # noqa: S101
            try:
                ready = next(filter(None, map(READY.match, server.stdout)))
                url = Path(folder, "home", "database-url").read_text()
                asyncio.run(measure(ready[1], url, server.pid, count, events))
            finally:
                server.terminate()


if __name__ == "__main__":
    main()
