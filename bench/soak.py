"""Mixed load at a steady rate for a long time, to find errors and growth of memory."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from bench.attempts import Attempts, quiz_of
from bench.queries import Ask
from bench.servers import Server
from bench.wire import request_of, wired

CONNECTIONS = 4
"""Connections of each workload."""

SETTLED = 0.2
"""Ratio of the run time until memory is that of a warmed-up server."""

POOL = re.compile(r"^scholagraph_pool_(\w+) ([\d.]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Paced:
    """A workload, and its requests per second."""

    name: str
    ask: Ask
    rate: float


async def soak(server: Server, url: str, reads: Sequence[Paced], attempts: float, seconds: float) -> str:
    """Run all workloads in parallel, with `attempts` submissions per second; return the result as text."""
    until = time.perf_counter() + seconds
    answers, handed_in = Counter[int](), Attempts()
    async with asyncio.TaskGroup() as running:
        for each in reads:
            for _ in range(CONNECTIONS):
                running.create_task(_ask(server.origin, each, until, answers))
        for place in range(CONNECTIONS):
            running.create_task(_hand_in(server.origin, 20 + place, attempts, until, handed_in))
        await asyncio.sleep(seconds * SETTLED)
        settled = server.rss
    await asyncio.sleep(1)
    grown = server.rss / settled - 1
    lost, twice = handed_in.differences(url)
    async with httpx.AsyncClient() as client:
        pool = dict(POOL.findall((await client.get(f"{server.origin}/metrics")).text))
    told = ", ".join(f"{count:,} times {status}" for status, count in sorted(answers.items()))
    return (
        f"Soak of {seconds / 60:g} min: {told}; {len(handed_in.acknowledged):,} attempts handed in, "
        f"{lost} lost, {twice} twice. Memory {settled:.0f} MB, {100 * grown:+.1f} % since it settled. "
        f"Pool afterwards: {', '.join(f'{name} {float(value):.0f}' for name, value in pool.items())}."
    )


async def _ask(origin: str, paced: Paced, until: float, answers: Counter[int]) -> None:
    request, pause = request_of(origin, paced.ask), CONNECTIONS / paced.rate
    async with wired(origin) as wire:
        while (began := time.perf_counter()) < until:
            status, _ = await wire.answer(request)
            answers[status] += 1
            await asyncio.sleep(max(0.0, began + pause - time.perf_counter()))


async def _hand_in(origin: str, number: int, rate: float, until: float, attempts: Attempts) -> None:
    pause = CONNECTIONS / rate
    async with wired(origin) as wire:
        quiz = await quiz_of(wire, origin, number)
        while (began := time.perf_counter()) < until:
            await attempts.attempt(wire, origin, number, quiz)
            await asyncio.sleep(max(0.0, began + pause - time.perf_counter()))
