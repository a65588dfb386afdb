"""Parallel operations of one account in a process are limited: its others wait, so that other accounts do
not.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from graph.limits.figures import Budget
from resolvers.operations.errors import RateLimited


class Turns:
    """Turns of all accounts; an operation that waits longer than `patience` seconds is refused."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._running: dict[str, int] = {}
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def taken(self, key: str, budget: Budget) -> AsyncIterator[None]:
        """Run the block in a turn of the account; raise `RateLimited` if it does not get one in time."""
        running = self._running.get(key, 0)
        if running < budget.at_once:
            self._running[key] = running + 1
        else:
            await self._turn(key, budget)
        try:
            yield
        finally:
            self._give(key)

    async def _turn(self, key: str, budget: Budget) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, deque()).append(turn)
        try:
            async with asyncio.timeout(self._patience):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._give(key)  # the turn came after the wait had ended
            if isinstance(error, TimeoutError):
                message = f"Only {budget.at_once} operations of {budget.whose} run in parallel."
                raise RateLimited(message, 1) from None
            raise

    def _give(self, key: str) -> None:
        waiting = self._waiting.get(key)
        while waiting:
            if not (following := waiting.popleft()).done():
                following.set_result(None)
                return
        self._waiting.pop(key, None)
        self._running[key] -= 1
        if not self._running[key]:
            del self._running[key]
