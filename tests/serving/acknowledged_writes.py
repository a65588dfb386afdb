"""Writes of clients, each asked for under a key until it is acknowledged, and what became of them."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from models.postgres.base import new_id
from models.postgres.database import Database

WRITE = """
mutation($title: String!, $key: String!) {
  createTicket(input: {topic: TECHNICAL, title: $title, report: "r", language: "en"}) @idempotent(key: $key) {
    ticketId
    userErrors { code }
  }
}
"""
CLIENTS = 6
REPEATED = 20


def call_of(title: str) -> dict[str, Any]:
    """The request for a ticket of this title, which is its key, too."""
    return {"query": WRITE, "variables": {"title": title, "key": title}}


@dataclass
class Ledger:
    """`acknowledged` are ids of tickets by title, and `last` when.

    `refusals` are codes of answers that were none, `lost` counts requests that were not answered.
    """

    acknowledged: dict[str, str] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    last: float = 0.0
    is_over: bool = False

    async def write(self, client: httpx.AsyncClient) -> None:
        """Write one ticket after the other, each asked for under one key until it is acknowledged.

        At the end the last of them are asked for once more.
        """
        titles = []
        while not self.is_over:
            title = new_id()
            titles.append(title)
            while title not in self.acknowledged:
                try:
                    answer = await client.post("/graphql", json=call_of(title))
                except httpx.TransportError:
                    self.lost += 1
                    continue
                body = answer.json()
                if answer.status_code == 200:
                    assert body["data"]["createTicket"]["userErrors"] == []
                    self.acknowledged[title] = body["data"]["createTicket"]["ticketId"]
                    self.last = time.monotonic()
                    continue
                (error,) = body["errors"]
                assert answer.status_code == 503, body
                assert 1 <= int(answer.headers["retry-after"]) <= 2
                self.refusals[error["extensions"]["code"]] += 1
                await asyncio.sleep(0.05)
        await self.repeat(client, titles[-REPEATED:])

    async def goes_on(self) -> None:
        """Wait until something more is acknowledged."""
        before = self.last
        async with asyncio.timeout(20):
            while self.last == before:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def repeat(self, client: httpx.AsyncClient, titles: Sequence[str]) -> None:
        """Ask again for what this client was acknowledged: the answer is the same."""
        for title in titles:
            answer = await client.post("/graphql", json=call_of(title))
            assert answer.json()["data"]["createTicket"]["ticketId"] == self.acknowledged[title]

    async def holds(self, database: Database) -> None:
        """Compare with what is there: all that was acknowledged, each once."""
        rows = await database.fetch(
            "SELECT title, id FROM tickets WHERE title = ANY(%(titles)s::text[])",
            {"titles": list(self.acknowledged)},
        )
        assert sorted(rows) == sorted(self.acknowledged.items())
