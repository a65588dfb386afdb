"""A server of the player, and a real browser before it, where there is one."""

import asyncio
import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from graph.limits.gate import AdmissionControl
from ingest.job import import_package
from models.catalogue.course import Course
from models.catalogue.item import ContentType
from models.packages.packaged_activity import LearningStandard
from models.postgres.base import new_id
from models.postgres.database import Database
from models.storage.objects import FileStore, name_of
from resolvers.access.viewer import Viewer
from resolvers.commands.values import Id
from resolvers.packages.launch_link import CreateLaunchLink, create_launch_link
from runtime.player import player_routes
from runtime.xapi.resources import xapi_routes
from serving.pages import WEB, read_bundle, web_files
from settings.environment import Settings
from tests.threaded_server import Served, served
from tests.world import World

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
BUNDLE = read_bundle(source="src/player/main.js")
BUILT = WEB / "dist" / "manifest.json"
IS_STALE = BUNDLE is not None and any(
    source.stat().st_mtime > BUILT.stat().st_mtime for source in (WEB / "src" / "player").iterdir()
)
BROWSER_MARKS = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, which is not on this machine"),
    pytest.mark.skipif(BUNDLE is None, reason=f"needs the front end, which is not built in {WEB}"),
    pytest.mark.skipif(IS_STALE, reason=f"needs the front end as it is now: build {WEB} anew"),
]
"""Marks of tests that run in a browser."""

CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--virtual-time-budget=8000",
    "--dump-dom",
)


@dataclass
class Stage:
    """A server of the player, and what it serves.

    `answered` are the paths of its answers in the order in which they were ready; commits wait `delay` s.
    """

    served: Served
    folder: Path
    answered: list[str]
    delay: float = 0.0

    @property
    def database(self) -> Database:
        return self.served.database

    async def do(self, work: Any) -> Any:
        """Do something where the server runs, from another loop."""
        return await asyncio.to_thread(self.served.run, work)

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
        stored = await import_package(self.database, FileStore.in_folder(self.folder), package, new_id())
        return stored.id, await World(self.database).staff()

    async def launched(self, course_id: str, learner: Viewer, **given: Any) -> tuple[str, str]:
        """Address of a new link, and the id of its registration."""
        async with self.database.transaction() as session:
            made = await create_launch_link(
                session, learner, CreateLaunchLink(course_id=Id(course_id), **given)
            )
        return f"http://localhost:{self.served.port}{made.url}", made.registration_id


@pytest.fixture(scope="module")
def stage(make_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("objects")
    answered = list[str]()

    def application(database: Database) -> ASGIApp:
        objects = FileStore.in_folder(folder)
        app = Starlette(routes=[web_files(), *xapi_routes(objects), *player_routes(objects, BUNDLE, None)])
        app.state.database = database
        app.state.gate = AdmissionControl(Settings())

        async def noted(scope: Scope, receive: Receive, send: Send) -> None:
            if "/activities/" in scope["path"]:
                await asyncio.sleep(made.delay)
            await app(scope, receive, send)
            answered.append(scope["path"])

        return noted

    with served(make_database(), application) as running:
        made = Stage(running, folder, answered)
        yield made


async def shown(url: str, profile: Path) -> str:
    """The page's HTML once everything in it has run."""
    assert CHROMIUM is not None
    ran = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *CHROMIUM_FLAGS,
        f"--user-data-dir={profile}",
        url,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    out, _ = await asyncio.wait_for(ran.communicate(), 60)
    return out.decode()
