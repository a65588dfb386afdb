"""Minimal HTTP connection of the load generator: one request at a time."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.queries import Ask


def request_of(origin: str, ask: Ask) -> bytes:
    """Return a request as bytes."""
    body = ask.body or b""
    headers = {**ask.headers, "Host": urlsplit(origin).netloc, "Content-Length": str(len(body))}
    lines = [f"{'GET' if ask.body is None else 'POST'} {ask.path} HTTP/1.1"]
    lines += [f"{key}: {each}" for key, each in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True, slots=True)
class Wire:
    """An open connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def answer(self, request: bytes) -> tuple[int, bytes]:
        """Return status and body of the response."""
        self.writer.write(request)
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head[9:12])
        if status == 304:
            return status, b""
        if (length := re.search(rb"content-length: (\d+)", head)) is not None:
            return status, await self.reader.readexactly(int(length[1]))
        pieces = []
        while size := int(await self.reader.readline(), 16):
            pieces.append(await self.reader.readexactly(size))
            await self.reader.readline()
        await self.reader.readline()
        return status, b"".join(pieces)


@asynccontextmanager
async def wired(origin: str) -> AsyncIterator[Wire]:
    """Open a connection to a server."""
    address = urlsplit(origin)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()
