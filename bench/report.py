"""Measurements as Markdown."""

import os
import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.load import CONNECTIONS, Load, generator
from bench.queries import OURS
from bench.servers import NODE

TARGETS = {
    "stock Strawberry execution": {"Q1": 1 / 6, "Q2": 1 / 20, "Q3": 1 / 15, "Q4": 1 / 6},
    "PostGraphile 5": {"Q1": 0.6, "Q2": 0.3, "Q3": 0.3, "Q4": 0.5},
    "Mercurius + graphql-jit": {"Q1": 1.0, "Q2": 0.5, "Q3": 0.35, "Q4": 1.0},
    "the floor": {"Q1": 1.3, "Q2": 1.2, "Q3": 1.5, "Q4": 1.3},
}
"""Maximum ratio of Scholagraph's CPU per request to the other server's."""

REST_TARGET = 1.15

MOST_RSS = 90.0
"""Maximum memory of Scholagraph under load, in MB."""

LONGEST_START = 1.5
"""Maximum seconds from start to first response."""


@dataclass(slots=True)
class Measured:
    """Rounds of one server with one query; CPU in milliseconds per request."""

    loads: list[Load] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)

    def add(self, load: Load, server: float, database: float) -> None:
        """Add a round, with the seconds of CPU that it took."""
        self.loads.append(load)
        self.server.append(server * 1000 / load.requests)
        self.database.append(database * 1000 / load.requests)

    @property
    def best(self) -> tuple[float, float]:
        """CPU of server and PostgreSQL in the cheapest round: noise only ever adds."""
        return min(zip(self.server, self.database, strict=True), key=sum)

    @property
    def cpu(self) -> float:
        """CPU of both together."""
        return sum(self.best)

    @property
    def rate(self) -> float:
        """Requests per second, of the median round."""
        return median(load.requests / load.seconds for load in self.loads)

    @property
    def p50(self) -> float:
        """Median latency in milliseconds, of the median round."""
        return median(load.p50 for load in self.loads)

    @property
    def p99(self) -> float:
        """99th percentile of latency in milliseconds, of the median round."""
        return median(load.p99 for load in self.loads)


Results = Mapping[str, Mapping[str, Measured]]
"""Measurements by query, then by server."""


@dataclass(frozen=True, slots=True)
class Process:
    """Memory in MB under load, and seconds from start to first response."""

    rss: float
    start: float


def table(results: Results, processes: Mapping[str, Process]) -> str:
    """Return all measurements."""
    rows = [
        (
            query,
            server,
            f"{each.rate:,.0f}",
            f"{each.p50:.1f}",
            f"{each.p99:.1f}",
            "{:.2f} + {:.2f}".format(*each.best),
            f"{each.cpu:.2f}",
            _ratio(measured, server),
        )
        for query, measured in results.items()
        for server, each in measured.items()
    ]
    head = (
        "Query",
        "Server",
        "requests/s",
        "p50 ms",
        "p99 ms",
        "CPU ms server + PostgreSQL",
        "CPU ms",
        "ours / other",
    )
    return "\n\n".join(
        (
            _grid(head, rows),
            "Targets: CPU per request, ours / other (target: at most).",
            _grid(("", *_wanted(results)), _targets(results)),
            *_rest(results),
            _grid(("Server", "RSS MB under load", "s from start to first response"), _own(processes)),
        )
    )


def _ratio(measured: Mapping[str, Measured], server: str) -> str:
    if server == OURS or OURS not in measured:
        return ""
    return f"{measured[OURS].cpu / measured[server].cpu:.3f}"


def _wanted(results: Results) -> list[str]:
    return [name for name in ("Q1", "Q2", "Q3", "Q4") if name in results]


def _targets(results: Results) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for server, wanted in TARGETS.items():
        cells = [server]
        for query in _wanted(results):
            measured = results[query]
            if server not in measured:
                cells.append("-")
                continue
            ratio = measured[OURS].cpu / measured[server].cpu
            cells.append(_held(f"{ratio:.3f}", ratio, wanted[query]))
        rows.append(cells)
    return rows


def _rest(results: Results) -> list[str]:
    """Return the cost of a REST read, by the same operation in GraphQL."""
    if not {"Q5", "Q5 REST"} <= results.keys():
        return []
    ratio = results["Q5 REST"][OURS].cpu / results["Q5"][OURS].cpu
    return [f"REST / GraphQL (Q5), CPU per request: {_held(f'{ratio:.2f}', ratio, REST_TARGET)}."]


def _own(processes: Mapping[str, Process]) -> list[Sequence[str]]:
    """Return memory and start of each server, Scholagraph's with its targets."""
    return [
        (
            name,
            _held(f"{each.rss:.0f}", each.rss, MOST_RSS),
            _held(f"{each.start:.2f}", each.start, LONGEST_START),
        )
        if name == OURS
        else (name, f"{each.rss:.0f}", f"{each.start:.2f}")
        for name, each in processes.items()
    ]


def _held(shown: str, figure: float, wanted: float) -> str:
    """Return a value next to its target."""
    return f"{shown} ({wanted:.3g})" + ("" if figure <= wanted else " **missed**")


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *(list(row) + [""] * (len(head) - len(row)) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine(postgres: str, command: str) -> str:
    """Return machine, date and conditions of the measurement."""
    model = next(
        (
            line.partition(": ")[2]
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    node = "none"
    if NODE.exists():
        node = subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return "\n".join(
        (
            f"{datetime.now(UTC):%d %B %Y, %H:%M} UTC; {os.cpu_count()} cores ({model}),",
            f"Python {platform.python_version()}, PostgreSQL {postgres}, Node {node};",
            f"load by {generator()}, {CONNECTIONS} connections; command: `{command}`.",
        )
    )
