"""Servers of the comparison, each as one process on one PostgreSQL, and their use of resources."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from sqlalchemy import make_url

from bench.queries import FLOOR, GRAPHILE, MERCURIUS, OURS, STOCK, Ask
from settings.environment import ROOT

PEERS = ROOT / "bench" / "peers"
NODE = PEERS / "node_modules" / ".bin" / "node"
TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 60.0
"""Timeout in seconds of a server's first response, and then of its becoming idle."""

IDLE = 0.05
"""Maximum seconds of CPU per second of an idle server."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `start` is the seconds from its process's start to its first response."""

    name: str
    process: subprocess.Popen[bytes]
    origin: str
    start: float

    def ask(self, ask: Ask) -> httpx.Response:
        """Return one response."""
        method = "GET" if ask.body is None else "POST"
        return httpx.request(
            method, self.origin + ask.path, content=ask.body, headers=dict(ask.headers), timeout=60
        )

    @property
    def rss(self) -> float:
        """Resident memory in MB."""
        status = Path("/proc", str(self.process.pid), "status").read_text()
        (line,) = (each for each in status.splitlines() if each.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024


OUR_COMMAND = [sys.executable, str(ROOT / "cli.py"), "serve"]


def commands() -> dict[str, list[str]]:
    """Return the command that starts each server; peers only if npm has installed them."""
    found = {OURS: OUR_COMMAND}
    for name, module in ((STOCK, "stock"), (FLOOR, "floor")):
        found[name] = [sys.executable, "-m", "uvicorn", "--factory", f"bench.{module}:app", "--no-access-log"]
    if install_peers():
        found[GRAPHILE] = [str(NODE), str(PEERS / "postgraphile.js")]
        found[MERCURIUS] = [str(NODE), str(PEERS / "mercurius.js")]
    return found


def install_peers() -> bool:
    """Install the peers by npm if missing; return whether they are installed."""
    if not NODE.exists() and shutil.which("npm"):
        subprocess.run(["npm", "ci", "--silent"], cwd=PEERS, check=False, timeout=600)
    return NODE.exists()


@contextmanager
def started(
    name: str, command: list[str], url: str, first: Ask, log: Path, more: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run one server until the block ends; `first` is requested until it succeeds. `more` are environment
    variables.
    """
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    if "uvicorn" in command:
        command = [*command, "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    began = time.perf_counter()
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**environment(url, port), **(more or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = Server(name, process, f"http://127.0.0.1:{port}", 0.0)
    try:
        while True:
            try:
                if server.ask(first).is_success:
                    break
            except httpx.TransportError:
                pass
            if process.poll() is not None or time.perf_counter() > began + PATIENCE:
                raise RuntimeError(f"{name} does not answer; {log} may say why.")
            time.sleep(0.01)
        yield Server(name, process, server.origin, time.perf_counter() - began)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def settle(server: Server) -> None:
    """Wait until the server is idle, because it prepares for requests after its start."""
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until:
        before = cpu_of(server.process.pid)
        time.sleep(1)
        if cpu_of(server.process.pid) - before < IDLE:
            return
    raise RuntimeError(f"{server.name} is never idle.")


def environment(url: str, port: int) -> Mapping[str, str]:
    """Return environment variables of a server: the database, for Scholagraph, and for libpq and `pg`."""
    parts = make_url(url)
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")
    }
    return {
        **kept,
        "PORT": str(port),
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
        "SCHOLAGRAPH_DATABASE_URL": url,
        "SCHOLAGRAPH_LIMITS": "measure",  # the load exceeds any budget
        "SCHOLAGRAPH_WORKER": "apart",
        "PGHOST": str(parts.query["host"]),
        "PGPORT": str(parts.query["port"]),
        "PGUSER": parts.username or "",
        "PGDATABASE": parts.database or "",
    }


def cpu_of(pid: int) -> float:
    """Return the seconds of CPU that a process has used."""
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS


def cpu_of_cluster(postmaster: int) -> float:
    """Return the seconds of CPU of a PostgreSQL with all its processes, including ended ones."""
    fields = _stat(postmaster)
    own = sum(int(fields[place]) for place in (11, 12, 13, 14)) / TICKS
    return own + sum(cpu_of_child(pid) for pid in _children(postmaster))


def cpu_of_child(pid: int) -> float:
    """Return a PostgreSQL child's seconds of CPU; a child that has just ended counts in its parent."""
    try:
        return cpu_of(pid)
    except FileNotFoundError:
        return 0.0


def _children(parent: int) -> list[int]:
    path = Path("/proc", str(parent), "task", str(parent), "children")
    return [int(pid) for pid in path.read_text().split()]


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/<pid>/stat from the third on: the second may contain spaces."""
    return Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
