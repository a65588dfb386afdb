"""Imports in the background: done by a worker, whoever kills it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.failpoint import POINTS
from ingest.fetch import Network
from ingest.worker import Worker, every
from models.postgres.base import new_id
from models.postgres.database import Database
from models.postgres.migrate import migrate
from models.storage.objects import FileStore
from resolvers.access.viewer import Role, Viewer
from settings.environment import ROOT
from tests.conftest import Ask
from tests.ingest.file_server import Site, site
from tests.ingest.package_files import Pack, manifest

__all__ = ["site"]

BEGIN = """
mutation($input: ImportCourseInput!) {
  importCourse(input: $input) { importJob { id status progress } userErrors { code field } }
}
"""
STATUS = """
query($id: ID!) {
  importJob(id: $id) {
    status progress message warnings finishedAt course { reference title tags } version { number }
  }
}
"""
STAFF = Viewer(role=Role.STAFF)


class Desk:
    """A database with a store, in which imports are begun and worked on."""

    def __init__(self, url: str, database: Database, folder: Path) -> None:
        self.url = url
        self.database = database
        self.folder = folder
        self.objects = FileStore.in_folder(folder / "assets")
        self.ask = Ask(database)

    async def begin(self, **given: Any) -> dict[str, Any]:
        data = await self.ask.data(BEGIN, STAFF, input=given)
        found: dict[str, Any] = data["importCourse"]
        return found

    async def upload(self, file: Path) -> str:
        content = await asyncio.to_thread(file.read_bytes)

        async def chunks() -> Any:
            yield content

        name = new_id()
        await self.objects.put_upload(name, chunks())
        return name

    async def work(self, network: Network = Network.INTRANET) -> None:
        """What a worker does until nothing waits."""
        waiting = "SELECT 1 FROM jobs.procrastinate_jobs WHERE status = 'todo'"
        waiting += " AND coalesce(scheduled_at, now()) <= now()"
        while await self.database.fetch(waiting, {}):
            worker = Worker(self.url, self.database, self.objects, self.folder / "scratch", network)
            await worker.run(until_idle=True)

    async def status(self, job_id: str) -> dict[str, Any]:
        answer = await self.ask(STATUS, STAFF, id=job_id)
        assert len(answer.statements) <= 3
        found: dict[str, Any] = answer.data["importJob"]
        return found

    async def count(self, table: str) -> int:
        ((count,),) = await self.database.fetch(f"SELECT count(*) FROM {table}", {})  # noqa: S608
        return int(count)


@pytest.fixture
async def desk(make_database: Callable[[], str], tmp_path: Path) -> Any:
    url = make_database()
    await asyncio.to_thread(migrate, url)
    database = Database(url, pool_size=4)
    await database.open()
    yield Desk(url, database, tmp_path)
    await database.close()


@pytest.fixture
def package(pack: Pack) -> Path:
    return pack({"imsmanifest.xml": manifest("Bees"), "a.html": "1", "extra.js": "2"})


async def test_an_upload_becomes_a_course(desk: Desk, package: Path) -> None:
    upload = await desk.upload(package)
    begun = await desk.begin(reference="bees", upload=upload, tags=["a", "b", "a"])
    assert begun["userErrors"] == []
    job = begun["importJob"]
    assert (job["status"], job["progress"]) == ("RUNNING", 0.0)
    await desk.work()
    found = await desk.status(job["id"])
    assert found.pop("finishedAt")
    assert found == {
        "status": "COMPLETE",
        "progress": 1.0,
        "message": None,
        "warnings": [],
        "course": {"reference": "bees", "title": "Bees", "tags": ["a", "b"]},
        "version": {"number": 1},
    }
    assert not list((desk.folder / "assets" / "uploads").iterdir())
    assert not list((desk.folder / "scratch").iterdir())
    events = await desk.database.fetch("SELECT kind FROM events WHERE subject_id = %(id)s", {"id": job["id"]})
    assert len(events) >= 2


async def test_a_course_that_is_there_gets_a_version_only_where_it_may(desk: Desk, package: Path) -> None:
    await desk.begin(reference="bees", upload=await desk.upload(package))
    # A race: neither finds a course while it is asked for.
    second = await desk.begin(reference="bees", upload=await desk.upload(package))
    await desk.work()
    assert (await desk.status(second["importJob"]["id"]))["message"] == "A course 'bees' already exists."
    refused = await desk.begin(reference="bees", upload="x")
    assert refused == {
        "importJob": None,
        "userErrors": [{"code": "ALREADY_EXISTS", "field": ["reference"]}],
    }
    third = await desk.begin(reference="bees", upload=await desk.upload(package), canCreateVersion=True)
    await desk.work()
    assert (await desk.status(third["importJob"]["id"]))["version"] == {"number": 2}
    assert await desk.count("courses") == 1


async def test_a_package_is_fetched_and_its_outcome_sent(desk: Desk, package: Path, site: Site) -> None:
    site.files["/p.zip"] = await asyncio.to_thread(package.read_bytes)
    given = {"url": f"{site.url}/p.zip", "postbackUrl": f"{site.url}/done"}
    job = (await desk.begin(reference="bees", **given))["importJob"]
    await desk.work()
    assert (await desk.status(job["id"]))["status"] == "COMPLETE"
    result = {"parserWarnings": [], "courseLanguages": [], "course": {"id": "bees", "version": 1}}
    told = {"jobId": job["id"], "status": "COMPLETE", "message": None, "importResult": result}
    assert site.sent == [told]


async def test_an_outcome_is_sent_until_it_is_taken(desk: Desk, site: Site) -> None:
    site.refusals = 1
    given = {"url": f"{site.url}/none.zip", "postbackUrl": f"{site.url}/done"}
    job = (await desk.begin(reference="bees", **given))["importJob"]
    await desk.work()
    assert site.sent == []
    # It waits to be sent again; the test does not.
    again = "UPDATE jobs.procrastinate_jobs SET scheduled_at = now() RETURNING 1"
    await desk.database.fetch(again, {})
    await desk.work()
    message = "The URL returned status 404."
    assert site.sent == [{"jobId": job["id"], "status": "ERROR", "message": message}]


async def test_nothing_is_fetched_from_our_own_network(desk: Desk, site: Site) -> None:
    site.files["/p.zip"] = b"x"
    for url, message in (
        (f"{site.url}/p.zip", "The URL does not start with https://."),
        (f"{site.url.replace('http:', 'https:')}/p.zip", "The host is not in the internet."),
    ):
        job = (await desk.begin(reference=new_id(), url=url))["importJob"]
        await desk.work(Network.INTERNET)
        found = await desk.status(job["id"])
        assert (found["status"], found["message"]) == ("ERROR", message)


async def test_a_media_file_can_stay_where_it_is(desk: Desk) -> None:
    job = (
        await desk.begin(
            reference="film",
            url="https://example.org/film.mp4",
            isOnlyReferredTo=True,
            mediaType="video/mp4",
            details={"title": "A film", "language": "en", "duration": 90},
        )
    )["importJob"]
    await desk.work()
    found = await desk.status(job["id"])
    assert (found["status"], found["course"]["title"]) == ("COMPLETE", "A film")
    rows = await desk.database.fetch("SELECT launch_path, standard FROM packaged_activities", {})
    assert rows == [("https://example.org/film.mp4", "unknown")]
    assert await desk.count("assets") == 0


async def test_a_package_that_cannot_be_read_ends_with_the_reason(desk: Desk, pack: Pack) -> None:
    job = (await desk.begin(reference="x", upload=await desk.upload(pack({"a.txt": "a"}))))["importJob"]
    await desk.work()
    found = await desk.status(job["id"])
    assert found["status"] == "ERROR"
    assert "is no package: there is no imsmanifest.xml" in found["message"]
    assert await desk.count("courses") == 0
    assert not [each for each in (desk.folder / "assets").rglob("*") if each.is_file()]


def killed_worker(desk: Desk, point: str) -> subprocess.CompletedProcess[bytes]:
    environment = {
        **os.environ,
        "SCHOLAGRAPH_DATABASE_URL": desk.url,
        "SCHOLAGRAPH_HOME": str(desk.folder),
        "SCHOLAGRAPH_FAILPOINT": point,
    }
    command = [sys.executable, str(ROOT / "cli.py"), "worker"]
    return subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("point", POINTS)
async def test_a_worker_that_is_killed_leaves_all_or_nothing(desk: Desk, package: Path, point: str) -> None:
    job = (await desk.begin(reference="bees", upload=await desk.upload(package)))["importJob"]
    ended = await asyncio.to_thread(killed_worker, desk, point)
    assert ended.returncode == -9, ended.stderr.decode()
    found = await desk.status(job["id"])
    is_published = point == "published"
    assert found["status"] == ("COMPLETE" if is_published else "RUNNING")
    for table in ("courses", "course_versions", "items", "packaged_activities"):
        assert await desk.count(table) == int(is_published), table
    # Its heartbeat is old; the test does not wait until it is.
    aged = "UPDATE jobs.procrastinate_workers SET last_heartbeat = now() - interval '1 hour' RETURNING 1"
    await desk.database.fetch(aged, {})
    worker = Worker(desk.url, desk.database, desk.objects, desk.folder / "scratch", Network.INTRANET)
    async with worker.opened():
        await worker.take_over()
    await desk.work()
    found = await desk.status(job["id"])
    assert (found["status"], found["version"]) == ("COMPLETE", {"number": 1})
    assert await desk.count("courses") == await desk.count("course_versions") == 1
    assert not list((desk.folder / "scratch").iterdir())


async def test_who_is_interrupted_again_and_again_gives_up(desk: Desk, package: Path) -> None:
    job = (await desk.begin(reference="bees", upload=await desk.upload(package)))["importJob"]
    await desk.database.fetch("UPDATE import_jobs SET attempts = 3 RETURNING 1", {})
    await desk.work()
    found = await desk.status(job["id"])
    assert (found["status"], found["message"]) == ("ERROR", "The import was interrupted 3 times.")


async def test_old_imports_are_forgotten(desk: Desk, package: Path) -> None:
    job = (await desk.begin(reference="bees", upload=await desk.upload(package)))["importJob"]
    await desk.work()
    await desk.database.fetch(
        "UPDATE import_jobs SET finished_at = now() - interval '8 days' RETURNING 1", {}
    )
    assert (await desk.ask.data(STATUS, STAFF, id=job["id"]))["importJob"] is None
    worker = Worker(desk.url, desk.database, desk.objects, desk.folder / "scratch", Network.INTRANET)
    async with worker.opened():
        await worker.sweep()
    assert await desk.count("import_jobs") == 0


REMOVE = "mutation($input: {0}Input!) {{ {1}(input: $input) {{ userErrors {{ code }} }} }}"


async def remove(desk: Desk, name: str, **given: Any) -> None:
    document = REMOVE.format(name[0].upper() + name[1:], name)
    data = await desk.ask.data(document, STAFF, input=given)
    assert data[name]["userErrors"] == []


async def swept(desk: Desk) -> set[bytes]:
    """What the files hold that a sweep leaves, long after they came."""
    store = desk.folder / "assets"

    def files() -> list[Path]:
        return [each for each in store.rglob("*") if each.is_file()]

    for file in await asyncio.to_thread(files):
        os.utime(file, (0, 0))
    worker = Worker(desk.url, desk.database, desk.objects, desk.folder / "scratch", Network.INTRANET)
    async with worker.opened():
        await worker.sweep()
    return {file.read_bytes() for file in await asyncio.to_thread(files)}


async def test_what_is_deleted_or_failed_leaves_no_files_but_those_that_others_share(
    desk: Desk, pack: Pack
) -> None:
    manifests = {name: manifest(name) for name in ("Bees", "More bees", "Wasps", "Failed")}

    async def begin(name: str, reference: str, **given: Any) -> None:
        content: dict[str, str | bytes] = {
            "imsmanifest.xml": manifests[name],
            "a.html": "shared",
            "b.js": name,
        }
        begun = await desk.begin(reference=reference, upload=await desk.upload(pack(content)), **given)
        assert begun["userErrors"] == []

    await begin("Bees", "bees")
    await begin("Failed", "bees")  # nobody finds the course yet
    await begin("Wasps", "wasps")
    await desk.work()
    await begin("More bees", "bees", canCreateVersion=True)
    await desk.work()
    assert await desk.count("course_versions") == 3

    def left(*names: str) -> set[bytes]:
        return {each.encode() for each in ("shared", *names, *(manifests[name] for name in names))}

    assert await swept(desk) == left("Bees", "More bees", "Wasps")
    await remove(desk, "deleteCourseVersion", reference="bees", version=1)
    assert await swept(desk) == left("More bees", "Wasps")
    await remove(desk, "deleteCourse", reference="wasps")
    assert await swept(desk) == left("More bees")
    await remove(desk, "deleteCourse", reference="bees")
    assert await swept(desk) == set()


async def test_an_upload_stays_as_long_as_its_import_waits(desk: Desk, package: Path) -> None:
    job = (await desk.begin(reference="bees", upload=await desk.upload(package)))["importJob"]
    forgotten = await desk.upload(package)
    await swept(desk)
    assert not (desk.folder / "assets" / "uploads" / forgotten).exists()
    await desk.work()
    assert (await desk.status(job["id"]))["status"] == "COMPLETE"


async def test_a_chore_that_fails_is_tried_again() -> None:
    done = asyncio.Event()
    tries = 0

    async def chore() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("The bucket is away.")
        done.set()

    doing = asyncio.create_task(every(0, chore))
    await asyncio.wait_for(done.wait(), 10)
    doing.cancel()
