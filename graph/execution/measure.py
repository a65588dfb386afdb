"""Measurements of every operation: figures for Prometheus, and an optional log line."""

import logging
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from time import perf_counter
from typing import Any

from graphql import ExecutionResult, GraphQLSchema

from graph.execution.execute import CheckedDocument, run
from graph.http.reply import code_of
from graph.limits.figures import TRUSTED
from graph.limits.gate import AdmissionControl
from resolvers.operations.context import Context
from settings import logs

log = logging.getLogger("graph.http.measure")

MOST_NAMES = {True: 400, False: 100}
"""Maximum number of operation names that are counted separately: of signed-in viewers and trusted documents,
and of all others, whose names cannot displace the former.
"""

LONGEST_NAME = 64
"""Maximum number of characters of a name that is counted separately."""

OTHERS = "(others)"

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the duration buckets, in seconds."""


class Figures:
    """Number of executions of the operations with one name, their durations and statements."""

    __slots__ = ("classes", "codes", "seconds", "statements")

    def __init__(self) -> None:
        self.codes: Counter[str] = Counter()
        self.classes = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0
        self.statements = 0

    def add(self, other: "Figures") -> None:
        """Add the figures of a name that is no longer counted separately."""
        self.codes.update(other.codes)
        self.classes = [sum(pair) for pair in zip(self.classes, other.classes, strict=True)]
        self.seconds += other.seconds
        self.statements += other.statements


class OperationNames:
    """Figures by name, for the `most` most frequent names (Metwally et al. 2005: Space-Saving).

    Clients choose the names. A new name takes the place of the least frequent one, whose figures move to
    `OTHERS`, and inherits its rank: names that occur once displace each other, but no name in regular use.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.figures: dict[str, Figures] = {}
        self._ranks: dict[str, int] = {}

    def of(self, name: str) -> Figures:
        """Return the figures to count an execution in."""
        if len(name) > LONGEST_NAME or name == OTHERS:
            return self.figures.setdefault(OTHERS, Figures())
        rank = self._ranks.get(name)
        if rank is None:
            rank = self._make_room() if len(self._ranks) >= self.most else 0
            self.figures[name] = Figures()
        self._ranks[name] = rank + 1
        return self.figures[name]

    def _make_room(self) -> int:
        last = min(reversed(self._ranks), key=self._ranks.__getitem__)  # of equals the newest
        self.figures.setdefault(OTHERS, Figures()).add(self.figures.pop(last))
        return self._ranks.pop(last)


operations = {is_known: OperationNames(most) for is_known, most in MOST_NAMES.items()}
"""Figures of this process by operation name, of known clients and of others; anonymous operations have the
empty name.
"""


def counted() -> dict[str, Figures]:
    """Return all figures by name."""
    found: dict[str, Figures] = {}
    for names in operations.values():
        for name, figures in names.figures.items():
            found.setdefault(name, Figures()).add(figures)
    return found


def record(operation: str, code: str, seconds: float, statements: int, *, is_known: bool = False) -> None:
    """Count one execution; `code` is the code of its first error, or `OK`.

    `is_known` is set for signed-in viewers and trusted documents.
    """
    figures = operations[is_known].of(operation)
    figures.codes[code] += 1
    figures.classes[bisect_left(BOUNDS, seconds)] += 1
    figures.seconds += seconds
    figures.statements += statements


async def run_measured(
    schema: GraphQLSchema,
    document: CheckedDocument,
    context: Context,
    variables: Mapping[str, Any],
    operation_name: str | None = None,
    *,
    gate: AdmissionControl | None = None,
    as_text: bool = False,
) -> ExecutionResult:
    """Execute, through the gate if there is one, and record the figures.

    The caller records an exception.
    """
    began = perf_counter()
    name = document.title(operation_name)[: LONGEST_NAME + 1]
    is_known = document.limits.whose == TRUSTED.whose or context.viewer.owner is not None
    logs.operation.set(name)
    execute = run if gate is None else gate.run
    result = await execute(schema, document, context, variables, operation_name, as_text=as_text)
    took = perf_counter() - began
    note(code_of(result.errors), name, took, len(context.statements), is_known=is_known)
    return result


def note(
    code: str, operation: str = "", seconds: float = 0.0, statements: int = 0, *, is_known: bool = False
) -> None:
    """Record an operation, or a request that was refused before execution."""
    record(operation, code, seconds, statements, is_known=is_known)
    if log.isEnabledFor(logging.INFO):
        figures = {"code": code, "milliseconds": round(seconds * 1000, 2), "statements": statements}
        log.info("Answered", extra=figures)
