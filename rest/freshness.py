"""Freshness of REST responses: the viewer and the tables they were read from, without an execution."""

from collections.abc import Sequence
from contextlib import suppress

from starlette.requests import Request

from resolvers.operations import table_change
from resolvers.operations.errors import CodedError
from rest.conditional import Moment
from rest.in_process import context_for

LASTS = float(table_change.SWEPT_EVERY)
"""Seconds that a response stays cached: as long as table changes are kept."""

CLOCK_LASTS = 15.0
"""The same for a response that depends on the clock, such as a start, an end or a deadline."""


class ByTables:
    """Freshness by the tables that responses were read from."""

    async def asker(self, request: Request) -> str | None:
        """Return everything of the viewer; null for invalid credentials, which the execution refuses."""
        with suppress(CodedError):
            viewer = (await context_for(request)).viewer
            taught, scopes = sorted(viewer.teaches), sorted(viewer.scopes or ())
            known = (viewer.id, viewer.role, taught, viewer.languages, viewer.application_id, scopes)
            return repr((*known, viewer.uses_app, viewer.sees_timed_questions))
        return None

    async def look(self, request: Request, known: Moment | None) -> tuple[str | None, bool]:
        """Execute one statement; a fresh response costs no more than the request's admission."""
        seen, tables = (None, ()) if known is None else (known.seen, known.tables)
        context = await context_for(request)
        now, is_changed = await table_change.look(context.database, seen, tables)
        return now, not is_changed

    def moment(self, seen: str, statements: Sequence[str]) -> Moment | None:
        """Return the tables that the statements name."""
        tables: set[str] = set()
        for sql in statements:
            if (named := table_change.tables_of(sql)) is None:
                return None
            tables |= named
        lasts = CLOCK_LASTS if any(map(table_change.reads_clock, statements)) else LASTS
        return Moment(seen, frozenset(tables), lasts)
