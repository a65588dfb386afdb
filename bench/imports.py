"""Benchmark of importing large packages: duration, memory, and latencies of concurrent reads.

`python -m bench.imports [MEGABYTES]` starts a server with its worker on a database of its own, with the
demo's data, uploads three packages (200 MB by default), imports each, and prints a table in Markdown. Readers
are a separate process that requests the demo's courses at a steady rate: without load, during an upload, and
during its import.
"""

import re
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import Manager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any, TypeVar

import httpx

from bench.package import MEGABYTE, write_package
from bench.sockets import say
from conformance.service import Service, started

T = TypeVar("T")

ROUNDS = 3
ALONE = 10.0
"""Seconds of measuring readers without load, before each round."""

RATE = 40
"""Reads per second."""

CHUNK = 256 * 1024
PATIENCE = 600.0
"""Timeout of an import in seconds."""

READ = "{ courses(first: 20) { nodes { id slug title sections { id title items { id title } } } } }"
BEGIN = """
mutation($upload: String!) {
  importCourse(input: {reference: "bench", upload: $upload, canCreateVersion: true}) {
    importJob { id } userErrors { message }
  }
}
"""
STATUS = "query($id: ID!) { importJob(id: $id) { status message } }"


class Client:
    """Client with a user's token; an error response is a `RuntimeError`."""

    def __init__(self, origin: str, token: str) -> None:
        self.http = httpx.Client(base_url=origin, headers={"Authorization": f"Bearer {token}"}, timeout=60)

    def ask(self, query: str, **variables: Any) -> Any:
        answer = self.http.post("/graphql", json={"query": query, "variables": variables}).json()
        if "errors" in answer:
            raise RuntimeError(answer["errors"])
        return answer["data"]

    def upload(self, file: Path) -> str:
        """Upload a file; return the upload's name."""
        sent = self.http.post("/uploads", content=chunks_of(file))
        return str(sent.raise_for_status().json()["upload"])

    def imported(self, upload: str) -> None:
        """Import the upload, and wait for the end of the job."""
        begun = self.ask(BEGIN, upload=upload)["importCourse"]
        if begun["userErrors"]:
            raise RuntimeError(begun["userErrors"])
        until = time.monotonic() + PATIENCE
        while (job := self.ask(STATUS, id=begun["importJob"]["id"])["importJob"])["status"] == "RUNNING":
            if time.monotonic() > until:
                raise RuntimeError("The import does not end.")
            time.sleep(0.25)
        if job["status"] != "COMPLETE":
            raise RuntimeError(job["message"])


def chunks_of(file: Path) -> Iterator[bytes]:
    """Yield a file in chunks."""
    with file.open("rb") as source:
        while chunk := source.read(CHUNK):
            yield chunk


def latencies(origin: str, token: str, over: Event) -> list[float]:
    """Return latencies in milliseconds of reads at a steady rate until `over`, each from its due time."""
    client = Client(origin, token)
    found = []
    due = time.perf_counter()
    while not over.is_set():
        client.ask(READ)
        found.append((time.perf_counter() - due) * 1000)
        due += 1 / RATE
        time.sleep(max(due - time.perf_counter(), 0))
    return found


class Readers:
    """Reads during other steps: by the step's name, its seconds, and the reads' milliseconds."""

    def __init__(self, pool: ProcessPoolExecutor, events: Any, origin: str, token: str) -> None:
        self.pool = pool
        self.events = events
        self.who = (origin, token)
        self.seconds: defaultdict[str, list[float]] = defaultdict(list)
        self.reads: defaultdict[str, list[float]] = defaultdict(list)

    def during(self, name: str, work: Callable[[], T]) -> T:
        """Return the result of `work`."""
        over = self.events.Event()
        reading = self.pool.submit(latencies, *self.who, over)
        began = time.perf_counter()
        try:
            done = work()
        finally:
            over.set()
        self.seconds[name].append(time.perf_counter() - began)
        self.reads[name] += reading.result()
        return done

    def lines(self) -> Iterator[str]:
        """Yield lines of a table, with the slowest round."""
        for name, reads in self.reads.items():
            p50, p95 = statistics.median(reads), statistics.quantiles(reads, n=20)[-1]
            seconds = max(self.seconds[name])
            yield f"| {name} | {seconds:.1f} | {len(reads):,} | {p50:.1f} | {p95:.1f} | {max(reads):.1f} |"


def memory(process_id: int, what: str) -> int:
    """Return a process's memory in megabytes: current (`VmRSS`) or maximum (`VmHWM`)."""
    found = re.search(rf"{what}:\s+(\d+) kB", Path(f"/proc/{process_id}/status").read_text())
    return int(found[1]) * 1024 // MEGABYTE if found else 0


def worker_of(server: int) -> int:
    """Return the process id of the worker that a server has started."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            is_worker = b"worker" in (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:  # ended in the meantime
            continue
        if parent == server and is_worker:
            return int(folder.name)
    raise RuntimeError("The server has no worker.")


def measure(service: Service, file: Path, megabytes: int) -> None:
    """Import packages, and print the results."""
    origin, token, server = service.origin, service.tokens["staff"], service.process_id
    client, worker = Client(origin, token), worker_of(server)
    for _ in range(5 * RATE):
        client.ask(READ)
    before = {process: memory(process, "VmRSS") for process in (server, worker)}
    with ProcessPoolExecutor(1) as pool, Manager() as events:
        readers = Readers(pool, events, origin, token)
        for number in range(ROUNDS):
            write_package(file, megabytes, seed=number)
            readers.during("nothing else", lambda: time.sleep(ALONE))
            upload = readers.during("upload", lambda: client.upload(file))
            readers.during("import", partial(client.imported, upload))
    size = file.stat().st_size / MEGABYTE
    say(f"{ROUNDS} packages of {size:.0f} MB in turn, {RATE} reads per second meanwhile.\n")
    say("| While | seconds at most | reads | p50 ms | p95 ms | longest ms |")
    say("| --- | --: | --: | --: | --: | --: |")
    say("\n".join(readers.lines()))
    say("\n| Process | MB before | MB at most |\n| --- | --: | --: |")
    for name, process in (("server", server), ("worker", worker)):
        say(f"| {name} | {before[process]} | {memory(process, 'VmHWM')} |")


def main() -> None:
    """Run it on a server of its own."""
    megabytes = int((*sys.argv[1:], "200")[0])
    with started() as service, TemporaryDirectory(prefix="scholagraph-imports-") as folder:
        measure(service, Path(folder, "package.zip"), megabytes)


if __name__ == "__main__":
    main()
