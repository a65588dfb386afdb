"""Comparison of servers side by side: `python -m bench`."""

import argparse
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import gettempdir

import psycopg
from sqlalchemy import make_url

from bench.data import fill
from bench.load import put_load, warm_up
from bench.picture import picture
from bench.queries import OURS, Ask, normalised, queries
from bench.report import Measured, Process, machine, table
from bench.servers import Server, commands, cpu_of, cpu_of_cluster, started
from models.postgres.cluster import PostgresCluster
from models.postgres.migrate import migrate
from settings.environment import ROOT

HOME = Path(gettempdir(), "scholagraph-bench")
"""Folder of PostgreSQL's data, which are generated once."""


def main() -> None:
    """Prepare the data, start all servers, compare their responses, measure, and print the tables."""
    chosen = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # also ends the servers
    with ExitStack() as stack:
        cluster = stack.enter_context(PostgresCluster.start(chosen.home, durable=False, say=say))
        url = database(cluster.url, f"bench_{chosen.scale}")
        sizes = fill(url, chosen.scale)
        say("Rows: " + ", ".join(f"{each.rows:,} {each.table}" for each in sizes) + ".")
        asked = {name: each for name, each in queries().items() if name.startswith(tuple(chosen.queries))}
        servers = {}
        for name, command in commands().items():
            if name != OURS and not any(word in name for word in chosen.servers):
                continue
            first = queries()["Q4"][name]
            log = chosen.home / f"{'-'.join(name.lower().split())}.log"
            servers[name] = stack.enter_context(started(name, command, url, first, log))
        same_answers(servers, asked)
        postmaster = int((cluster.data / "postmaster.pid").read_text().split()[0])
        results = measured(servers, asked, postmaster, chosen.rounds, chosen.seconds)
        processes = {name: Process(server.rss, server.start) for name, server in servers.items()}
        text = table(results, processes)
        version = cluster.binaries.version
    typed = " ".join(["python -m bench", *sys.argv[1:]])
    report = f"# One run of the benchmark\n\n{machine(version, typed)}\n\n{text}\n"
    say(f"\n{report}")
    chosen.out.write_text(report)
    chosen.out.with_suffix(".svg").write_text(picture(results))


def options() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--scale", type=int, default=1, help="times the standard amount of data")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="of load per server, query and round")
    parser.add_argument("--queries", nargs="*", default=["Q"], help="such as Q1 Q4; all where left out")
    parser.add_argument("--servers", nargs="*", default=[""], help="beside ours, by a part of their names")
    parser.add_argument("--home", type=Path, default=HOME)
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "RESULTS.md")
    return parser.parse_args()


def database(url: str, name: str) -> str:
    """Return the URL of the database with this name, created and migrated if needed."""
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f"CREATE DATABASE {name}".encode())
    found = make_url(url).set(database=name).render_as_string(hide_password=False)
    migrate(found)
    return found


def same_answers(servers: Mapping[str, Server], asked: Mapping[str, Mapping[str, Ask]]) -> None:
    """Compare the responses of all servers; raise `ValueError` if one differs from Scholagraph's."""
    for query, asks in asked.items():
        answers = {name: servers[name].ask(asks[name]) for name in servers if name in asks}
        for name, answer in answers.items():
            if not answer.is_success:
                raise ValueError(f"{query}: {name} answers {answer.status_code}: {answer.text[:500]}")
        said = {name: normalised(query, answer.content) for name, answer in answers.items()}
        for name, each in said.items():
            if each != said[OURS]:
                raise ValueError(f"{query}: {name} says {str(each)[:700]}\nand ours {str(said[OURS])[:700]}")
        sizes = ", ".join(f"{name} {len(answer.content):,} B" for name, answer in answers.items())
        say(f"{query}: the same data from all ({sizes}).")


def measured(
    servers: Mapping[str, Server],
    asked: Mapping[str, Mapping[str, Ask]],
    postmaster: int,
    rounds: int,
    seconds: float,
) -> dict[str, dict[str, Measured]]:
    """Run rounds of all servers and queries in turn, after a warm-up round."""
    results = {query: {name: Measured() for name in servers if name in asks} for query, asks in asked.items()}
    rates = {}
    for count in range(rounds + 1):
        began = time.monotonic()
        for query, each in results.items():
            for name, into in each.items():
                server, ask = servers[name], asked[query][name]
                if count == 0:
                    load = warm_up(server.origin, ask)
                    rates[query, name] = load.requests / load.seconds
                    continue
                own, postgres = cpu_of(server.process.pid), cpu_of_cluster(postmaster)
                load = put_load(server.origin, ask, seconds, rates[query, name])
                into.add(load, cpu_of(server.process.pid) - own, cpu_of_cluster(postmaster) - postgres)
        say(f"{'Round ' + str(count) if count else 'Warm-up'}: {time.monotonic() - began:.0f} s.")
    return results


def say(text: str) -> None:
    """Print a line, unbuffered."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
