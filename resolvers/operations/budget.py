"""Budgets in the database: processes settle lent amounts there, and spend from accounts directly.

The algorithm is GCRA: one timestamp per account, until which it is spent. Spending moves the timestamp by
cost divided by rate; it may be no further ahead than the refill time of the burst.
"""

from collections.abc import Mapping

from models.postgres.database import Database
from resolvers.loading.sql import SqlStatement
from resolvers.operations.context import Context

FURTHEST = 120.0
"""Maximum seconds an account is spent ahead; beyond that, PostgreSQL's clock was set back since."""

_SETTLE = """
INSERT INTO budgets AS known (key, spent_until)
SELECT key, now() + make_interval(secs => seconds)
FROM unnest(%(keys)s::text[], %(seconds)s::float8[]) AS spent (key, seconds)
ON CONFLICT (key) DO UPDATE
SET spent_until = least(greatest(known.spent_until, now()) + (excluded.spent_until - now()),
    now() + make_interval(secs => %(furthest)s))
RETURNING key, extract(epoch FROM spent_until - now())::float8
"""

_SPEND = """
INSERT INTO budgets AS known (key, spent_until)
SELECT key, now() + make_interval(secs => seconds)
FROM unnest(%(keys)s::text[], %(seconds)s::float8[]) AS spent (key, seconds)
ON CONFLICT (key) DO UPDATE
SET spent_until = CASE WHEN known.spent_until > now() + make_interval(secs => %(furthest)s) THEN now()
    ELSE greatest(known.spent_until, now()) END + (excluded.spent_until - now())
WHERE greatest(known.spent_until, now()) + (excluded.spent_until - now())
    <= now() + make_interval(secs => %(burst)s)
    OR known.spent_until > now() + make_interval(secs => %(furthest)s)
RETURNING key
"""

_FORGET = "WITH past AS (DELETE FROM budgets WHERE spent_until < now() RETURNING 1) SELECT count(*) FROM past"


async def settle(database: Database, spent: Mapping[str, float]) -> dict[str, float]:
    """Add spent seconds by key; return the number of seconds that each account is now spent ahead."""
    keys = sorted(spent)  # the same order in all processes, so that they do not deadlock
    seconds = [spent[key] for key in keys]
    rows = await database.fetch(_SETTLE, {"keys": keys, "seconds": seconds, "furthest": FURTHEST})
    return dict(rows)


async def spend(context: Context, spent: Mapping[str, float], burst: float) -> set[str]:
    """Spend seconds by key in one statement; return the keys of accounts with too little, left unchanged.

    `burst` is the maximum number of seconds an account may be spent ahead.
    """
    keys = sorted(spent)
    seconds = [spent[key] for key in keys]
    bound = {"keys": keys, "seconds": seconds, "burst": burst, "furthest": max(FURTHEST, burst)}
    rows = await context.fetch(SqlStatement(_SPEND, {}), bound)
    return spent.keys() - {key for (key,) in rows}


async def forget(database: Database) -> int:
    """Delete accounts that are full again; return their number."""
    ((count,),) = await database.fetch(_FORGET, {})
    return int(count)
