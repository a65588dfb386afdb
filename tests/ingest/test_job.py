"""Imports from file to graph: the real demo course of Open edX, and files that are none."""

import shutil
import tarfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from psycopg import OperationalError
from sqlalchemy.exc import DataError, IntegrityError

from ingest.archive import ArchiveError
from ingest.job import import_olx, refusals
from ingest.olx import OlxError
from ingest.store import Stored, StoreError
from models.catalogue.course import Course
from models.postgres.base import new_id
from models.postgres.database import Database
from models.storage.objects import FileStore, name_of
from resolvers.access.viewer import Role, Viewer
from tests.conftest import Ask
from tests.ingest.conftest import COURSE, Files, whys
from tests.world import World

DEMO = "openedx/openedx_demo_course_olx.tar.gz"
# Seconds; it takes about one.
MOST = 10

TREE = """
query($slug: String!) {
  course(slug: $slug) {
    title image { url } gradingPolicy { assignmentTypes { name } } announcements { nodes { title } }
    sections { title sections { title sections { title items { title content { ...Content } } } } }
  }
}
fragment Content on ItemContent {
  __typename
  ... on RichText { text }
  ... on Video { encodings { url } subtitleTracks { language cues { text } } }
  ... on Quiz { questions { type text options { text } } }
  ... on Gadget { type text }
  ... on LtiExercise { launchUrl }
}
"""


def write(folder: Path, files: Files) -> Path:
    """A course's folder made of COURSE and the given files."""
    for path, content in {**COURSE, **files}.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("assets")


@pytest.fixture(scope="module")
async def demo(database: Database, shared_data: Path, assets: Path) -> Stored:
    return await import_olx(database, FileStore.in_folder(assets), shared_data / DEMO)


async def test_the_demo_course_is_written_whole_in_seconds(
    database: Database, shared_data: Path, assets: Path, demo: Stored
) -> None:
    started = time.monotonic()
    again = await import_olx(database, FileStore.in_folder(assets), shared_data / DEMO)
    assert time.monotonic() - started < MOST
    assert (again.id, again.slug, again.written) == (demo.id, demo.slug, {})
    assert demo.slug == "openedx-demox-democourse"
    assert {name: count for name, count in demo.written.items() if name not in ("options", "questions")} == {
        "courses": 1,
        "sections": 6 + 17 + 58,
        "items": 319,
        "rich_texts": 266,
        "videos": 11,
        "quizzes": 20,
        "lti_exercises": 2,
        "gadgets": 20,
        "subtitle_tracks": 6,
        "subtitle_cues": 2709,
        "grading_policies": 1,
        "announcements": 1,
        "assets": 100,
    }
    stored = await database.fetch("SELECT digest, size FROM assets WHERE course_id = %(id)s", {"id": demo.id})
    assert all((assets / name_of(digest)).stat().st_size == size for digest, size in stored)


async def test_the_graph_walks_the_demo_course_in_a_statement_for_each_relation(
    ask: Ask, demo: Stored
) -> None:
    teacher = Viewer(new_id(), Role.MEMBER, (demo.id,))
    answer = await ask(TREE, teacher, slug=demo.slug)
    assert not answer.errors
    course = answer.data["course"]
    chapters = course["sections"]
    sequentials = [each for chapter in chapters for each in chapter["sections"]]
    verticals = [each for sequential in sequentials for each in sequential["sections"]]
    items = [each for vertical in verticals for each in vertical["items"]]
    assert (len(chapters), len(sequentials), len(verticals), len(items)) == (6, 17, 58, 319)
    assert Counter(each["content"]["__typename"] for each in items) == {
        "RichText": 266,
        "Video": 11,
        "Quiz": 20,
        "LtiExercise": 2,
        "Gadget": 20,
    }
    assert course["image"]["url"].startswith("/assets/")
    assert "asset:" not in str(answer.data)
    assert "block:" not in str(answer.data)
    # Course, policy, announcements; three levels of sections; items; five contents; questions, options;
    # tracks, cues.
    assert len(answer.statements) == 3 + 3 + 1 + 5 + 2 + 2


async def test_learners_of_the_demo_course_see_no_solutions(
    ask: Ask, world: World, demo: Stored, database: Database
) -> None:
    ((title, source),) = await database.fetch(
        """
        SELECT i.title, g.source FROM gadgets g JOIN items i ON i.id = g.item_id
        WHERE g.course_id = %(id)s AND i.title LIKE 'Advanced Numerical Problem%%'
        """,
        {"id": demo.id},
    )
    assert "answer=" in source
    document = "query($slug: String!) { course(slug: $slug) { items { title content { ... on Gadget "
    document += "{ source settings } } } } }"
    learner = await world.learner(Course(id=demo.id))
    data = await ask.data(document, learner, slug=demo.slug)
    contents: dict[str, Any] = {each["title"]: each["content"] for each in data["course"]["items"]}
    assert contents[title] == {"source": None, "settings": {}}


async def test_secrets_of_the_demo_course_are_reported_and_dropped(demo: Stored, database: Database) -> None:
    assert [note.what for note in demo.report.skipped][-1] == "LTI credentials codeboard, jupyter"
    found = await database.fetch("SELECT 1 FROM courses c WHERE c::text LIKE '%%codeboard_key%%'", {})
    assert found == []


@pytest.mark.parametrize("size", [0, 20_000, 500_000])
async def test_a_file_that_is_cut_off_leaves_no_course(
    database: Database, shared_data: Path, tmp_path: Path, size: int
) -> None:
    before = await database.fetch("SELECT id, updated_at FROM courses ORDER BY id", {})
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes((shared_data / DEMO).read_bytes()[:size])
    with pytest.raises(ArchiveError, match="cut"):
        await import_olx(database, FileStore.in_folder(tmp_path / "assets"), cut)
    assert await database.fetch("SELECT id, updated_at FROM courses ORDER BY id", {}) == before
    assert list((tmp_path / "assets").iterdir()) == []


async def test_what_is_no_course_is_one_sentence(database: Database, tmp_path: Path) -> None:
    with pytest.raises(OlxError, match=r"is no Open edX course: there is no course\.xml at its top\.$"):
        await import_olx(database, FileStore.in_folder(tmp_path / "assets"), tmp_path)


async def test_what_the_database_refuses_is_one_sentence(database: Database, tmp_path: Path) -> None:
    key = new_id()
    # Longer than an index can hold, and nothing that would pack well.
    title = "".join(new_id() for _ in range(400))
    folder = write(
        tmp_path / "olx",
        {
            "course.xml": f'<course url_name="R1" org="Org" course="{key}"/>',
            "course/R1.xml": f'<course display_name="{title}"/>',
        },
    )
    said = rf"^course-v1:Org\+{key}\+R1: cannot be written: one of its texts is too long to store\.$"
    with pytest.raises(StoreError, match=said):
        await import_olx(database, FileStore.in_folder(tmp_path / "assets"), folder)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (IntegrityError("INSERT", {}, Exception("duplicate key value violates assets_pkey")), "one name"),
        (DataError("INSERT", {}, Exception("invalid byte sequence")), "the database cannot store"),
        (OperationalError("server closed the connection"), "does not respond"),
    ],
    ids=["integrity", "data", "away"],
)
def test_nothing_of_the_database_is_told(fault: Exception, words: str) -> None:
    with (
        pytest.raises(StoreError, match=rf"^golf: cannot be written: .*{words}") as refused,
        refusals("golf"),
    ):
        raise fault
    inside = ("duplicate", "assets_pkey", "INSERT", "invalid byte", "server closed")
    assert not [word for word in inside if word in str(refused.value)]


async def test_a_folder_and_its_archive_are_the_same_course(database: Database, tmp_path: Path) -> None:
    name = f'<course url_name="R1" org="Org" course="{new_id()}"/>'
    folder = write(tmp_path / "olx", {"course.xml": name, "static/a.txt": "A"})
    with tarfile.open(tmp_path / "olx.tar.gz", "w:gz") as archive:
        archive.add(folder, "course")
    first = await import_olx(database, FileStore.in_folder(tmp_path / "assets"), folder)
    shutil.rmtree(folder)
    second = await import_olx(database, FileStore.in_folder(tmp_path / "assets"), tmp_path / "olx.tar.gz")
    assert (second.id, second.is_new, second.written) == (first.id, False, {})
    assert whys(second.report.warnings) == whys(first.report.warnings)
