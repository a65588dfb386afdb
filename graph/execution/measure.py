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
from graph.limits.gate import AdmissionControl
from resolvers.operations.context import Context
from settings import logs

log = logging.getLogger("graph.http.measure")

MOST_NAMES = 500
"""Maximum number of operation names that are counted separately; clients choose the names."""

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


operations: dict[str, Figures] = {}
"""Figures of this process by operation name; anonymous operations have the empty name."""


def record(operation: str, code: str, seconds: float, statements: int) -> None:
    """Count one execution; `code` is the code of its first error, or `OK`."""
    figures = operations.get(operation)
    if figures is None:
        name = operation if len(operations) < MOST_NAMES else OTHERS
        figures = operations.setdefault(name, Figures())
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
    name = document.title(operation_name)
    logs.operation.set(name)
    execute = run if gate is None else gate.run
    result = await execute(schema, document, context, variables, operation_name, as_text=as_text)
    note(code_of(result.errors), name, perf_counter() - began, len(context.statements))
    return result


def note(code: str, operation: str = "", seconds: float = 0.0, statements: int = 0) -> None:
    """Record an operation, or a request that was refused before execution."""
    record(operation, code, seconds, statements)
    if log.isEnabledFor(logging.INFO):
        figures = {"code": code, "milliseconds": round(seconds * 1000, 2), "statements": statements}
        log.info("Answered", extra=figures)
