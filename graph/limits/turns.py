"""How many operations of one account run at once in a process: its others wait, so that nobody else does."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from graph.limits.figures import OperationLimits
from resolvers.operations.errors import RateLimited


class Turns:
    """The turns of all accounts; who waits longer than `patience` seconds is refused."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._running: dict[str, int] = {}
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def taken(self, key: str, limits: OperationLimits) -> AsyncIterator[None]:
        """Within the block an operation of an account has its turn; `RateLimited` where it does not come."""
        running = self._running.get(key, 0)
        if running < limits.at_once:
            self._running[key] = running + 1
        else:
            await self._turn(key, limits)
        try:
            yield
        finally:
            self._give(key)

    async def _turn(self, key: str, limits: OperationLimits) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, deque()).append(turn)
        try:
            async with asyncio.timeout(self._patience):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._give(key)  # it came when nobody waited for it any more
            if isinstance(error, TimeoutError):
                message = f"No more than {limits.at_once} operations of {limits.whose} run at once."
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
