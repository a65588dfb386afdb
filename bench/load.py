"""Load on a local server: wrk if installed, else a generator in Python."""

import asyncio
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.queries import Ask
from bench.wire import request_of, wired

CONNECTIONS = 8
MOST_REQUESTS = 200_000
"""Maximum number of requests of the generator in Python."""

WARM_UP = 6.0
"""Maximum duration of the warm-up in seconds."""

PREPARED = 12
"""Runs of a statement per connection: psycopg prepares the sixth, PostgreSQL plans five more."""

SLOW = 150
"""Maximum responses per second for the generator in Python, which waits for each response."""

UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


PERCENTILES = """
done = function(summary, latency)
  for _, part in pairs({50, 95, 99}) do
    io.write(string.format("percentile %.3f\\n", latency:percentile(part) / 1000))
  end
end
"""
"""Makes wrk report latencies in milliseconds."""


@dataclass(frozen=True, slots=True)
class Load:
    """Result of a run; latencies in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p95: float
    p99: float


def generator() -> str:
    """Return the name of the load generator."""
    return "wrk" if shutil.which("wrk") else "asyncio"


def warm_up(origin: str, ask: Ask) -> Load:
    """Send requests until each connection's statements are prepared and planned, for some seconds at most."""
    return asyncio.run(_by_ourselves(origin, ask, WARM_UP, 2 * PREPARED * CONNECTIONS))


def put_load(origin: str, ask: Ask, seconds: float, rate: float = 0.0) -> Load:
    """Repeat a request for some seconds on eight connections; raise `RuntimeError` if one fails.

    `rate` is the expected number of responses per second. If it is low, wrk would leave many of its requests
    unfinished, whose CPU would not be counted.
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
    script += PERCENTILES
    with TemporaryDirectory(prefix="scholagraph-bench-") as folder:
        path = Path(folder, "ask.lua")
        path.write_text(script)
        options = ["-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--timeout", "30s"]
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
    p50, p95, p99 = (float(each) for each in re.findall(r"^percentile ([\d.]+)$", said, re.MULTILINE))
    return Load(int(total[1]), float(total[2]) * UNITS[total[3]] / 1000, p50, p95, p99)


def _lua(text: str) -> str:
    return f"[==[{text}]==]"


async def _by_ourselves(origin: str, ask: Ask, seconds: float, most: int) -> Load:
    request = request_of(origin, ask)
    taken: list[float] = []
    began = time.perf_counter()

    async def connection() -> None:
        async with wired(origin) as wire:
            while time.perf_counter() < began + seconds and len(taken) < most:
                asked = time.perf_counter()
                status, body = await wire.answer(request)
                if status not in (200, 304):
                    raise RuntimeError(f"{origin}{ask.path} did not answer well: {status} {body[:300]!r}")
                taken.append((time.perf_counter() - asked) * 1000)

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    taken.sort()
    p50, p95, p99 = (taken[len(taken) * part // 100] for part in (50, 95, 99))
    return Load(len(taken), time.perf_counter() - began, p50, p95, p99)
