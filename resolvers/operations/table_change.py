"""Staleness of cached results, checked by one statement.

Every transaction that writes to a table stores its id in `table_changes` (`models.operations.table_change`),
committed with its writes or not at all. A reader stores PostgreSQL's snapshot from *before* its first
statement. Rows of `table_changes` that a later snapshot sees, and the stored one does not, are exactly the
transactions committed in between. If none of them changed a table that was read, every statement run in
between found the same rows, and would find them now. No change can be seen too early (as with a counter that
is raised before its commit) or missed (as with the id of a row that is committed late). Snapshots of one
server never repeat. A standby's snapshots do not list running transactions: nothing is cached there.

Results that also depend on the clock must be bounded by the caller (`reads_clock`).
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
# Rows restored from another cluster's dump may have transaction ids that are still to come here.

_SWEEP = """
WITH gone AS (
    DELETE FROM table_changes
    WHERE pg_visible_in_snapshot(transaction::text::xid8, %(before)s::pg_snapshot) RETURNING 1
)
SELECT count(*) FROM gone
"""

SWEPT_EVERY = 300
"""Validity of a snapshot in seconds: changes that it did not see are not deleted before."""

CLOCK = re.compile(
    r"\b(?:now\(\)|(?:current|local)_(?:date|time|timestamp)|\w+_timestamp\(\))", re.IGNORECASE
)


async def look(database: Database, since: str | None, tables: Iterable[str]) -> tuple[str | None, bool]:
    """Return the current snapshot (null on a standby), and whether one of `tables` changed after `since`.

    Without a snapshot to compare with, the result counts as changed.
    """
    bound = {"since": since, "tables": list(tables)}
    ((snapshot, is_changed),) = await database.fetch(_LOOK, bound)
    return snapshot, since is None or is_changed


@lru_cache(maxsize=4096)
def tables_of(sql: str) -> frozenset[str] | None:
    """Return the tables a statement may read: all in its text; null if one is not watched."""
    named = frozenset(re.findall(r"\w+", sql))
    return None if named & UNWATCHED else named & _tables()


@lru_cache(maxsize=4096)
def reads_clock(sql: str) -> bool:
    """Check whether the result of a statement depends on the time of its run."""
    return CLOCK.search(sql) is not None


def sweeping() -> Callable[[Database], Awaitable[int]]:
    """Return a job that deletes changes seen by the snapshot of its previous run: no reader has an older one.

    The job returns the number of deleted rows.
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
