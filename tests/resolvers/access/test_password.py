"""Passwords: hashed by few threads, without a connection; attempts, by account and network."""

import asyncio
import threading
import time
from typing import Any

import pytest
from argon2 import PasswordHasher

from models.people.user import User
from models.postgres.base import new_id
from models.postgres.database import Database
from resolvers.access import password
from resolvers.access.password import AT_ONCE, hash_password, matches
from resolvers.access.throttle import OF_NETWORK, log_in_tried
from resolvers.access.viewer import Viewer
from resolvers.operations.context import Context
from resolvers.operations.errors import RateLimited, Unavailable
from tests.conftest import Ask
from tests.world import World

LOG_IN = """
mutation($login: String!, $password: String!) {
  logIn(input: {login: $login, password: $password}) { secret userErrors { code } }
}
"""
WRONG = [{"code": "INVALID_CREDENTIALS"}]


@pytest.fixture
def verifying(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of verifications that run in parallel, noted at the start of each."""
    running, noted, lock = 0, list[int](), threading.Lock()

    def slow(*_: Any) -> bool:
        nonlocal running
        with lock:
            running += 1
            noted.append(running)
        time.sleep(0.01)
        with lock:
            running -= 1
        return False

    monkeypatch.setattr(PasswordHasher, "verify", slow)
    return noted


async def test_few_passwords_are_hashed_in_parallel(verifying: list[int]) -> None:
    await asyncio.gather(*(matches(None, "x") for _ in range(4 * AT_ONCE)))
    assert len(verifying) == 4 * AT_ONCE
    assert max(verifying) == AT_ONCE


async def test_too_many_waiting_logins_are_refused(
    verifying: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(password, "MOST_WAITING", 2)
    tried = await asyncio.gather(*(matches(None, "x") for _ in range(AT_ONCE + 5)), return_exceptions=True)
    assert tried[: AT_ONCE + 2] == [False] * (AT_ONCE + 2)
    assert all(isinstance(each, Unavailable) for each in tried[AT_ONCE + 2 :])
    assert not await matches(None, "x")


async def test_hashing_holds_no_connection(
    migrated: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await world.user(password_hash=hash_password("right"))
    lone = Database(migrated, pool_size=1, pool_wait=0.5)
    await lone.open()
    read: list[Any] = []

    async def reading(*_: Any) -> bool:
        read.append(await lone.fetch("SELECT 1", {}))
        return True

    monkeypatch.setattr("resolvers.people.token.matches", reading)
    payload = (await Ask(lone).data(LOG_IN, login=user.username, password="right"))["logIn"]
    await lone.close()
    assert (read, payload["userErrors"]) == ([[(1,)]], [])


async def test_a_password_that_changes_meanwhile_gives_no_token(
    ask: Ask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await world.user(password_hash=hash_password("old"))

    async def changing(kept: str, given: str) -> bool:
        async with ask.database.transaction() as session:
            row = await session.get_one(User, user.id)
            row.password_hash = hash_password("new")
        return True

    monkeypatch.setattr("resolvers.people.token.matches", changing)
    payload = (await ask.data(LOG_IN, login=user.username, password="old"))["logIn"]
    assert payload == {"secret": None, "userErrors": WRONG}


async def test_attempts_at_an_account_count_however_its_login_is_written(ask: Ask, world: World) -> None:
    local = f"mini-{new_id()}"
    user = await world.user(email=f"{local}@example.org", password_hash=hash_password("right"))
    ((lower,),) = await ask.database.fetch("SELECT lower('İ')", {})
    logins = [f"{local}@EXAMPLE.org", f"{local.upper()}@example.org", user.username, f"{local}@example.org"]
    if lower == "i":  # as most locales of PostgreSQL have it; Python makes two characters of it
        logins[0] = f"{local}@example.org".replace("i", "İ")
    for login in (*logins, user.username):
        assert (await ask.data(LOG_IN, login=login, password="x"))["logIn"]["userErrors"] == WRONG
    for login in (user.username, logins[0]):
        (error,) = (await ask(LOG_IN, login=login, password="right")).errors
        assert error["extensions"]["code"] == "RATE_LIMITED"


async def test_attempts_from_a_network_count_together(database: Database) -> None:
    own = new_id().replace("-", "")
    network = f"2001:db8:{own[-8:-4]}:{own[-4:]}"
    for number in range(OF_NETWORK):
        context = Context(database, Viewer(), address=f"{network}::{number:x}")
        await log_in_tried(context, None, new_id())
    with pytest.raises(RateLimited):
        await log_in_tried(Context(database, Viewer(), address=f"{network}:1::"), None, new_id())
    await log_in_tried(Context(database, Viewer(), address="2001:db8::"), None, new_id())
