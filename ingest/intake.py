"""Intake of single files into the object store, from uploads and URLs; never completely in memory."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.archive import ArchiveLimits
from ingest.fetch import FetchError, Network, download
from models.storage.objects import FileStore, KeptFile
from resolvers.commands.problem import Refused, UserErrorCode
from resolvers.packages.import_job import check_address

AT_ONCE = 2
"""Concurrent downloads per process; each occupies a thread."""

LONGEST = 120.0
"""Maximum duration of an intake in seconds, including the wait for a free thread."""


class FileIntake:
    """Stores files for commands (`resolvers.commands.intake`).

    A file has at most `limit` bytes and takes at most `longest` seconds, which count against no deadline.
    """

    def __init__(
        self,
        objects: FileStore,
        scratch: Path,
        network: Network,
        longest: float = LONGEST,
        limit: int = ArchiveLimits().packed,
    ) -> None:
        self._objects = objects
        self._scratch = scratch
        self._network = network
        self._longest = longest
        self._limit = limit
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def adopt(self, upload: str) -> KeptFile:
        """Store an upload as a file; the upload no longer exists then."""
        async with self._in_time("upload"):
            try:
                kept = await self._objects.adopt(upload)
            except FileNotFoundError as error:
                raise Refused(UserErrorCode.NOT_FOUND, "There is no such upload.", "upload") from error
            await self._objects.settle()
        return kept

    async def fetch(self, url: str) -> KeptFile:
        """Store the file at a URL, by the rules of `ingest.fetch`."""
        check_address(url, "url")
        self._scratch.mkdir(parents=True, exist_ok=True)
        # A worker deletes the folder of an ended process by this name (`ingest.worker`).
        with TemporaryDirectory(f"-{os.getpid()}", "worker-fetch-", self._scratch) as folder:
            async with self._in_time("url"):
                file = Path(folder) / "file"
                await self._turns.acquire()
                await asyncio.shield(self._download(url, file))
                kept = await self._objects.keep(file)
                await self._objects.settle()
        return kept

    async def _download(self, url: str, file: Path) -> None:
        """Download in a thread; its slot is occupied until it ends, even if the caller has gone."""
        try:
            await asyncio.to_thread(download, url, file, self._limit, self._network, longest=self._longest)
        except FetchError as error:
            raise Refused(UserErrorCode.INVALID_INPUT, str(error), "url") from error
        finally:
            self._turns.release()

    @asynccontextmanager
    async def _in_time(self, field: str) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._longest):
                yield
        except TimeoutError as error:
            raise Refused(UserErrorCode.INVALID_INPUT, "The file takes too long.", field) from error
