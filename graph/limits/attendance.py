"""Cancellation of operations when the client disconnects or the deadline passes."""

import asyncio
import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from starlette.types import Receive, Scope

from resolvers.operations.errors import Unavailable

PATIENCE = 0.1
"""Seconds before the first check whether the client is still connected; most operations end earlier."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Client that waits for a response: the ASGI callable that reports its disconnect, its IP address, and
    whether it is a router that has shown its secret.
    """

    receive: Receive | None = None
    address: str | None = None
    is_router: bool = False


NOBODY = Asking()

asking: ContextVar[Asking] = ContextVar("asking", default=NOBODY)
"""Client that waits for the operation being executed."""


def asked_by(scope: Scope, receive: Receive | None = None) -> None:
    """Start a request: record its sender as the waiting client. Without `receive` another task observes the
    disconnect.
    """
    client = scope.get("client")
    asking.set(Asking(receive, client[0] if client else None))


class ClientLeft(Exception):  # noqa: N818 (what happened)
    """Raised if the client has closed the connection."""


class Attendance:
    """Cancels the block of a `with` statement after `deadline` seconds, or soon after the client disconnects.

    A passed deadline raises `Unavailable` (TIMEOUT), a disconnect raises `ClientLeft`. `receive` is the ASGI
    callable of a request whose body has been read, or is not read. Cancelling an operation cancels its
    statements, too.
    """

    __slots__ = ("_deadline", "_is_looking", "_receive", "_task", "_timer", "_until", "_watching", "_why")

    def __init__(self, receive: Receive | None, deadline: float) -> None:
        self._receive = receive
        self._deadline = deadline
        self._is_looking = False
        self._why: Exception | None = None
        self._watching: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 (operations run in tasks)
        self._task = task
        loop = asyncio.get_running_loop()
        self._until = loop.time() + self._deadline
        self._timer = loop.call_later(min(PATIENCE, self._deadline), self._look)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._is_looking = False
        if self._watching is not None:
            self._watching.cancel()
        if self._why is not None:
            self._task.uncancel()
            if kind is asyncio.CancelledError:
                raise self._why from error

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Exclude the block's duration from the deadline; the block must have a deadline of its own."""
        loop = asyncio.get_running_loop()
        left, self._until = self._until - loop.time(), math.inf
        self._set_timer()
        try:
            yield
        finally:
            self._until = loop.time() + left
            self._set_timer()

    def _set_timer(self) -> None:
        if self._is_looking:
            self._timer.cancel()
            if self._until < math.inf:
                late = Unavailable(f"The operation took longer than {self._deadline:g} seconds.", "TIMEOUT")
                self._timer = asyncio.get_running_loop().call_at(self._until, self._stop, late)

    def _look(self) -> None:
        self._is_looking = True
        self._set_timer()
        if self._receive is not None:
            self._watching = asyncio.create_task(self._watch(self._receive))

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._stop(ClientLeft())

    def _stop(self, why: Exception) -> None:
        if self._why is None:
            self._why = why
            self._task.cancel()
