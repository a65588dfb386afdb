"""Coverage of the documented routes: `routes.tsv` per platform, and its counts."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rest.operation import Operation


class State(StrEnum):
    """State of a documented route."""

    SERVED = "served"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of `routes.tsv`; `source` names the document of the route, or the clients that call it."""

    method: str
    path: str
    purpose: str
    state: State
    source: str

    @property
    def template(self) -> str:
        """Path without a query, with its parameters as `{name}`, as `@http` spells it."""
        return re.sub(r"(?<=/):(\w+)", r"{\1}", self.path.partition("?")[0])


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of a platform's documented routes; `beyond` counts served routes that no document names."""

    platform: str
    served: int
    documented: int
    beyond: int


def by_operation(lines: Iterable[Row], operations: Iterable[Operation]) -> list[tuple[Row, Operation | None]]:
    """Return each route with the operation that serves it; null if the route is open."""
    found = {(each.method, each.path): each for each in operations}
    return [(line, found.get((line.method, line.template))) for line in lines]


CLIENTS = "clients"
"""Source of a route that no document names but real clients call."""


def rows(folder: Path) -> list[Row]:
    """Return the lines of a platform's `routes.tsv`."""
    with (folder / "routes.tsv").open(newline="") as file:
        return [
            Row(line["method"], line["path"], line["purpose"], State(line["state"]), line["source"])
            for line in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def coverage(platform: str, lines: Iterable[Row]) -> Coverage:
    """Return the counts of a platform's routes."""
    listed = list(lines)
    documented = [line for line in listed if line.source != CLIENTS]
    return Coverage(
        platform=platform,
        served=sum(line.state is State.SERVED for line in documented),
        documented=len(documented),
        beyond=sum(line.state is State.SERVED for line in listed if line.source == CLIENTS),
    )
