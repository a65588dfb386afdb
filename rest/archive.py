"""Zip archives of courses, streamed as they are packed; no archive is held whole in memory or on disk."""

import io
import zipfile
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Any

from models.storage.objects import FileStore


async def packed(objects: FileStore, files: Iterable[dict[str, Any]]) -> AsyncIterator[bytes]:
    """Yield the bytes of a zip archive of files, each with its `path`, `size`, `digest` and `createdAt`.

    Files are stored uncompressed: most bytes of a package are media, which do not shrink.
    """
    outgoing = _Outgoing()
    with zipfile.ZipFile(outgoing, "w") as archive:
        for file in files:
            moment = datetime.fromisoformat(file["createdAt"])
            member = zipfile.ZipInfo(file["path"], (moment.year, *moment.timetuple()[1:6]))
            member.file_size = file["size"]
            with archive.open(member, "w") as target:
                async for chunk in objects.read(file["digest"]):
                    target.write(chunk)
                    yield outgoing.taken()
    yield outgoing.taken()


class _Outgoing(io.RawIOBase):
    """Buffer of packed bytes until they are sent; not seekable, so that nothing is packed twice."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._held += content
        return len(content)

    def taken(self) -> bytes:
        """Return the bytes packed since the last call."""
        held = bytes(self._held)
        self._held.clear()
        return held
