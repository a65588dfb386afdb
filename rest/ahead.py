"""Plans of REST routes, made before anybody asks: in the background, while the first requests come."""

import asyncio
from collections.abc import Sequence
from functools import cache

from graph.declaring.schema import public_schema
from graph.execution.execute import CheckedDocument, plans, prepare
from rest.freshness import OUR_OWN

PAUSE = 0.01
"""Seconds between two plans, in which requests are answered; a plan takes some milliseconds."""


@cache
def of_route(text: str) -> CheckedDocument:
    """A route's document, prepared; kept for good, as there are few, whatever else clients send."""
    return prepare(public_schema, text, OUR_OWN)


class Ahead:
    """Prepares and plans documents of routes, one after the other, unless it is closed before."""

    def __init__(self, documents: Sequence[str]) -> None:
        self._documents = documents

    def open(self) -> None:
        """Begin, in the background."""
        self.work = asyncio.create_task(self._work())

    async def close(self) -> None:
        """End."""
        self.work.cancel()
        await asyncio.gather(self.work, return_exceptions=True)

    async def _work(self) -> None:
        for text in self._documents:
            await asyncio.sleep(PAUSE)
            for _ in plans(public_schema, of_route(text)):
                await asyncio.sleep(PAUSE)
