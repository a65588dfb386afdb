"""A server of the player, and a real browser before it, where there is one."""

import asyncio
import hashlib
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from graph.http.pages import WEB, read_bundle, web_files
from ingest.job import import_package
from models.base import new_id
from models.course import Course
from models.database import Database
from models.item import ContentType
from models.migrate import migrate
from models.objects import Objects, name_of
from models.packaged_activity import LearningStandard
from resolvers.launch_link import create_launch_link
from resolvers.viewer import Viewer
from runtime.player import player_routes
from runtime.xapi.resources import xapi_routes
from tests.world import World

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
BUNDLE = read_bundle(source="src/player/main.js")
BUILT = WEB / "dist" / "manifest.json"
IS_STALE = BUNDLE is not None and any(
    source.stat().st_mtime > BUILT.stat().st_mtime for source in (WEB / "src" / "player").iterdir()
)
NEEDS = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, which is not on this machine"),
    pytest.mark.skipif(BUNDLE is None, reason=f"needs the front end, which is not built in {WEB}"),
    pytest.mark.skipif(IS_STALE, reason=f"needs the front end as it is now: build {WEB} anew"),
]
"""Marks of tests that run in a browser."""

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--virtual-time-budget=4000",
    "--dump-dom",
)


class Stage:
    """A server of the player, and what it serves."""

    def __init__(self, port: int, database: Database, folder: Path, loop: asyncio.AbstractEventLoop) -> None:
        self.port = port
        self.database = database
        self.folder = folder
        self.loop = loop

    def run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    async def course(self, standard: LearningStandard, content: str) -> tuple[Course, Viewer]:
        """A course of one page, and its learner."""
        world, page = World(self.database), content.encode()
        digest = hashlib.sha256(page).hexdigest()
        place = self.folder / name_of(digest)
        place.parent.mkdir(exist_ok=True, parents=True)
        place.write_bytes(page)
        course = await world.course()
        version = await world.version(course, standard=standard)
        section = await world.section(course, version_id=version.id)
        values = {"standard": standard, "launch_path": "a.html", "identifier": f"urn:golf:{course.id}"}
        await world.items([section], ContentType.PACKAGED_ACTIVITY, 1, values)
        await world.asset(course, version_id=version.id, path="a.html", digest=digest, size=len(page))
        return course, await world.learner(course)

    async def imported(self, package: Path) -> tuple[str, Viewer]:
        """Id of the course that a package becomes, and who keeps it."""
        stored = await import_package(self.database, Objects.in_folder(self.folder), package, new_id())
        return stored.id, await World(self.database).staff()

    async def launched(self, course_id: str, learner: Viewer, **given: Any) -> tuple[str, str]:
        """Address of a new link, and the id of its registration."""
        async with self.database.transaction() as session:
            made = await create_launch_link(session, learner, course_id, **given)
        return f"http://localhost:{self.port}{made['url']}", made["registration_id"]


@pytest.fixture(scope="module")
def stage(make_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    url, folder = make_database(), tmp_path_factory.mktemp("objects")
    migrate(url)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    ready, started = threading.Event(), list[Stage]()
    stop = list[Callable[[], None]]()

    async def serve() -> None:
        database = Database(url, pool_size=4)
        await database.open()
        objects = Objects.in_folder(folder)
        player = player_routes(objects, BUNDLE, None)
        app = Starlette(routes=[web_files(), *xapi_routes(objects), *player])
        app.state.database = database
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none"))
        started.append(Stage(listener.getsockname()[1], database, folder, asyncio.get_running_loop()))
        stop.append(lambda: setattr(server, "should_exit", True))
        ready.set()
        await server.serve(sockets=[listener])
        await database.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(30)
    yield started[0]
    stop[0]()
    thread.join(10)
    listener.close()


async def shown(url: str, profile: Path) -> str:
    """The page's HTML once everything in it has run."""
    assert CHROMIUM is not None
    ran = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *FLAGS,
        f"--user-data-dir={profile}",
        url,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    out, _ = await asyncio.wait_for(ran.communicate(), 60)
    return out.decode()
