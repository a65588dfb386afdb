"""Files of courses in the store, and the links to them."""

import hashlib
from pathlib import Path

import pytest

from ingest.outline import AssetOutline
from ingest.store import keep_files
from ingest.store.files import Links
from models.postgres.database import Database
from models.storage.objects import FileStore, KeptFile, name_of
from tests.ingest.course_outlines import Writer, item, section
from tests.ingest.course_outlines import question as question_of
from tests.ingest.course_outlines import quiz as quiz_of

DIGEST = "ab" * 32
LINKS = Links({"img/a b.png": KeptFile(DIGEST, 1)}, {"block-v1:x+y": "/courses/c/items/1"})


def asset(folder: Path, path: str, content: bytes) -> AssetOutline:
    file = folder / path.replace("/", "-")
    file.write_bytes(content)
    return AssetOutline(path=path, file=file, media_type="image/png", size=len(content), title=path)


def files_of(store: Path) -> list[str]:
    return sorted(path.relative_to(store).as_posix() for path in store.rglob("*") if path.is_file())


async def test_a_file_is_kept_once_by_what_it_holds(tmp_path: Path) -> None:
    store = tmp_path / "store" / "assets"
    content = b"0123456789" * 5_000
    assets = [
        asset(tmp_path, "a.png", content),
        asset(tmp_path, "b/c.png", content),
        asset(tmp_path, "d", b""),
    ]
    kept = await keep_files(FileStore.in_folder(store), assets)
    digest = hashlib.sha256(content).hexdigest()
    empty = hashlib.sha256(b"").hexdigest()
    assert kept == {
        "a.png": KeptFile(digest, 50_000),
        "b/c.png": KeptFile(digest, 50_000),
        "d": KeptFile(empty, 0),
    }
    assert files_of(store) == sorted([f"{digest[:2]}/{digest[2:]}", f"{empty[:2]}/{empty[2:]}"])
    assert (store / name_of(digest)).read_bytes() == content
    assert await keep_files(FileStore.in_folder(store), assets) == kept


async def test_a_file_that_cannot_be_read_leaves_nothing_behind(tmp_path: Path) -> None:
    missing = AssetOutline(path="a", file=tmp_path, media_type="image/png", size=1, title="a")
    with pytest.raises(OSError, match="directory"):
        await keep_files(FileStore.in_folder(tmp_path / "store"), [missing])
    assert files_of(tmp_path / "store") == []


@pytest.mark.parametrize(
    ("url", "leads_to"),
    [
        ("asset:img/a%20b.png", f"/assets/{DIGEST}/a%20b.png"),
        ("asset:img/a%20b.png#top", f"/assets/{DIGEST}/a%20b.png#top"),
        ("block:block-v1%3Ax%2By?x=1", "/courses/c/items/1?x=1"),
        ("asset:missing.png", "asset:missing.png"),
        ("block:missing", "block:missing"),
        ("https://example.org/asset:x", "https://example.org/asset:x"),
        ("/assets/x", "/assets/x"),
    ],
)
def test_references_become_addresses(url: str, leads_to: str) -> None:
    assert LINKS.url(url) == leads_to


def test_references_in_texts_are_those_in_attributes() -> None:
    text = (
        '<img src="asset:img/a%20b.png" alt="asset:x"> asset:img/a%20b.png <a href="block:block-v1%3Ax%2By">'
    )
    picture = f'<img src="/assets/{DIGEST}/a%20b.png" alt="asset:x">'
    assert LINKS.text(text) == f'{picture} asset:img/a%20b.png <a href="/courses/c/items/1">'


async def test_a_course_names_its_files_and_its_own_places(tmp_path: Path, database: Database) -> None:
    writer = Writer(database)
    assets = (asset(tmp_path, "a.png", b"a"), asset(tmp_path, "b.png", b"b"))
    kept = await keep_files(FileStore.in_folder(tmp_path / "store"), assets)
    question = question_of('<img src="asset:a.png">', '<img src="asset:b.png">')
    content = section("c", item("q", quiz_of(question, instructions='<a href="block:q">here</a>')))
    stored = await writer.write(content, files=kept, assets=assets, image="a.png")
    item_id = (await writer.ids())["q"]
    a, b = (f"/assets/{kept[name].digest}/{name}" for name in ("a.png", "b.png"))
    rows = await writer.rows(
        """
        SELECT c.images, u.text, o.text, q.instructions FROM courses c JOIN quizzes q ON q.course_id = c.id
        JOIN questions u ON u.quiz_id = q.id JOIN options o ON o.question_id = u.id WHERE c.id = :course
        """
    )
    link = f'<a href="/courses/{stored.slug}/items/{item_id}">here</a>'
    image = {"url": a, "max_width": None, "max_height": None}
    assert rows == [([image], f'<img src="{a}">', f'<img src="{b}">', link)]
    of_assets = (
        "SELECT id, path, digest, size, media_type FROM assets WHERE course_id = :course ORDER BY path"
    )
    before = await writer.rows(of_assets)
    assert [row[1:] for row in before] == [
        (each.path, kept[each.path].digest, 1, "image/png") for each in assets
    ]
    again = await writer.write(content, files=kept, assets=assets[:1], image="a.png")
    assert await writer.rows(of_assets) == before[:1]
    assert again.written == {"assets": 1}
