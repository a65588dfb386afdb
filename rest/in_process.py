"""Executor of REST documents in this process: viewer, limits, planned document, one execution."""

import sys
from collections.abc import Awaitable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

from graphql import ExecutionResult, GraphQLError
from starlette.requests import Request

from graph.declaring.schema import public_schema
from graph.execution.execute import CheckedDocument, prepare
from graph.execution.measure import note, run_measured
from graph.http.endpoint import context_of
from graph.http.refusal import refusal_of
from graph.limits.attendance import asked_by, asking
from graph.limits.figures import TRUSTED, measured
from graph.limits.gate import FILE_BYTES, LEAST, charged
from graph.limits.metered_body import announced
from resolvers.access.credentials import EVERY
from resolvers.access.viewer import Viewer
from resolvers.operations.context import Context
from rest.execute import AUTH, SEES_TIMED_QUESTIONS, USES_APP
from settings import logs

LARGEST_PAGE = 500
"""Maximum objects per page of a REST route, whose document is trusted (Xikolo: courses lists 500)."""

OUR_OWN = replace(
    measured(TRUSTED),
    nodes=sys.maxsize,
    cost=sys.maxsize,
    pays_delivered=True,
    chosen_by_client=False,
)
"""Limits of a route's document, which bounds itself: a client chooses only the size of a page.

The budget is that of the viewer, as at `/graphql`.
"""

VIEWER = "scholagraph.viewer"
"""Key of a request's scope: its viewer, so that each request is authenticated and admitted once."""

PREPAID = "scholagraph.prepaid"
"""Key of a request's scope: cost that was charged at its admission, until its first execution."""


@cache
def document_of(text: str) -> CheckedDocument:
    """Return a route's prepared document: made at first use, planned at first execution, never evicted."""
    return prepare(public_schema, text, OUR_OWN)


async def admit(request: Request) -> None:
    """Find the viewer of a request and charge the minimum and its body, before the body is read
    (`rest.execute.Admit`).
    """
    with _refusing():
        context = await context_for(request)
        if bytes_ := announced(request):
            request.app.state.gate.pay(context.database, context.viewer, bytes_ // FILE_BYTES)


async def admit_as(request: Request, finding: Awaitable[Viewer]) -> None:
    """Admit the viewer that `finding` returns, instead of that of the request's header."""
    with _refusing():
        asked_by(request.scope, request.receive)
        state = request.app.state
        request.scope[VIEWER] = await state.gate.admit(state.database, finding)
        request.scope[PREPAID] = LEAST


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn every error of an admission into a `Refusal`, and count it."""
    try:
        yield
    except Exception as error:
        refusal = refusal_of(error)
        note(refusal.code, logs.operation.get())
        raise refusal from error


async def context_for(request: Request) -> Context:
    """Return the context for the viewer of a request.

    Raises `Unauthenticated` if the credentials are invalid, `RateLimited` if the budget is spent.
    """
    asked_by(request.scope, request.receive)
    state = request.app.state
    if (viewer := request.scope.get(VIEWER)) is not None:
        context = Context(state.database, viewer, LARGEST_PAGE)
    else:
        kinds = request.scope.get(AUTH, EVERY)
        context = await context_of(state.gate, state.database, request.headers, LARGEST_PAGE, kinds)
        request.scope[PREPAID] = context.prepaid
        uses_app, sees_timed = (bool(request.scope.get(key)) for key in (USES_APP, SEES_TIMED_QUESTIONS))
        if uses_app or sees_timed:
            context.viewer = replace(context.viewer, uses_app=uses_app, sees_timed_questions=sees_timed)
        request.scope[VIEWER] = context.viewer
    context.address = asking.get().address
    return context


async def execute_in_process(
    document: str, variables: Mapping[str, Any], request: Request, /
) -> ExecutionResult:
    """Execute a document of a REST route as `/graphql` does (`rest.execute.Execute`)."""
    try:
        context = await context_for(request)
        if prepaid := request.scope.pop(PREPAID, 0):
            context.charge, context.prepaid = charged.get(), prepaid
        if (key := request.headers.get("idempotency-key")) is not None:
            context.idempotency_key = key.strip('"')
        gate = request.app.state.gate
        result = await run_measured(public_schema, document_of(document), context, variables, gate=gate)
    except Exception as error:  # noqa: BLE001 (every request gets a response)
        refusal = refusal_of(error)
        note(refusal.code, logs.operation.get())
        return ExecutionResult(None, [GraphQLError(refusal.message, extensions=refusal.extensions)])
    return ExecutionResult(result.data, result.errors, {"statements": context.statements})
