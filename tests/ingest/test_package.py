"""Packages from file to graph: the real ones, and how they are kept."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from ingest.archive import ArchiveError
from ingest.job import import_package
from ingest.package import PackageError
from ingest.store import Stored
from models.postgres.base import new_id
from models.postgres.database import Database
from models.storage.objects import FileStore, name_of
from resolvers.access.viewer import Role, Viewer
from tests.conftest import Ask
from tests.ingest.package_files import Files, Pack, manifest

TREE = """
query($reference: String!) {
  course(reference: $reference) {
    title
    version { number standard isCurrent assets(first: 100) { nodes { path digest } } }
    versions { nodes { number } }
    sections { title sections { title items { title } } items { title content { ...Activity } } }
  }
}
fragment Activity on PackagedActivity { kind identifier title launchPath launchQuery moveOn masteryScore }
"""

REAL = {
    "scorm/RuntimeMinimumCalls_SCORM12.zip": ("SCORM_1_2", 4, 18, 44),
    "scorm/RuntimeBasicCalls_SCORM20043rdEdition.zip": ("SCORM_2004_3RD_EDITION", 1, 1, 69),
    "scorm/singlescobasic.zip": ("SCORM_1_2", 1, 1, 46),
    "scorm/singlescobasic_missingorg.zip": ("SCORM_1_2", 1, 1, 14),
    "aicc/aicc_complex.zip": ("AICC", 1, 3, 10),
    "aicc/aicc_package.zip": ("AICC", 1, 1, 5),
    "xapi/GolfExample_TCAPI.zip": ("TIN_CAN", 1, 1, 44),
    "cmi5/single_au_basic_responsive.zip": ("CMI5", 1, 1, 12),
}
"""The real packages: their standard, and how many top sections, activities and files they have."""


@pytest.fixture
def objects(tmp_path: Path) -> FileStore:
    return FileStore.in_folder(tmp_path / "objects")


def team(stored: Stored) -> Viewer:
    return Viewer(new_id(), Role.MEMBER, (stored.id,))


async def shown(ask: Ask, stored: Stored, reference: str) -> dict[str, Any]:
    answer = await ask(TREE, team(stored), reference=reference)
    assert not answer.errors
    assert len(answer.statements) == 8
    found: dict[str, Any] = answer.data["course"]
    return found


@pytest.mark.parametrize("name", REAL)
async def test_a_real_package_is_a_course(
    ask: Ask, database: Database, shared_data: Path, objects: FileStore, tmp_path: Path, name: str
) -> None:
    standard, sections, activities, files = REAL[name]
    stored = await import_package(database, objects, shared_data / name, reference := new_id())
    course = await shown(ask, stored, reference)
    assert course["version"]["standard"] == standard
    assert len(course["sections"]) == sections
    contents = [item["content"] for section in course["sections"] for item in section["items"]]
    assert len(contents) == activities
    assert stored.written["assets"] == files
    paths = {asset["path"]: asset["digest"] for asset in course["version"]["assets"]["nodes"]}
    for content in contents:
        place = tmp_path / "objects" / name_of(paths[content["launchPath"]])
        assert place.stat().st_size > 0


async def test_a_package_again_is_another_version(
    ask: Ask, database: Database, objects: FileStore, pack: Pack
) -> None:
    path, reference = pack({"imsmanifest.xml": manifest("First"), "a.html": "1"}), new_id()
    first = await import_package(database, objects, path, reference)
    path = pack({"imsmanifest.xml": manifest("Second"), "a.html": "2"})
    second = await import_package(database, objects, path, reference)
    assert (first.id, first.is_new, first.version) == (second.id, True, 1)
    assert (second.is_new, second.version) == (False, 2)
    course = await shown(ask, second, reference)
    assert course["title"] == "Second"
    assert course["version"]["number"] == 2
    assert course["versions"]["nodes"] == [{"number": 2}, {"number": 1}]
    assert [each["title"] for each in course["sections"]] == ["Second"]


async def test_courses_of_one_title_that_come_at_once_get_slugs_of_their_own(
    database: Database, objects: FileStore, pack: Pack
) -> None:
    path = pack({"imsmanifest.xml": manifest(title := f"Twin {new_id()}"), "a.html": "1"})
    twins = await asyncio.gather(*(import_package(database, objects, path, new_id()) for _ in range(4)))
    slug = title.lower().replace(" ", "-")
    assert {each.slug for each in twins} == {slug, f"{slug}-2", f"{slug}-3", f"{slug}-4"}


async def test_what_is_refused_leaves_nothing(
    database: Database, objects: FileStore, pack: Pack, tmp_path: Path
) -> None:
    reference = new_id()
    refused: list[tuple[Files, str]] = [
        ({"imsmanifest.xml": "<!DOCTYPE m [<!ENTITY a 'b'>]><manifest/>"}, "document type"),
        ({"imsmanifest.xml": "<manifest><"}, "not well-formed"),
        ({"imsmanifest.xml": "<manifest/>"}, "names nothing that can be started"),
        ({"readme.txt": "x"}, "is no package"),
        ({"tincan.xml": "<tincan/>"}, "names no activity"),
        ({"cmi5.xml": "<courseStructure/>"}, "names no course"),
        ({"a.au": "system_id\n"}, "names nothing that can be started"),
    ]
    for files, error in refused:
        with pytest.raises(PackageError, match=error):
            await import_package(database, objects, pack(files), reference)
    with pytest.raises(ArchiveError, match="points outside"):
        await import_package(database, objects, pack({"../../evil.html": "x"}), reference)
    assert await database.fetch("SELECT 1 FROM courses WHERE reference = %(r)s", {"r": reference}) == []
    assert [path for path in (tmp_path / "objects").rglob("*") if path.is_file()] == []
