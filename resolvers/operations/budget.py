"""Budgets in the database: there processes settle what each has lent, and spend what is to count at once.

The algorithm is GCRA: one moment per account, up to which it is spent. What is spent moves it on by its price
over the rate; it may lie no further ahead than the burst takes to be given back.
"""

from collections.abc import Mapping

from models.postgres.database import Database
from resolvers.loading.sql import SqlStatement
from resolvers.operations.context import Context

FURTHEST = 120.0
"""Seconds that no account is spent ahead: where one is, the clock of PostgreSQL was set back since."""

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
    """Add what was spent, in seconds by key; answers by how many seconds each account is spent ahead now."""
    keys = sorted(spent)  # in one order everywhere, so that no two processes wait for each other
    seconds = [spent[key] for key in keys]
    rows = await database.fetch(_SETTLE, {"keys": keys, "seconds": seconds, "furthest": FURTHEST})
    return dict(rows)


async def spend(context: Context, spent: Mapping[str, float], burst: float) -> set[str]:
    """Spend of accounts at once, in seconds by key; answers those that hold too little and stay as they are.

    `burst` is how many seconds an account may be spent ahead.
    """
    keys = sorted(spent)
    seconds = [spent[key] for key in keys]
    bound = {"keys": keys, "seconds": seconds, "burst": burst, "furthest": FURTHEST}
    rows = await context.fetch(SqlStatement(_SPEND, {}), bound)
    return spent.keys() - {key for (key,) in rows}


async def forget(database: Database) -> int:
    """Drop accounts that are full again; how many there were."""
    ((count,),) = await database.fetch(_FORGET, {})
    return int(count)
