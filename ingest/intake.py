"""Single files into the object store, from uploads and from addresses of the web; never whole in memory."""

import asyncio
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.archive import Limits
from ingest.fetch import FetchError, Network, download
from models.objects import KeptFile, Objects
from resolvers.errors import Refused, UserErrorCode
from resolvers.import_job import check_address

AT_ONCE = 2
"""Files that a process fetches at the same time: each holds a thread while its host answers."""


class FileIntake:
    """Takes files in for commands (`resolvers.intake`).

    A file has at most `limit` bytes, and is fetched within `longest` seconds, the deadline of operations.
    """

    def __init__(
        self,
        objects: Objects,
        scratch: Path,
        network: Network,
        longest: float,
        limit: int = Limits().packed,
    ) -> None:
        self._objects = objects
        self._scratch = scratch
        self._network = network
        self._longest = longest
        self._limit = limit
        self._fetching = asyncio.Semaphore(AT_ONCE)

    async def adopt(self, upload: str) -> KeptFile:
        """Keep an upload, which is none any more."""
        try:
            kept = await self._objects.adopt(upload)
        except FileNotFoundError as error:
            raise Refused(UserErrorCode.NOT_FOUND, "There is no such upload.", "upload") from error
        await self._objects.settle()
        return kept

    async def fetch(self, url: str) -> KeptFile:
        """Keep what lies at an address, by the rules of `ingest.fetch`."""
        check_address(url, "url")
        self._scratch.mkdir(parents=True, exist_ok=True)
        async with self._fetching:
            # Of a process that died, a worker removes the folder by this name (`ingest.worker`).
            with TemporaryDirectory(f"-{os.getpid()}", "worker-fetch-", self._scratch) as folder:
                file = Path(folder) / "file"
                try:
                    await asyncio.to_thread(
                        download, url, file, self._limit, self._network, longest=self._longest
                    )
                except FetchError as error:
                    raise Refused(UserErrorCode.INVALID_INPUT, str(error), "url") from error
                kept = await self._objects.keep(file)
        await self._objects.settle()
        return kept
