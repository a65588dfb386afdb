"""The object store: files by what they hold, uploads, and what is swept away."""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from models.storage.objects import FileStore, KeptFile, name_of

CONTENT = b"0123456789" * 100_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(params=["folder", "memory"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    return FileStore("memory:///") if request.param == "memory" else FileStore.in_folder(tmp_path / "store")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    return path


async def read(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def test_a_file_is_read_whole_or_in_part(objects: FileStore, file: Path) -> None:
    assert await objects.keep(file) == await objects.keep(file) == KeptFile(DIGEST, len(CONTENT))
    assert await objects.size(DIGEST) == len(CONTENT)
    assert await read(objects.read(DIGEST)) == CONTENT
    assert await read(objects.read(DIGEST, 5, 9)) == b"5678"
    assert await read(objects.read(DIGEST, len(CONTENT) - 2)) == b"89"
    assert await read(objects.read(DIGEST, 5, 5)) == b""


async def test_what_is_not_there_is_told(objects: FileStore, tmp_path: Path) -> None:
    assert await objects.size(DIGEST) is None
    with pytest.raises(FileNotFoundError):
        await read(objects.read(DIGEST))
    with pytest.raises(FileNotFoundError):
        await objects.fetch_upload("none", tmp_path / "copy")
    await objects.drop_upload("none")


async def test_an_upload_becomes_a_file(objects: FileStore) -> None:
    async def sent() -> AsyncIterator[bytes]:
        yield CONTENT[:7]
        yield CONTENT[7:]

    for name in ("a", "b"):
        await objects.put_upload(name, sent())
        assert await objects.adopt(name) == KeptFile(DIGEST, len(CONTENT))
        assert await read(objects.read(DIGEST)) == CONTENT
        with pytest.raises(FileNotFoundError):
            await objects.adopt(name)


@pytest.mark.parametrize("name", ["../a", "", ".", "a/b", "ü"])
async def test_no_name_of_an_upload_leads_elsewhere(objects: FileStore, tmp_path: Path, name: str) -> None:
    (tmp_path / "a").write_bytes(b"")
    for take in (objects.adopt(name), objects.fetch_upload(name, tmp_path / "copy")):
        with pytest.raises(FileNotFoundError):
            await take
    await objects.drop_upload(name)
    assert (tmp_path / "a").exists()


async def test_an_upload_is_taken_in_whole_or_not_at_all(objects: FileStore, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"a"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await objects.put_upload("u", broken())
    with pytest.raises(FileNotFoundError):
        await objects.fetch_upload("u", tmp_path / "copy")


async def test_what_nothing_names_is_swept_away_after_a_day(tmp_path: Path, file: Path) -> None:
    objects = FileStore.in_folder(tmp_path / "store")
    named = (await objects.keep(file)).digest
    await asyncio.to_thread(file.write_bytes, b"other")
    other = (await objects.keep(file)).digest

    async def names(digests: list[str]) -> set[str]:
        return {named} & set(digests)

    assert await objects.sweep(names) == 0
    long_ago = time.time() - 2 * 86_400
    for digest in (named, other):
        os.utime(tmp_path / "store" / name_of(digest), (long_ago, long_ago))
    assert await objects.sweep(names) == 1
    assert await objects.size(named) == len(CONTENT)
    assert await objects.size(other) is None


async def test_what_a_process_that_died_was_writing_is_swept_away_after_a_day(tmp_path: Path) -> None:
    objects = FileStore.in_folder(tmp_path / "store")
    uploads = tmp_path / "store" / "uploads"
    await asyncio.to_thread(uploads.mkdir)
    long_ago = time.time() - 2 * 86_400
    for name, is_old in (("a#1", True), ("b#12", False)):
        (uploads / name).write_bytes(b"half of it")
        if is_old:
            os.utime(uploads / name, (long_ago, long_ago))

    async def names(_: list[str]) -> set[str]:
        return set()

    assert await objects.sweep(names) == 1
    assert [each.name for each in uploads.iterdir()] == ["b#12"]


@pytest.mark.parametrize("url", ["s3://bucket/prefix", "gs://bucket/prefix"])
def test_buckets_are_named_by_their_address(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_SKIP_SIGNATURE", "true")
    assert FileStore(url)
