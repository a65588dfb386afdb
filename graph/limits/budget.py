"""Budgets as one process keeps them: a charge is worked out here, and settled with other processes later."""

import asyncio
import logging
import math
import time
from dataclasses import dataclass

from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from graph.limits.figures import OperationLimits
from models.postgres.database import Database
from resolvers.operations.budget import settle
from resolvers.operations.context import Charge
from resolvers.operations.errors import RateLimited

log = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds after which at the latest what was spent is settled."""

CHUNK = 20
"""A part of the burst, one in this many, that an account may spend before it is settled at once."""

MOST_ACCOUNTS = 50_000
"""Accounts that a process remembers."""


@dataclass(slots=True)
class BudgetAccount:
    """`until` is the moment, on this process's clock, up to which the account is spent.

    `unsettled` are the seconds of it that other processes do not know of yet.
    """

    until: float = 0.0
    unsettled: float = 0.0


class Budgets:
    """The accounts of all who pay.

    Several processes share a budget: what each has spent is settled in PostgreSQL, for all accounts in one
    statement, a second later at the latest and at once for an account that is new here or has spent a
    twentieth of its burst. Between two times each process knows only of its own: together they may
    lend more than the burst by what they spend in that time. A database that is away stops nobody.
    """

    def __init__(self) -> None:
        self._accounts: dict[str, BudgetAccount] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._settling: asyncio.Task[None] | None = None

    def charge(
        self, database: Database, key: str, limits: OperationLimits, cost: int, *, enforced: bool = True
    ) -> Charge:
        """Charge an account; `RateLimited` where it holds too little, unless that is only measured."""
        now = time.monotonic()
        account = self._accounts.get(key)
        if is_new := account is None:
            account = self._accounts[key] = BudgetAccount()
        ahead = max(account.until - now, 0.0)
        seconds = cost / limits.rate
        room = limits.burst / limits.rate - ahead
        if seconds > room and enforced:
            wait = max(math.ceil(seconds - room), 1)
            message = f"The budget of {limits.burst:,} for {limits.whose} is spent; come again in {wait} s."
            raise RateLimited(message, wait)
        account.until = now + ahead + seconds
        account.unsettled += seconds
        if is_new or account.unsettled * limits.rate * CHUNK > limits.burst:
            self._settle_soon(database, 0)
        elif self._timer is None:
            self._settle_soon(database, PAUSE)
        remaining = max(round((room - seconds) * limits.rate), 0)
        return Charge(cost, limits.burst, limits.burst // limits.rate, remaining, ahead + seconds)

    async def close(self) -> None:
        """Wait for what is being settled."""
        if self._timer is not None:
            self._timer.cancel()
        if self._settling is not None:
            await self._settling

    def _settle_soon(self, database: Database, pause: float) -> None:
        """Settle after `pause` seconds, unless it is to be done before; one time after the other."""
        if self._settling is not None and not self._settling.done():
            return
        loop = asyncio.get_running_loop()
        due = loop.time() + pause
        if self._timer is not None:
            if self._due <= due:
                return
            self._timer.cancel()
        self._due = due  # a timer of uvloop that is due at once does not tell
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
        now = time.monotonic()
        for key, seconds in ahead.items():
            account = self._accounts[key]
            account.until = now + seconds + account.unsettled
        if len(self._accounts) > MOST_ACCOUNTS:
            self._accounts = {
                key: each for key, each in self._accounts.items() if each.until > now or each.unsettled
            }
