"""Check of one server against its load targets: `python -m bench.targets`.

The workloads run one after the other, for some seconds each, on a durable PostgreSQL of its own. Server,
PostgreSQL and load generator share the machine. `--soak MINUTES` then runs all in parallel, each at half its
target for its part of the time, and reports errors and memory.
"""

import argparse
import asyncio
import signal
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from bench.attempts import Attempts
from bench.data import SECRET, fill, made_id
from bench.load import CONNECTIONS, put_load, warm_up
from bench.queries import OURS, Q1, REST, SLUG, Ask, graphql
from bench.report import machine
from bench.run import HOME, database, say
from bench.servers import OUR_COMMAND, Server, cpu_of, cpu_of_cluster, settle, started
from bench.soak import Paced, soak
from models.postgres.cluster import PostgresCluster

NODE = "query($id: ID!) { node(id: $id) { id ... on Course { title slug status language startsAt } } }"
PAGE = """query($slug: String!) { course(slug: $slug) {
    id title status viewerProgress { visits { available visited } main { scoredPoints possiblePoints } }
    sections { id title position items { id title position contentType maxPoints
        viewerState { visitedAt points } } } } }"""
ITEMS = 6
"""Items of each of the ten sections of the course page."""

TRUSTED = "bench-node"
"""Id of the trusted document."""


@dataclass(frozen=True, slots=True)
class Target:
    """Minimum responses per second, and maximum milliseconds at the 95th percentile; 0 for no target."""

    rate: float
    p95: float = 0.0


TARGETS = {
    "`node(id)`, signed in, trusted document": Target(1_500, 25),
    "Course page: 10 sections, 60 items, own progress": Target(400, 60),
    "Catalogue of 20 courses": Target(1_200, 30),
    "REST read, ETag holds": Target(1_500),
    "Attempts handed in, durable": Target(150),
}
NODES, PAGES, CATALOGUE, RESTS, ATTEMPTS = TARGETS


def main() -> None:
    """Prepare, measure, print a table."""
    chosen = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # also ends the servers
    with ExitStack() as stack:
        cluster = stack.enter_context(PostgresCluster.start(chosen.home, say=say))
        url = database(cluster.url, "bench_targets")
        fill(url)
        shape(url)
        page = graphql("/graphql", PAGE, SECRET, slug=SLUG)
        log = chosen.home / "targets.log"
        server = stack.enter_context(started(OURS, OUR_COMMAND, url, page, log))
        asks = asks_of(server, page)
        settle(server)
        postmaster = int((cluster.data / "postmaster.pid").read_text().split()[0])
        processor = Processor(server.process.pid, postmaster)
        rows = [row(name, server, ask, chosen.seconds, processor) for name, ask in asks.items()]
        rows.append(asyncio.run(handed_in(server, url, chosen.seconds, processor)))
        say(f"\n{machine(cluster.binaries.version, ' '.join(['python -m bench.targets', *sys.argv[1:]]))}\n")
        say("| Workload | answers/s (wanted) | p95 ms (wanted) | CPU ms server + PostgreSQL | |")
        say("| --- | --- | --- | --- | --- |")
        say("\n".join(rows))
        if chosen.soak:
            paced = [Paced(name, ask, TARGETS[name].rate / len(TARGETS) / 2) for name, ask in asks.items()]
            rate = TARGETS[ATTEMPTS].rate / len(TARGETS) / 2
            say(f"\n{asyncio.run(soak(server, url, paced, rate, chosen.soak * 60))}")


def options() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.targets", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="of load per workload")
    parser.add_argument("--soak", type=float, default=0.0, metavar="MINUTES")
    parser.add_argument("--home", type=Path, default=HOME)
    return parser.parse_args()


def shape(url: str) -> None:
    """Give the first course as many items as the target has, and trust its document."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "DELETE FROM items WHERE course_id = %s AND path[array_upper(path, 1)] > %s",
            [made_id(3, 1), ITEMS],
        )
        connection.execute(
            """INSERT INTO persisted_documents (id, text, is_trusted) VALUES (%s, %s, true)
            ON CONFLICT (id) DO UPDATE SET text = excluded.text, is_trusted = true""",
            [TRUSTED, NODE],
        )


def asks_of(server: Server, page: Ask) -> dict[str, Ask]:
    """Return the request of each reading workload; REST's ETag is requested once before."""
    body = b'{"documentId": "%s", "variables": {"id": "%s"}}' % (TRUSTED.encode(), made_id(3, 2).encode())
    trusted, catalogue = Ask("/graphql", body, SECRET), graphql("/graphql", Q1)
    for each in (trusted, page, catalogue):
        told = server.ask(each).json()
        if told.get("errors") or None in told["data"].values():
            raise RuntimeError(f"{each.path}: {told}")
    rest = Ask(REST, None, SECRET)
    held = replace(rest, more={"If-None-Match": server.ask(rest).headers["etag"]})
    if (status := server.ask(held).status_code) != 304:
        raise RuntimeError(f"The tag of a REST read does not hold: {status}.")
    return {NODES: trusted, PAGES: page, CATALOGUE: catalogue, RESTS: held}


@dataclass
class Processor:
    """CPU of the server and of PostgreSQL, by the ids of their main processes."""

    server: int
    postmaster: int
    _before: tuple[float, float] = (0.0, 0.0)

    def now(self) -> tuple[float, float]:
        """Return the seconds of CPU that both have used."""
        return cpu_of(self.server), cpu_of_cluster(self.postmaster)

    def begin(self) -> None:
        """Start to count."""
        self._before = self.now()

    def per(self, requests: int) -> str:
        """Return the milliseconds of each per request."""
        used = (1000 * (now - then) / requests for now, then in zip(self.now(), self._before, strict=True))
        return " + ".join(f"{each:.2f}" for each in used)


def row(name: str, server: Server, ask: Ask, seconds: float, processor: Processor) -> str:
    """Return the table's line of a reading workload."""
    warm = warm_up(server.origin, ask)
    processor.begin()
    load = put_load(server.origin, ask, seconds, warm.requests / warm.seconds)
    return line(name, load.requests / load.seconds, load.p95, processor.per(load.requests))


async def handed_in(server: Server, url: str, seconds: float, processor: Processor) -> str:
    """Return the table's line of submitting attempts that were started before."""
    attempts = Attempts()
    begun = attempts.begin(url)
    await attempts.hand_in(server.origin, begun, time.perf_counter() + seconds / 2, CONNECTIONS)
    attempts.taken.clear()
    processor.begin()
    began = time.perf_counter()
    await attempts.hand_in(server.origin, begun, began + seconds, CONNECTIONS)
    took = time.perf_counter() - began
    taken = sorted(attempts.taken)
    lost, twice = attempts.differences(url)
    p95 = taken[len(taken) * 95 // 100]
    return line(ATTEMPTS, len(taken) / took, p95, processor.per(len(taken)), f"{lost} lost, {twice} twice")


def line(name: str, rate: float, p95: float, processor: str, note: str = "") -> str:
    """Return a line of the table, with the targets that were missed."""
    target = TARGETS[name]
    is_met = rate >= target.rate and (not target.p95 or p95 <= target.p95)
    wanted = f" ({target.p95:g})" if target.p95 else ""
    verdict = ", ".join(filter(None, ("met" if is_met else "**missed**", note)))
    return f"| {name} | {rate:,.0f} ({target.rate:,.0f}) | {p95:.1f}{wanted} | {processor} | {verdict} |"


if __name__ == "__main__":
    main()
