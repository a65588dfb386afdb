"""A course that runs: a package of one activity, its learner, and a client of the player."""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from graph.limits.gate import AdmissionControl
from models.catalogue.course import Course
from models.catalogue.item import ContentType
from models.packages.packaged_activity import LearningStandard, PackagedActivity
from models.postgres.database import Database
from models.storage.objects import FileStore, name_of
from resolvers.access.viewer import Viewer
from resolvers.commands.values import Id
from resolvers.packages.launch_link import CreateLaunchLink, create_launch_link
from runtime.player import player_routes
from serving.pages import Bundle
from settings.environment import Settings
from tests.world import World

PAGE = b"<p>Play</p>"
ORIGIN = "http://localhost:8000"


@dataclass
class Stand:
    """What runs, and for whom."""

    database: Database
    course: Course
    activity: PackagedActivity
    learner: Viewer

    async def launch(self, **given: Any) -> tuple[str, str]:
        """Path of a new link, and the id of its registration."""
        async with self.database.transaction() as session:
            made = await create_launch_link(
                session, self.learner, CreateLaunchLink(course_id=Id(self.course.id), **given)
            )
        return made.url, made.registration_id


@pytest.fixture
async def stand(world: World) -> Stand:
    """A course of one SCORM activity, whose learner has not begun."""
    return await standing(world, LearningStandard.SCORM_1_2)


async def standing(
    world: World, standard: LearningStandard, sequencing: Mapping[str, Any] | None = None, **activity: Any
) -> Stand:
    """The same by another standard, with rules of its sequencing."""
    course = await world.course(title="Golf </script>")
    version = await world.version(course, standard=standard, sequencing=sequencing or {})
    section = await world.section(course, version_id=version.id)
    values = {"launch_path": "shared/Play me.html", "launch_query": "?a=b", "standard": standard, **activity}
    ((_, content),) = await world.items([section], ContentType.PACKAGED_ACTIVITY, 1, values)
    digest = hashlib.sha256(PAGE).hexdigest()
    await world.asset(
        course, version_id=version.id, path="shared/Play me.html", digest=digest, size=len(PAGE)
    )
    return Stand(world.database, course, content, await world.learner(course))


@pytest.fixture
async def client(database: Database, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the player as a browser on its origin does."""
    place = tmp_path / name_of(hashlib.sha256(PAGE).hexdigest())
    place.parent.mkdir()
    place.write_bytes(PAGE)
    bundle = Bundle("/web/assets/player.js", (), ("/web/assets/player.css",))
    app = Starlette(routes=player_routes(FileStore.in_folder(tmp_path), bundle, None))
    app.state.database = database
    app.state.gate = AdmissionControl(Settings())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as opened:
        yield opened


def told_by(page: httpx.Response) -> Any:
    """What a player's page tells its script."""
    return json.loads(page.text.partition('id="launch">')[2].partition("</script>")[0])
