"""Operations of one account that run at once."""

import asyncio
from dataclasses import replace

import pytest

from graph.limits.figures import BudgetFigures
from graph.limits.turns import COST_OF_TURN, Turns
from resolvers.operations.errors import RateLimited

TWO = BudgetFigures("anonymous viewers", rate=1, burst=1, at_once=2)


async def test_who_runs_enough_waits_and_others_do_not() -> None:
    turns, over, ran = Turns(5), asyncio.Event(), list[str]()

    async def operation(key: str) -> None:
        async with turns.taken(key, TWO):
            ran.append(key)
            await over.wait()

    async with asyncio.TaskGroup() as tasks:
        for key in ("a", "a", "a", "b"):
            tasks.create_task(operation(key))
        await asyncio.sleep(0.01)
        assert ran == ["a", "a", "b"]
        over.set()
    assert ran == ["a", "a", "b", "a"]
    assert (turns._running, turns._waiting) == ({}, {})


async def test_waiting_for_a_turn_has_an_end_after_which_turns_are_given_on() -> None:
    turns = Turns(0.05)
    async with turns.taken("a", TWO), turns.taken("a", TWO):
        with pytest.raises(RateLimited, match="Only 2 operations of anonymous viewers") as refused:
            async with turns.taken("a", TWO):
                pytest.fail("It had a turn.")
        assert refused.value.extensions == {"code": "RATE_LIMITED", "retryAfter": 1}
    async with turns.taken("a", TWO):
        pass
    assert (turns._running, turns._waiting) == ({}, {})


async def test_a_turn_that_comes_to_who_has_left_goes_to_the_next() -> None:
    turns, ran = Turns(5), list[int]()

    async def operation(number: int) -> None:
        async with turns.taken("a", replace(TWO, at_once=1)):
            ran.append(number)

    async with turns.taken("a", replace(TWO, at_once=1)):
        leaving, next_ = (asyncio.create_task(operation(number)) for number in (1, 2))
        await asyncio.sleep(0)
    leaving.cancel()  # it has been given the turn, but has not run since
    await asyncio.gather(leaving, next_, return_exceptions=True)
    assert ran == [2]
    assert (turns._running, turns._waiting) == ({}, {})


async def test_a_heavy_operation_takes_several_turns() -> None:
    turns, ran = Turns(5), list[str]()
    four = replace(TWO, at_once=4)

    async def operation(name: str, cost: int, over: asyncio.Event) -> None:
        async with turns.taken("a", four, cost):
            ran.append(name)
            await over.wait()

    first, rest = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(operation("2,000", 4 * COST_OF_TURN, first))
        for name, cost in (("light", 0), ("600", COST_OF_TURN + 100), ("another", 0), ("last", 0)):
            tasks.create_task(operation(name, cost, rest))
        await asyncio.sleep(0.01)
        assert ran == ["2,000"]
        first.set()
        await asyncio.sleep(0.01)
        assert ran == ["2,000", "light", "600", "another"]
        rest.set()
    assert ran[-1] == "last"
    assert (turns._running, turns._waiting) == ({}, {})


async def test_light_operations_follow_a_heavy_one_that_has_left() -> None:
    turns, ran = Turns(5), list[str]()

    async def operation(name: str, cost: int) -> None:
        async with turns.taken("a", TWO, cost):
            ran.append(name)

    async with turns.taken("a", TWO):
        heavy = asyncio.create_task(operation("heavy", 10 * COST_OF_TURN))
        light = asyncio.create_task(operation("light", 0))
        await asyncio.sleep(0)
        assert ran == []
        heavy.cancel()
        await asyncio.wait_for(light, 1)
    assert ran == ["light"]
    assert (turns._running, turns._waiting) == ({}, {})
