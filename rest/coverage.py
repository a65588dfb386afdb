"""Which of the documented routes are served: `routes.tsv` per platform, and what it amounts to."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rest.operation import Operation


class State(StrEnum):
    """What becomes of a request to a documented route."""

    SERVED = "served"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of `routes.tsv`; `source` says where the route is documented or who calls it."""

    method: str
    path: str
    purpose: str
    state: State
    source: str

    @property
    def template(self) -> str:
        """The path with its parameters as `{name}` and without a query, the way `@http` spells it."""
        return re.sub(r"(?<=/):(\w+)", r"{\1}", self.path.partition("?")[0])


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of a platform's documented routes, how many are served; `beyond` counts what no document names."""

    platform: str
    served: int
    documented: int
    beyond: int


def by_operation(lines: Iterable[Row], operations: Iterable[Operation]) -> list[tuple[Row, Operation | None]]:
    """Each route with the operation that serves it; null for one that is open."""
    found = {(each.method, each.path): each for each in operations}
    return [(line, found.get((line.method, line.template))) for line in lines]


CLIENTS = "clients"
"""Source of a route that no document names and real clients call."""


def rows(folder: Path) -> list[Row]:
    """Lines of a platform's `routes.tsv`."""
    with (folder / "routes.tsv").open(newline="") as file:
        return [
            Row(line["method"], line["path"], line["purpose"], State(line["state"]), line["source"])
            for line in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def coverage(platform: str, lines: Iterable[Row]) -> Coverage:
    """Counts over a platform's routes."""
    listed = list(lines)
    documented = [line for line in listed if line.source != CLIENTS]
    return Coverage(
        platform=platform,
        served=sum(line.state is State.SERVED for line in documented),
        documented=len(documented),
        beyond=sum(line.state is State.SERVED for line in listed if line.source == CLIENTS),
    )
