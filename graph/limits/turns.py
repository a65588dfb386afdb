"""Parallel operations of one account in a process are limited: its others wait, so that other accounts do
not. A heavy operation takes several turns: few of them run in parallel.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from graph.limits.figures import BudgetFigures
from resolvers.operations.errors import RateLimited

COST_OF_TURN = 500
"""Cost of an operation per turn that it takes."""

Waiting = tuple[int, asyncio.Future[None]]


class Turns:
    """Turns of all accounts; an operation that waits longer than `patience` seconds is refused."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._running: dict[str, int] = {}
        self._waiting: dict[str, deque[Waiting]] = {}

    @asynccontextmanager
    async def taken(self, key: str, budget: BudgetFigures, cost: int = 0) -> AsyncIterator[None]:
        """Run the block in turns of the account, as many as its cost needs; raise `RateLimited` if it does
        not get them in time.
        """
        turns = min(1 + cost // COST_OF_TURN, budget.at_once)
        running = self._running.get(key, 0)
        if running + turns <= budget.at_once and key not in self._waiting:
            self._running[key] = running + turns
        else:
            await self._wait(key, budget, turns)
        try:
            yield
        finally:
            self._give(key, budget, turns)

    async def _wait(self, key: str, budget: BudgetFigures, turns: int) -> None:
        given: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, deque()).append((turns, given))
        try:
            async with asyncio.timeout(self._patience):
                await given
        except BaseException as error:
            if given.done() and not given.cancelled():
                self._give(key, budget, turns)  # the turn came after the wait had ended
            else:
                self._give(key, budget, 0)  # those after it may need fewer turns
            if isinstance(error, TimeoutError):
                message = f"Only {budget.at_once} operations of {budget.whose} run in parallel."
                raise RateLimited(message, 1) from None
            raise

    def _give(self, key: str, budget: BudgetFigures, turns: int) -> None:
        """Return turns of an account to the operations that wait, in their order."""
        running, waiting = self._running.get(key, 0) - turns, self._waiting.get(key)
        while waiting:
            needed, following = waiting[0]
            if not following.done():
                if running + needed > budget.at_once:
                    break
                following.set_result(None)
                running += needed
            waiting.popleft()
        if not waiting:
            self._waiting.pop(key, None)
        if running:
            self._running[key] = running
        else:
            self._running.pop(key, None)
