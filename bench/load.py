"""Load on one server of this machine: wrk where there is one, else a generator of our own."""

import asyncio
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from bench.queries import Ask

CONNECTIONS = 8
MOST_REQUESTS = 200_000
"""Requests after which our own generator ends in any case."""

WARM_UP = 6.0
"""Seconds that warming up takes at most."""

PREPARED = 12
"""Times that a connection has to see a statement: psycopg prepares the sixth, PostgreSQL plans five more."""

SLOW = 150
"""Answers per second up to which our own generator, which waits for each, is used in any case."""

UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True, slots=True)
class Load:
    """What came back; latencies in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float


def generator() -> str:
    """Name of what will make the load."""
    return "wrk" if shutil.which("wrk") else "asyncio"


def warm_up(origin: str, ask: Ask) -> Load:
    """Ask until each connection's statements are prepared and planned for good, for some seconds at most."""
    return asyncio.run(_by_ourselves(origin, ask, WARM_UP, 2 * PREPARED * CONNECTIONS))


def put_load(origin: str, ask: Ask, seconds: float, rate: float = 0.0) -> Load:
    """Ask the same for some seconds on eight connections; `RuntimeError` where an answer is not 200.

    `rate` is the number of answers per second to expect. Where it is low, wrk would leave many of its
    requests half done, whose CPU nobody would count.
    """
    if generator() == "wrk" and rate > SLOW:
        return _by_wrk(origin, ask, seconds)
    return asyncio.run(_by_ourselves(origin, ask, seconds, MOST_REQUESTS))


def _by_wrk(origin: str, ask: Ask, seconds: float) -> Load:
    script = f"wrk.method = {_lua('POST' if ask.body is not None else 'GET')}\n"
    if ask.body is not None:
        script += f"wrk.body = {_lua(ask.body.decode())}\n"
    for key, value in ask.headers.items():
        script += f"wrk.headers[ {_lua(key)} ] = {_lua(value)}\n"
    with TemporaryDirectory(prefix="scholagraph-bench-") as folder:
        path = Path(folder, "ask.lua")
        path.write_text(script)
        options = ["-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--timeout", "30s", "--latency"]
        done = subprocess.run(
            ["wrk", *options, "-s", path, origin + ask.path],
            capture_output=True,
            text=True,
            timeout=seconds + 60,
            check=True,
        )
    said = done.stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"{origin}{ask.path} did not answer well:\n{said}")
    total = re.search(r"(\d+) requests in ([\d.]+)(\w+)", said)
    if total is None:
        raise RuntimeError(f"wrk said what was not understood:\n{said}")
    p50, p99 = (_percentile(said, which) for which in ("50", "99"))
    return Load(int(total[1]), float(total[2]) * UNITS[total[3]] / 1000, p50, p99)


def _percentile(said: str, which: str) -> float:
    found = re.search(rf"\s{which}%\s+([\d.]+)(us|ms|s|m)", said)
    return float(found[1]) * UNITS[found[2]] if found else 0.0


def _lua(text: str) -> str:
    return f"[==[{text}]==]"


async def _by_ourselves(origin: str, ask: Ask, seconds: float, most: int) -> Load:
    address = urlsplit(origin)
    body = ask.body or b""
    headers = {**ask.headers, "Host": address.netloc, "Content-Length": str(len(body))}
    method = "POST" if ask.body is not None else "GET"
    head = f"{method} {ask.path} HTTP/1.1\r\n" + "".join(
        f"{key}: {each}\r\n" for key, each in headers.items()
    )
    sent = head.encode() + b"\r\n" + body
    taken: list[float] = []
    began = time.perf_counter()

    async def connection() -> None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        while time.perf_counter() < began + seconds and len(taken) < most:
            asked = time.perf_counter()
            writer.write(sent)
            await _answer(reader)
            taken.append((time.perf_counter() - asked) * 1000)
        writer.close()

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    taken.sort()
    middle, late = taken[len(taken) // 2], taken[len(taken) * 99 // 100]
    return Load(len(taken), time.perf_counter() - began, middle, late)


async def _answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b" 200 " not in head[:16]:
        raise RuntimeError(f"A server did not answer well: {head[:300]!r}")
    if (length := re.search(rb"content-length: (\d+)", head)) is not None:
        await reader.readexactly(int(length[1]))
        return
    while size := int(await reader.readline(), 16):
        await reader.readexactly(size + 2)
    await reader.readline()
