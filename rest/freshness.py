"""What is known of answers of REST routes without executing anything: who asks, and if one still holds."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from starlette.requests import Request

from graph.http.endpoint import context_of
from graph.limits.attendance import asked_by, asking
from graph.limits.figures import TRUSTED, measured
from resolvers.operations import table_change
from resolvers.operations.context import Context
from resolvers.operations.errors import CodedError, RateLimited
from rest.conditional import Moment
from rest.execute import USES_APP

LARGEST_PAGE = 500
"""Maximum page size of a REST route, whose operation document is trusted (Xikolo: courses, 500 per page)."""

OUR_OWN = replace(
    measured(TRUSTED),
    whose="a client of REST routes",
    nodes=sys.maxsize,
    cost=sys.maxsize,
    pays_delivered=True,
)
"""A route's document bounds itself: clients choose nothing of it but the size of a page."""

VIEWER = "scholagraph.viewer"
"""Where a request's scope keeps its viewer, so that each request is asked once who sends it."""

LASTS = float(table_change.SWEPT_EVERY)
"""Seconds for which an answer is remembered: no longer than the changes are."""

CLOCK_LASTS = 15.0
"""The same, where the clock may change an answer: something begins, ends or is due by then."""


class ByTables:
    """Freshness by the tables that answers were read from."""

    async def asker(self, request: Request) -> str | None:
        """All of the viewer; null where the credentials are nobody's, which the execution will say."""
        with suppress(CodedError):
            viewer = (await context_for(request)).viewer
            taught, scopes = sorted(viewer.teaches), sorted(viewer.scopes or ())
            told = (viewer.id, viewer.role, taught, viewer.languages, viewer.application_id, scopes)
            return repr((*told, viewer.uses_app))
        return None

    async def look(self, request: Request, known: Moment | None) -> tuple[str | None, bool]:
        """One statement; who is told that an answer holds pays the least that an operation costs."""
        seen, tables = (None, ()) if known is None else (known.seen, known.tables)
        context = await context_for(request)
        now, is_changed = await table_change.look(context.database, seen, tables)
        if is_changed:
            return now, False
        try:
            request.app.state.gate.charge_least(context, OUR_OWN)
        except RateLimited:
            return now, False  # to be executed, which is refused
        return now, True

    def moment(self, seen: str, statements: Sequence[str]) -> Moment | None:
        """The tables that the statements name."""
        tables: set[str] = set()
        for sql in statements:
            if (named := table_change.tables_of(sql)) is None:
                return None
            tables |= named
        lasts = CLOCK_LASTS if any(map(table_change.reads_clock, statements)) else LASTS
        return Moment(seen, frozenset(tables), lasts)


async def context_for(request: Request) -> Context:
    """A context for the viewer of a request, `Unauthenticated` for a dead token."""
    asked_by(request.scope, request.receive)
    database = request.app.state.database
    if (viewer := request.scope.get(VIEWER)) is not None:
        context = Context(database, viewer, LARGEST_PAGE)
    else:
        context = await context_of(database, request.headers, LARGEST_PAGE)
        if request.scope.get(USES_APP):
            context.viewer = replace(context.viewer, uses_app=True)
        request.scope[VIEWER] = context.viewer
    context.address = asking.get().address
    return context
