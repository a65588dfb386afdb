"""Budgets: charged in a process, settled between processes; log-in tries, which count at once."""

import asyncio
import hashlib
from dataclasses import replace
from typing import Any

import pytest
import uvloop
from graphql import GraphQLError

from graph.limits.attendance import Asking, asking
from graph.limits.budget import Budgets
from graph.limits.figures import BudgetFigures
from graph.limits.gate import AdmissionControl
from graph.limits.headers import budget_headers
from models.postgres.base import new_id
from models.postgres.database import Database
from resolvers.access.viewer import Role, Viewer
from resolvers.operations.budget import FURTHEST, forget
from resolvers.operations.context import Charge
from resolvers.operations.errors import RateLimited
from settings.environment import Settings
from tests.conftest import Ask

SMALL = BudgetFigures("anonymous viewers", rate=100, burst=4000, at_once=4)
LOG_IN = 'mutation { logIn(input: {login: "%s", password: "x"}) { userErrors { code } } }'


async def settled(budgets: Budgets) -> None:
    """Waits for what is being settled, and what became due meanwhile."""
    await asyncio.sleep(0.01)
    await budgets.close()


async def test_a_charge_tells_what_is_left(database: Database) -> None:
    budgets, key = Budgets(), new_id()
    charge = budgets.charge(database, key, SMALL, 1000)
    assert (charge.requested, charge.limit, charge.window) == (1000, 4000, 40)
    assert charge.remaining == 3000
    assert charge.reset == pytest.approx(10, abs=0.1)
    await settled(budgets)


async def test_a_spent_account_is_refused_until_it_is_given_back(database: Database) -> None:
    budgets, key = Budgets(), new_id()
    for _ in range(2):
        budgets.charge(database, key, SMALL, 2000)
    with pytest.raises(RateLimited, match="budget of 4,000 for anonymous viewers") as refused:
        budgets.charge(database, key, SMALL, 500)
    assert refused.value.extensions == {"code": "RATE_LIMITED", "retryAfter": 5}
    assert budgets.charge(database, key, SMALL, 500, enforced=False).remaining == 0
    await settled(budgets)


async def test_processes_share_an_account(database: Database) -> None:
    key, one, other = new_id(), Budgets(), Budgets()
    one.charge(database, key, SMALL, 2000)
    await settled(one)
    other.charge(database, key, SMALL, 1000)
    await settled(other)
    assert other.charge(database, key, SMALL, 500).remaining == pytest.approx(500, abs=100)
    await settled(other)
    with pytest.raises(RateLimited):
        other.charge(database, key, SMALL, 2000)


async def test_many_charges_are_settled_by_few_statements(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    fetch = Database.fetch

    async def counted(self: Database, sql: str, parameters: Any) -> Any:
        asked.append(parameters["keys"])
        return await fetch(self, sql, parameters)

    monkeypatch.setattr(Database, "fetch", counted)
    budgets = Budgets()
    keys = [new_id() for _ in range(100)]
    for key in keys:
        budgets.charge(database, key, SMALL, 1)
    await settled(budgets)
    for _ in range(50):
        for key in keys:
            budgets.charge(database, key, SMALL, 1)
    assert asked == [sorted(keys)]
    await budgets.close()


async def test_a_database_that_is_away_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    budgets = Budgets()
    nowhere = Database("postgresql:///nothing?host=/nowhere", pool_wait=0.01)
    await nowhere._pool.open(wait=False)
    budgets.charge(nowhere, new_id(), SMALL, 1)
    await settled(budgets)
    assert "were not settled" in caplog.text
    await nowhere.close()


async def test_a_clock_that_was_set_back_keeps_nobody_out_for_long(ask: Ask) -> None:
    """What is spent until a moment that is an hour ahead was spent by a clock that was an hour ahead."""
    database, budgets, key, login = ask.database, Budgets(), new_id(), new_id()
    budgets.charge(database, key, SMALL, 1)
    await settled(budgets)
    account = f"log-in to {hashlib.sha256(login.encode()).hexdigest()}"
    await ask(LOG_IN % login)
    await database.fetch(
        "UPDATE budgets SET spent_until = now() + interval '1 hour' WHERE key = ANY(%(keys)s) RETURNING key",
        {"keys": [key, account]},
    )
    budgets = Budgets()  # of a process that does not know the account
    budgets.charge(database, key, SMALL, 1)
    await settled(budgets)
    with pytest.raises(RateLimited) as refused:
        budgets.charge(database, key, SMALL, 1)
    assert refused.value.retry_after <= FURTHEST
    assert not (await ask(LOG_IN % login)).errors


async def test_full_accounts_are_forgotten(database: Database) -> None:
    budgets, key = Budgets(), new_id()
    budgets.charge(database, key, replace(SMALL, rate=1_000_000), 1)
    await settled(budgets)
    await asyncio.sleep(0.01)
    assert await forget(database) >= 1
    assert await database.fetch("SELECT 1 FROM budgets WHERE key = %(key)s", {"key": key}) == []


@pytest.mark.parametrize(
    ("viewer", "asker", "key", "budget"),
    [
        (Viewer("7", Role.MEMBER), Asking(None, "10.0.0.1"), "user 7", "signed-in viewers"),
        (Viewer("7", Role.STAFF), Asking(), "user 7", "staff"),
        (Viewer(application_id="8", role=Role.APPLICATION), Asking(), "application 8", "applications"),
        (Viewer(), Asking(None, "10.0.0.1"), "address 10.0.0.1", "anonymous viewers"),
        (Viewer(), Asking(None, "2001:db8:1:2:3::4"), "address 2001:db8:1:2::", "anonymous viewers"),
        (Viewer(), Asking(None, "10.0.0.1", is_router=True), "router 10.0.0.1", "staff"),
    ],
)
def test_who_pays(viewer: Viewer, asker: Asking, key: str, budget: str) -> None:
    before = asking.set(asker)
    found = AdmissionControl(Settings()).payer(viewer)
    asking.reset(before)
    assert (found[0], found[1].whose) == (key, budget)


def test_headers_of_a_budget() -> None:
    charge = Charge(requested=20, limit=4000, window=40, remaining=3980, reset=0.2)
    assert budget_headers(charge) == [
        (b"ratelimit-policy", b'"cost";q=4000;w=40'),
        (b"ratelimit", b'"cost";r=3980;t=1'),
    ]
    late = [GraphQLError("late", extensions={"retryAfter": 2})]
    assert budget_headers(None, late) == [(b"retry-after", b"2")]


async def test_tries_to_log_in_are_limited_per_account(ask: Ask) -> None:
    document = LOG_IN % new_id()
    for _ in range(5):
        assert (await ask.data(document))["logIn"]["userErrors"] == [{"code": "INVALID_CREDENTIALS"}]
    refused = await ask(document)
    (error,) = refused.errors
    assert error["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 12}
    assert len(refused.statements) == 2  # the user and the count: a refused try costs no hashing


async def test_tries_under_aliases_count_each(ask: Ask) -> None:
    login = new_id()
    fields = " ".join(
        f'a{n}: logIn(input: {{login: "{login.upper() if n % 2 else login}", password: "x"}}) '
        "{ userErrors { code } }"
        for n in range(6)
    )
    answer = await ask(f"mutation {{ {fields} }}")
    assert [error["path"] for error in answer.errors] == [["a5"]]


def test_charges_that_come_at_once_are_settled_on_the_loop_that_serves(migrated: str) -> None:
    """Timers of uvloop, on which the server runs, do not tell when they are due."""

    async def charged() -> None:
        database = Database(migrated, pool_size=1)
        await database.open()
        budgets, key = Budgets(), new_id()
        for _ in range(3):
            charge = budgets.charge(database, key, SMALL, 1000)
        assert charge.remaining == 1000
        await settled(budgets)
        await database.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(charged())
