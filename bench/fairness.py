"""Latency of a signed-in reader while another address sends the dearest requests without pause:
`python -m bench.fairness`.
"""

import asyncio
import itertools
import statistics
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from multiprocessing import Process, Queue
from pathlib import Path
from urllib.parse import urlsplit

from bench.data import SECRET, fill, made_id
from bench.queries import OURS, Q2, Q3, SLUG, Ask, graphql, queries
from bench.run import HOME, database, say
from bench.servers import OUR_COMMAND, cpu_of, cpu_of_cluster, started
from bench.wire import Wire, request_of
from models.postgres.cluster import PostgresCluster

READER, OTHER = "127.0.0.1", "127.0.0.{}"
"""Addresses of the reader and of the attackers, of whom each has its own."""

CONNECTIONS = 24
"""Connections of the attacker."""

PAUSE = 0.25
"""Seconds between two requests of the reader."""

NOTHING = "nothing else"

TARGET = 200.0
"""Milliseconds that 95 of 100 requests of the reader may take."""

ATTACHMENTS = b" " * 32_000_000

SPREAD = "logins"
"""Attack from as many networks as there are connections: each of them may try only a few times."""

numbers = itertools.count()


def new_document() -> Ask:
    """A valid document of a thousand tokens that no server has seen."""
    fields = " ".join(f"f{next(numbers)}: courses(first: 1) {{ totalCount }}" for _ in range(5))
    names = " ".join(f"a{n}: 1" for n in range(300))
    return graphql("/graphql", f"{{ {fields} courses(filter: {{ {names} }}) {{ totalCount }} }}")


def log_in() -> Ask:
    """An attempt at an account of its own."""
    given = f'{{login: "nobody-{next(numbers)}", password: "x"}}'
    return graphql("/graphql", f"mutation {{ logIn(input: {given}) {{ secret }} }}")


def upload() -> Ask:
    """Statements with attachments, from somebody without credentials."""
    version = {"X-Experience-API-Version": "1.0.3", "Content-Type": "multipart/mixed; boundary=b"}
    return Ask("/xapi/statements", ATTACHMENTS, None, version)


ATTACKS: Mapping[str, Callable[[], Ask]] = {
    "2,000 objects": lambda: graphql("/graphql", Q2.replace("first: 20", "first: 35")),
    "courses by REST": lambda: Ask("/xikolo/api/v2/courses?include=channel,user_enrollment"),
    "sections and items by REST": lambda: Ask(
        f"/xikolo/api/v2/course-sections?filter%5Bcourse%5D={made_id(3, 1)}&include=items"
    ),
    "new documents": new_document,
    "logins": log_in,
    "bodies without credentials": upload,
}


def main() -> None:
    """Run each attack for some seconds; fail if the reader waits too long in one of them."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    chosen = sys.argv[2:]
    with ExitStack() as stack:
        cluster = stack.enter_context(PostgresCluster.start(HOME, durable=False, say=say))
        url = database(cluster.url, "bench_1")
        fill(url, 1)
        postmaster = int((cluster.data / "postmaster.pid").read_text().split()[0])
        first = queries()["Q4"][OURS]
        environment = {"SCHOLAGRAPH_LIMITS": "enforce"}
        log = Path(HOME, "fairness.log")
        server = stack.enter_context(started(OURS, OUR_COMMAND, url, first, log, environment))
        worst = 0.0
        for name in (NOTHING, *ATTACKS):
            if chosen and name not in (NOTHING, *chosen):
                continue
            before = cpu_of(server.process.pid), cpu_of_cluster(postmaster)
            with attacked(server.origin, name, seconds) as answers:
                taken, failed = asyncio.run(measured(server.origin, seconds))
            p50, p95 = (statistics.quantiles(taken, n=100)[place - 1] for place in (50, 95))
            own, theirs = cpu_of(server.process.pid) - before[0], cpu_of_cluster(postmaster) - before[1]
            worst = max(worst, p95)
            say(
                f"{name:<28} p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  {len(taken)} reads, {failed} failed  "
                f"CPU {own / seconds:.2f} + {theirs / seconds:.2f}  {server.rss:.0f} MB  {dict(answers)}"
            )
    if worst > TARGET:
        sys.exit(f"A reader waits {worst:.0f} ms.")


@contextmanager
def attacked(origin: str, name: str, seconds: float) -> Iterator[Counter[int]]:
    """Let another process attack while the block runs; afterwards the result has the statuses it received."""
    answers = Counter[int]()
    if name == NOTHING:
        yield answers
        return
    told: Queue[Counter[int]] = Queue()
    attacker = Process(target=attack, args=(origin, name, seconds + 2, told))
    attacker.start()
    time.sleep(1.0)
    yield answers
    answers.update(told.get(timeout=60))
    attacker.join()


def attack(origin: str, name: str, seconds: float, told: "Queue[Counter[int]]") -> None:
    """Send requests on several connections."""
    place = 2 + list(ATTACKS).index(name)
    addresses = [OTHER.format(place + (100 + n if name == SPREAD else 0)) for n in range(CONNECTIONS)]

    async def all_of_them() -> Counter[int]:
        until, answers = time.perf_counter() + seconds, Counter[int]()
        async with asyncio.TaskGroup() as running:
            for address in addresses:
                running.create_task(repeated(origin, address, ATTACKS[name], until, answers))
        return answers

    told.put(asyncio.run(all_of_them()))


async def measured(origin: str, seconds: float) -> tuple[list[float], int]:
    """Return the milliseconds of the reader's requests, and the number of failures."""
    until = time.perf_counter() + seconds
    request, taken, failed = request_of(origin, graphql("/graphql", Q3, SECRET, slug=SLUG)), list[float](), 0
    async with wired_from(READER, origin) as wire:
        while (began := time.perf_counter()) < until:
            status, body = await wire.answer(request)
            failed += status != 200 or b'"errors"' in body
            taken.append(1000 * (time.perf_counter() - began))
            await asyncio.sleep(PAUSE)
    return taken, failed


async def repeated(
    origin: str, address: str, asking: Callable[[], Ask], until: float, answers: Counter[int]
) -> None:
    """Send requests one after the other, on a new connection after each failure."""
    while time.perf_counter() < until:
        try:
            async with wired_from(address, origin) as wire:
                while time.perf_counter() < until:
                    status, body = await wire.answer(request_of(origin, asking()))
                    answers[status if b"RATE_LIMITED" not in body else 429] += 1
        except (OSError, asyncio.IncompleteReadError, ValueError):
            answers[0] += 1


@asynccontextmanager
async def wired_from(address: str, origin: str) -> AsyncIterator[Wire]:
    """Open a connection from one of this machine's addresses."""
    to = urlsplit(origin)
    reader, writer = await asyncio.open_connection(to.hostname, to.port, local_addr=(address, 0))
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()


if __name__ == "__main__":
    main()
