"""Where a learner stands in the activities of a launch, as the player's page asks for it."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from ingest.job import import_package
from models.postgres.base import new_id
from models.postgres.database import Database
from models.storage.objects import FileStore
from resolvers.access.viewer import Viewer
from resolvers.commands.values import Id
from resolvers.packages.launch_link import CreateLaunchLink, create_launch_link
from tests.ingest.package_files import Pack, manifest, pack
from tests.ingest.test_prerequisites import item
from tests.runtime.conftest import told_by
from tests.world import World

__all__ = ["pack"]

PASSED = {"completionStatus": "completed", "successStatus": "passed", "runtimeData": {}}
FAILED = {**PASSED, "successStatus": "failed"}
BEGUN = {"completionStatus": "incomplete", "runtimeData": {}}
BROWSED = {
    "completionStatus": "completed",
    "runtimeData": {"cmi": {"core": {"lesson_status": "browsed"}}},
}


class Player:
    """A player of an imported package, and its learner."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self.client = client
        self.url = url
        self.ids: dict[str, str] = {}

    async def open(self) -> dict[str, bool]:
        """Which activities may be started, as the page and its script find it."""
        page = told_by(await self.client.get(self.url))
        self.ids = {each["identifier"]: each["id"] for each in page["activities"]}
        answer = await self.client.get(page["standingsUrl"])
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json() == page["standings"]
        is_open = {each["id"]: each["isOpen"] for each in page["standings"]}
        return {name: is_open[id_] for name, id_ in self.ids.items()}

    async def commit(self, name: str, told: dict[str, Any]) -> None:
        answer = await self.client.post(f"{self.url}activities/{self.ids[name]}", json=told)
        assert answer.status_code == 200


async def launched(database: Database, course_id: str, viewer: Viewer, **given: Any) -> str:
    async with database.transaction() as session:
        made = await create_launch_link(session, viewer, CreateLaunchLink(course_id=Id(course_id), **given))
    return str(made.url)


@pytest.fixture
async def course_id(database: Database, pack: Pack, tmp_path: Path) -> str:
    """A course whose later activities wait for the earlier ones."""
    tree = (
        item("A"),
        item("B", "A"),
        item("C", "A&amp;~B", item("c1"), item("c2", "c1&lt;>passed")),
        item("D", "C|B=browsed"),
    )
    package = pack({"imsmanifest.xml": manifest("Bees", *tree), "a.html": ""})
    stored = await import_package(database, FileStore.in_folder(tmp_path), package, new_id())
    return stored.id


async def test_what_is_done_opens_what_waits_for_it(
    client: httpx.AsyncClient, database: Database, world: World, course_id: str
) -> None:
    player = Player(client, await launched(database, course_id, await world.staff()))
    assert await player.open() == {"A": True, "B": False, "c1": False, "c2": False, "D": False}
    for told in (BEGUN, FAILED):
        await player.commit("A", told)
        assert not (await player.open())["B"]
    await player.commit("A", PASSED)
    assert await player.open() == {"A": True, "B": True, "c1": True, "c2": True, "D": False}
    await player.commit("c1", PASSED)
    assert await player.open() == {"A": True, "B": True, "c1": True, "c2": False, "D": False}
    await player.commit("c2", PASSED)
    assert (await player.open())["D"]
    await player.commit("B", BROWSED)
    assert await player.open() == {"A": True, "B": True, "c1": True, "c2": False, "D": True}


async def test_who_only_looks_may_start_anything(
    client: httpx.AsyncClient, database: Database, world: World, course_id: str
) -> None:
    url = await launched(database, course_id, await world.staff(), is_tracked=False)
    assert set((await Player(client, url).open()).values()) == {True}


@pytest.mark.parametrize("units", [1, 10, 100])
async def test_many_activities_take_as_many_statements(
    client: httpx.AsyncClient,
    database: Database,
    world: World,
    pack: Pack,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    units: int,
) -> None:
    names = [f"i{number}" for number in range(units)]
    tree = [item(name, f"~{name}") for name in names]
    package = pack({"imsmanifest.xml": manifest("Bees", *tree), "a.html": ""})
    stored = await import_package(database, FileStore.in_folder(tmp_path), package, new_id())
    url = await launched(database, stored.id, await world.staff())
    asked: list[str] = []
    fetch_all = Database.fetch_all

    async def noted(self: Database, questions: Any) -> Any:
        asked.extend(sql for sql, _ in questions if "budgets" not in sql)  # settled once a second
        return await fetch_all(self, questions)

    monkeypatch.setattr(Database, "fetch_all", noted)
    assert len((await client.get(f"{url}standings")).json()) == units
    assert len(asked) == 3


async def test_a_unit_of_aicc_waits_too(
    client: httpx.AsyncClient, database: Database, world: World, pack: Pack, tmp_path: Path
) -> None:
    package = pack(
        {
            "c.crs": "[Course]\nCourse_ID=C1\n",
            "c.au": '"System_ID","File_Name"\n"A1","a.html"\n"A2","a.html"\n',
            "c.des": '"System_ID","Title"\n"A1","First"\n"A2","Second"\n',
            "c.cst": '"block","member","member"\n"root","A1","A2"\n',
            "c.pre": '"structure_element","prerequisite"\n"A2","A1=passed"\n',
            "a.html": "",
        }
    )
    stored = await import_package(database, FileStore.in_folder(tmp_path), package, new_id())
    player = Player(client, await launched(database, stored.id, await world.staff()))
    assert await player.open() == {"A1": True, "A2": False}
    begin = f"{player.url}sessions/{player.ids['A2']}"
    assert (await client.post(begin)).status_code == 409
    await player.commit("A1", PASSED)
    assert (await client.post(begin)).status_code == 200
