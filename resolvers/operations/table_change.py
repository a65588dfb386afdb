"""Whether what an answer was read from is as it was, told by one statement.

Every transaction that writes to a table leaves its id in `table_changes` (`models.operations.table_change`),
which is committed with what it wrote or not at all. Who reads remembers PostgreSQL's snapshot from *before*
the first statement of the reading. What a later snapshot sees of `table_changes`, and the remembered one does
not, are exactly the transactions that were committed in between. Where none of them changed a table that was
read, every statement that was run in between found the same rows, and would find them now. Nothing can be
read too early (as a counter that is raised before its commit) or hide (as the id of a row that is committed
late). Snapshots of one server never come again. Those of a standby do not name what still runs: nothing is
remembered there.

What depends on the clock besides is for whoever remembers to bound (`reads_clock`).
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from functools import cache, lru_cache

from models import Base
from models.operations.table_change import UNWATCHED
from models.postgres.database import Database

_LOOK = """
SELECT
    CASE WHEN NOT pg_is_in_recovery() THEN pg_current_snapshot()::text END,
    EXISTS (
        SELECT FROM table_changes
        WHERE transaction >= pg_snapshot_xmin(%(since)s::pg_snapshot)::text::bigint
            AND "table" = ANY (%(tables)s::text[])
            AND NOT pg_visible_in_snapshot(transaction::text::xid8, %(since)s::pg_snapshot)
            AND pg_visible_in_snapshot(transaction::text::xid8, pg_current_snapshot())
    )
"""
# What a dump brought from another cluster may name transactions that are still to come here.

_SWEEP = """
WITH gone AS (
    DELETE FROM table_changes
    WHERE pg_visible_in_snapshot(transaction::text::xid8, %(before)s::pg_snapshot) RETURNING 1
)
SELECT count(*) FROM gone
"""

SWEPT_EVERY = 300
"""Seconds for which a snapshot is worth remembering: what it did not see is not swept before."""

CLOCK = re.compile(
    r"\b(?:now\(\)|(?:current|local)_(?:date|time|timestamp)|\w+_timestamp\(\))", re.IGNORECASE
)


async def look(database: Database, since: str | None, tables: Iterable[str]) -> tuple[str | None, bool]:
    """The snapshot of now (null on a standby), and whether one of `tables` has changed since `since`.

    Without a snapshot to compare with, nothing is known to be as it was.
    """
    bound = {"since": since, "tables": list(tables)}
    ((snapshot, is_changed),) = await database.fetch(_LOOK, bound)
    return snapshot, since is None or is_changed


@lru_cache(maxsize=4096)
def tables_of(sql: str) -> frozenset[str] | None:
    """The tables that a statement may read: all that its text names; null where one is not watched."""
    named = frozenset(re.findall(r"\w+", sql))
    return None if named & UNWATCHED else named & _tables()


@lru_cache(maxsize=4096)
def reads_clock(sql: str) -> bool:
    """Whether what a statement finds depends on when it is run."""
    return CLOCK.search(sql) is not None


def sweeping() -> Callable[[Database], Awaitable[int]]:
    """A job that drops, each time, what the snapshot of the time before has seen: nobody compares with older.

    It says how many rows they were.
    """
    before: str | None = None

    async def sweep_table_changes(database: Database) -> int:
        nonlocal before
        past, (before, _) = before, await look(database, None, ())
        if past is None:
            return 0
        ((count,),) = await database.fetch(_SWEEP, {"before": past})
        return int(count)

    return sweep_table_changes


@cache
def _tables() -> frozenset[str]:
    return frozenset(Base.metadata.tables)
