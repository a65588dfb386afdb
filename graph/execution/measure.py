"""What is noted of every operation: figures for Prometheus, and a line for the log where that is wanted."""

import logging
from collections.abc import Mapping
from time import perf_counter
from typing import Any

from graphql import ExecutionResult, GraphQLSchema

from graph.execution.execute import Document, run
from graph.http.reply import code_of
from graph.limits.gate import Gate
from resolvers.operations.context import Context
from serving import metrics
from settings import logs

log = logging.getLogger("graph.http.measure")


async def run_measured(
    schema: GraphQLSchema,
    document: Document,
    context: Context,
    variables: Mapping[str, Any],
    operation_name: str | None = None,
    *,
    gate: Gate | None = None,
    as_text: bool = False,
) -> ExecutionResult:
    """Execute, by the gate if there is one, and note what it took. What is raised whoever answers notes."""
    began = perf_counter()
    name = document.title(operation_name)
    logs.operation.set(name)
    execute = run if gate is None else gate.run
    result = await execute(schema, document, context, variables, operation_name, as_text=as_text)
    note(code_of(result.errors), name, perf_counter() - began, len(context.statements))
    return result


def note(code: str, operation: str = "", seconds: float = 0.0, statements: int = 0) -> None:
    """Note an operation, or a request that was turned away before there was one."""
    metrics.record(operation, code, seconds, statements)
    if log.isEnabledFor(logging.INFO):
        figures = {"code": code, "milliseconds": round(seconds * 1000, 2), "statements": statements}
        log.info("Answered", extra=figures)
