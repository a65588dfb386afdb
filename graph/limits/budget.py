"""Budgets of one process: a charge is computed here, and settled with other processes later."""

import asyncio
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from graph.limits.figures import BudgetFigures
from models.postgres.database import Database
from resolvers.operations.budget import settle
from resolvers.operations.context import Charge
from resolvers.operations.errors import RateLimited

log = logging.getLogger(__name__)

PAUSE = 1.0
"""Maximum seconds until spending is settled."""

CHUNK = 20
"""Divisor of the burst: an account that spends this part of it is settled immediately."""

MOST_ACCOUNTS = 50_000
"""Maximum number of accounts that a process caches."""


@dataclass(slots=True)
class BudgetAccount:
    """Account of a viewer; `until` is the time, on this process's clock, when it is full again.

    `unsettled` is the part of it, in seconds, that other processes do not know yet.
    """

    until: float = 0.0
    unsettled: float = 0.0


class Budgets:
    """BudgetFigures accounts of all viewers.

    Several processes share a budget: the spending of each is settled in PostgreSQL, for all accounts in one
    statement, within a second; immediately for an account that is new here or has spent a twentieth of its
    burst. Between two settlements each process knows only its own spending: together they may exceed the
    burst by the amount spent in this interval. If the database is unavailable, no request is refused for it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._accounts: dict[str, BudgetAccount] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._settling: asyncio.Task[None] | None = None

    def charge(
        self, database: Database, key: str, budget: BudgetFigures, cost: int, *, enforced: bool = True
    ) -> Charge:
        """Charge an account; raise `RateLimited` if the budget is too low and `enforced` is set.

        A charge above the whole budget passes if the account is full, and is refilled before the next one.
        """
        now = self._clock()
        account = self._accounts.get(key)
        if is_new := account is None:
            account = self._accounts[key] = BudgetAccount()
        ahead = max(account.until - now, 0.0)
        seconds = cost / budget.rate
        room = budget.burst / budget.rate - ahead
        needed = min(seconds, budget.burst / budget.rate)
        if needed > room and enforced:
            wait = max(math.ceil(needed - room), 1)
            message = f"The budget of {budget.burst:,} for {budget.whose} is spent; try again in {wait} s."
            raise RateLimited(message, wait)
        account.until = now + ahead + seconds
        account.unsettled += seconds
        if is_new or account.unsettled * budget.rate * CHUNK > budget.burst:
            self._settle_soon(database, 0)
        elif self._timer is None:
            self._settle_soon(database, PAUSE)
        remaining = max(round((room - seconds) * budget.rate), 0)
        return Charge(cost, budget.burst, budget.burst // budget.rate, remaining, ahead + seconds)

    async def close(self) -> None:
        """Wait for the running settlement."""
        if self._timer is not None:
            self._timer.cancel()
        if self._settling is not None:
            await self._settling

    def _settle_soon(self, database: Database, pause: float) -> None:
        """Settle after `pause` seconds, unless an earlier settlement is due; settlements do not overlap."""
        if self._settling is not None and not self._settling.done():
            return
        loop = asyncio.get_running_loop()
        due = loop.time() + pause
        if self._timer is not None:
            if self._due <= due:
                return
            self._timer.cancel()
        self._due = due  # uvloop's timers do not report when they are due immediately
        self._timer = loop.call_at(due, self._begin, database)

    def _begin(self, database: Database) -> None:
        self._timer = None
        self._settling = asyncio.create_task(self._settle(database))

    async def _settle(self, database: Database) -> None:
        spent = {key: each.unsettled for key, each in self._accounts.items() if each.unsettled}
        for key in spent:
            self._accounts[key].unsettled = 0.0
        try:
            ahead = await settle(database, spent)
        except (PoolTimeout, OperationalError) as error:
            log.warning("Budgets were not settled: %s", error)
            for key, seconds in spent.items():
                self._accounts[key].unsettled += seconds
            return
        except Exception:
            log.exception("Budgets were not settled")
            return
        now = self._clock()
        for key, seconds in ahead.items():
            account = self._accounts[key]
            account.until = now + seconds + account.unsettled
        if len(self._accounts) > MOST_ACCOUNTS:
            self._accounts = {
                key: each for key, each in self._accounts.items() if each.until > now or each.unsettled
            }
