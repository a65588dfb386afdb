"""The object store: files of courses by the hash of what they hold, and uploads until they are imported.

A local folder, or a bucket of S3, Google Cloud Storage or Azure (`obstore`, which is loaded where a folder's
first file is wanted: many a process never asks for one). Nothing is ever whole in memory.
"""

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

if TYPE_CHECKING:
    from obstore.store import ObjectStore

CHUNK = 256 * 1024
"""Bytes that are read or sent at once."""

PART = 5 * 1024 * 1024
"""Bytes that go to a bucket together; two such parts are under way at most."""

UPLOADS = "uploads/"
UPLOAD_NAME = re.compile(r"[\w-]+", re.ASCII)
"""What uploads are called: a client that says their name can lead nowhere else."""

UNFINISHED = re.compile(r".+#\d+", re.ASCII)
"""What obstore calls a file of a folder while it is written; it does not list them."""

GRACE = timedelta(days=1)
"""Age from which on a file that no row names is swept away: an import writes its files before its rows."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file in the store: the SHA-256 of its content in hex, its size in bytes."""

    digest: str
    size: int


class FileStore:
    """One store by its URL: `file:///folder`, `s3://bucket/prefix`, `gs://…`, `az://…`.

    Credentials come from the environment, as the cloud's own tools have them.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._is_folder = url.startswith("file:")
        if self._is_folder:
            self._folder = Path(url2pathname(urlsplit(url).path))
            self._folder.mkdir(parents=True, exist_ok=True)
        else:
            _ = self._store  # a wrong address is told at once

    @classmethod
    def in_folder(cls, folder: Path) -> "FileStore":
        """The store in a local folder, which is made if need be."""
        return cls(folder.absolute().as_uri())

    @cached_property
    def _store(self) -> "ObjectStore":
        from obstore.store import from_url

        return from_url(self._url)

    async def keep(self, file: Path) -> KeptFile:
        """Copy a file into the store, whole or not at all; one that is there stays, and is as good as new."""
        kept = await asyncio.to_thread(_measured, file)
        name = name_of(kept.digest)
        if not await self._is_fresh(name):
            await self._store.put_async(name, file, chunk_size=PART, max_concurrency=2)
        return kept

    async def keep_bytes(self, content: bytes) -> KeptFile:
        """Keep what is small enough to be in memory."""
        kept = KeptFile(hashlib.sha256(content).hexdigest(), len(content))
        if not await self._is_fresh(name := name_of(kept.digest)):
            await self._store.put_async(name, content)
        return kept

    async def size(self, digest: str) -> int | None:
        """Bytes of the file of this digest; null where there is none."""
        try:
            return (await self._store.head_async(name_of(digest)))["size"]
        except FileNotFoundError:
            return None

    async def read(self, digest: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Bytes of a file from `start` up to before `end`, in chunks; FileNotFoundError for none."""
        async for chunk in self._stream(name_of(digest), start, end):
            yield chunk

    async def put_upload(self, name: str, chunks: AsyncIterator[bytes]) -> None:
        """Take in an upload, whole or not at all: what `chunks` raises leaves nothing behind."""
        await self._store.put_async(UPLOADS + name, chunks, chunk_size=PART, max_concurrency=2)

    async def fetch_upload(self, name: str, file: Path) -> None:
        """Copy an upload to a local file; FileNotFoundError where there is none."""
        if not UPLOAD_NAME.fullmatch(name):
            raise FileNotFoundError(name)
        with file.open("wb") as copy:
            async for chunk in self._stream(UPLOADS + name, 0, None):
                copy.write(chunk)

    async def adopt(self, upload: str) -> KeptFile:
        """Make an upload a file of courses, named after its hash, for which it is read; FileNotFoundError."""
        if not UPLOAD_NAME.fullmatch(upload):
            raise FileNotFoundError(upload)
        digest, size = hashlib.sha256(), 0
        async for chunk in self._stream(UPLOADS + upload, 0, None):
            digest.update(chunk)
            size += len(chunk)
        kept = KeptFile(digest.hexdigest(), size)
        if await self._is_fresh(name_of(kept.digest)):
            await self.drop_upload(upload)
        else:
            await self._store.rename_async(UPLOADS + upload, name_of(kept.digest))
        return kept

    async def drop_upload(self, name: str) -> None:
        """Delete an upload, if it is there."""
        if UPLOAD_NAME.fullmatch(name):
            await self._delete(UPLOADS + name)

    async def settle(self) -> None:
        """Have the operating system write to disk what is kept, before a row names it."""
        if self._is_folder:
            await asyncio.to_thread(os.sync)

    async def sweep(self, named_of: Callable[[list[str]], Awaitable[set[str]]]) -> int:
        """Delete what no row names any more, and what a process that died left unfinished; tells how many.

        `named_of` tells which of several files rows name: by their digests, uploads as `uploads/<name>`.
        Whatever is younger than a day stays.
        """
        until = datetime.now(UTC) - GRACE
        gone = 0
        async for listed in self._store.list(chunk_size=1000):
            paths = [each["path"] for each in listed if each["last_modified"] < until]
            old = {path if path.startswith(UPLOADS) else path.replace("/", ""): path for path in paths}
            for name in old.keys() - await named_of(list(old)):
                await self._delete(old[name])
                gone += 1
        if self._is_folder:
            gone += await asyncio.to_thread(_sweep_unfinished, self._folder, until)
        return gone

    async def _is_fresh(self, name: str) -> bool:
        """Whether the store has the file, young enough that no sweep takes it during an import."""
        try:
            found = await self._store.head_async(name)
        except FileNotFoundError:
            return False
        return found["last_modified"] > datetime.now(UTC) - GRACE / 2

    async def _stream(self, name: str, start: int, end: int | None) -> AsyncIterator[bytes]:
        if end is not None and end <= start:
            return
        wanted = {"range": {"offset": start}} if end is None else {"range": (start, end)}
        if not start and end is None:
            wanted = {}
        found = await self._store.get_async(name, options=wanted)  # type: ignore[arg-type]
        async for chunk in found.stream(min_chunk_size=CHUNK):
            yield bytes(chunk)

    async def _delete(self, name: str) -> None:
        with suppress(FileNotFoundError):
            await self._store.delete_async(name)


def name_of(digest: str) -> str:
    """Where the file of a digest lies: folders of two letters keep each of them short."""
    return f"{digest[:2]}/{digest[2:]}"


def _measured(file: Path) -> KeptFile:
    digest, size = hashlib.sha256(), 0
    with file.open("rb") as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return KeptFile(digest.hexdigest(), size)


def _sweep_unfinished(folder: Path, until: datetime) -> int:
    gone = 0
    for file in folder.rglob("*#*"):
        with suppress(FileNotFoundError):
            if UNFINISHED.fullmatch(file.name) and file.stat().st_mtime < until.timestamp():
                file.unlink()
                gone += 1
    return gone
