"""Object store: files of courses, named by the hash of their content, and uploads until their import.

A local folder, or a bucket of S3, Google Cloud Storage or Azure (`obstore`, which is loaded when a process
first needs a file: many never do). No file is ever completely in memory.
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
"""Bytes read or sent per chunk."""

PART = 5 * 1024 * 1024
"""Bytes per part of an upload to a bucket; at most two parts are in flight."""

UPLOADS = "uploads/"
UPLOAD_NAME = re.compile(r"[\w-]{1,100}", re.ASCII)
"""Pattern of upload names: a name sent by a client cannot lead to another path."""

UNFINISHED = re.compile(r".+#\d+", re.ASCII)
"""Pattern of obstore's names for unfinished files in a folder; obstore does not list them."""

CHECK = 10
"""Seconds that the store may take to accept a file when a process starts."""

GRACE = timedelta(days=1)
"""Minimum age of a file without a row to be swept; an import writes its files before its rows."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file in the store: SHA-256 of its content in hex, size in bytes."""

    digest: str
    size: int


def _first_line(error: Exception) -> str:
    """Return what went wrong, without the internals that obstore adds below."""
    return str(error).partition("\n")[0].rstrip(".")


class ObjectStoreError(Exception):
    """Raised if the store cannot be opened or written to; one sentence for the operator."""


class FileStore:
    """One store by its URL: `file:///folder`, `s3://bucket/prefix`, `gs://…`, `az://…`.

    Credentials come from the environment, in the variables of the cloud's own tools.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._is_folder = url.startswith("file:")
        if self._is_folder:
            self._folder = Path(url2pathname(urlsplit(url).path))
            self._make_folder()
        else:
            _ = self._store  # a wrong URL fails immediately

    def _make_folder(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ObjectStoreError(
                f"course files cannot be stored in {self._folder}: {error.strerror}. Set SCHOLAGRAPH_HOME or "
                "SCHOLAGRAPH_ASSETS to a folder that this user can write to."
            ) from error

    @classmethod
    def in_folder(cls, folder: Path) -> "FileStore":
        """Return the store in a local folder, created if missing."""
        return cls(folder.absolute().as_uri())

    @cached_property
    def _store(self) -> "ObjectStore":
        from obstore.exceptions import BaseError
        from obstore.store import from_url

        try:
            return from_url(self._url)
        except (BaseError, ValueError) as error:
            message = f"SCHOLAGRAPH_ASSETS is no store of course files: {_first_line(error)}."
            raise ObjectStoreError(message) from error

    async def check(self) -> None:
        """Write and delete an empty file; raise `ObjectStoreError` if the store does not take it."""
        from obstore.exceptions import BaseError

        name = f"{UPLOADS}start-{os.getpid()}"
        try:
            async with asyncio.timeout(CHECK):
                await self._store.put_async(name, b"")
                await self._store.delete_async(name)
        except TimeoutError as error:
            raise ObjectStoreError(f"{self._url} does not respond within {CHECK} seconds.") from error
        except (BaseError, OSError) as error:
            message = f"course files cannot be stored in {self._url}: {_first_line(error)}."
            raise ObjectStoreError(message) from error

    async def keep(self, file: Path) -> KeptFile:
        """Copy a file into the store, completely or not at all; an existing file counts as new."""
        kept = await asyncio.to_thread(_measured, file)
        name = name_of(kept.digest)
        if not await self._is_fresh(name):
            await self._store.put_async(name, file, chunk_size=PART, max_concurrency=2)
        return kept

    async def keep_bytes(self, content: bytes) -> KeptFile:
        """Store content that is small enough to be in memory."""
        kept = KeptFile(hashlib.sha256(content).hexdigest(), len(content))
        if not await self._is_fresh(name := name_of(kept.digest)):
            await self._store.put_async(name, content)
        return kept

    async def size(self, digest: str) -> int | None:
        """Return the size in bytes of the file with this digest; null if there is none."""
        try:
            return (await self._store.head_async(name_of(digest)))["size"]
        except FileNotFoundError:
            return None

    async def read(self, digest: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes from `start` to before `end`, in chunks; raise FileNotFoundError if missing."""
        async for chunk in self._stream(name_of(digest), start, end):
            yield chunk

    async def put_upload(self, name: str, chunks: AsyncIterator[bytes]) -> None:
        """Store an upload, completely or not at all; an exception of `chunks` leaves nothing behind."""
        await self._store.put_async(UPLOADS + name, chunks, chunk_size=PART, max_concurrency=2)

    async def fetch_upload(self, name: str, file: Path) -> None:
        """Copy an upload to a local file; raise FileNotFoundError if there is none."""
        if not UPLOAD_NAME.fullmatch(name):
            raise FileNotFoundError(name)
        with file.open("wb") as copy:
            async for chunk in self._stream(UPLOADS + name, 0, None):
                copy.write(chunk)

    async def adopt(self, upload: str) -> KeptFile:
        """Turn an upload into a course file named by its hash; raise FileNotFoundError if missing."""
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
        """Delete an upload, if it exists."""
        if UPLOAD_NAME.fullmatch(name):
            await self._delete(UPLOADS + name)

    async def settle(self) -> None:
        """Flush stored files to disk, before a row names them."""
        if self._is_folder:
            await asyncio.to_thread(os.sync)

    async def sweep(self, named_of: Callable[[list[str]], Awaitable[set[str]]]) -> int:
        """Delete files that no row names, and unfinished files of ended processes; return their number.

        `named_of` returns the subset of names that rows refer to: digests, and uploads as `uploads/<name>`.
        Files younger than a day stay.
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
        """Check whether the store has the file, young enough that no sweep deletes it during an import."""
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
    """Return the path of the file with a digest; two-letter folders keep each folder small."""
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
