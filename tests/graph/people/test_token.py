"""Logging in; making and revoking tokens."""

import asyncio
import re
from typing import Any

import pytest
from argon2 import PasswordHasher

from models.people.user import User
from models.postgres.base import new_id
from resolvers.access.password import hash_password
from resolvers.access.viewer import Role, Viewer, authenticate
from tests.conftest import Answer, Ask
from tests.world import TOMORROW, YESTERDAY, World

LOG_IN = """
mutation($login: String!, $password: String!) {
  logIn(input: {login: $login, password: $password}) {
    secret
    token { id label expiresAt }
    viewer { username profile { email } tokens { nodes { label } } }
    userErrors { field code message }
  }
}
"""
CREATE = """
mutation($label: String!, $until: DateTime) {
  createToken(input: {label: $label, expiresAt: $until}) {
    secret token { id label expiresAt } userErrors { field code message }
  }
}
"""
REVOKE = """
mutation($id: ID!) {
  revokeToken(input: {tokenId: $id}) {
    revokedId viewer { tokens { nodes { id } } } userErrors { field code message }
  }
}
"""
PASSWORD = "correct horse"
KEPT = hash_password(PASSWORD)
NOBODY = {"secret": None, "token": None, "viewer": None}


async def signed_in(ask: Ask, secret: str) -> Viewer:
    """Who a secret names in a header, as the apps of openHPI write it."""
    return await authenticate(ask.database, {"authorization": f"Legacy-Token token={secret}"})


async def log_in(ask: Ask, login: str, password: str = PASSWORD) -> Answer:
    answer = await ask(LOG_IN, login=login, password=password)
    assert answer.errors == []
    return answer


async def create(ask: Ask, viewer: Viewer, **variables: Any) -> Any:
    return (await ask.data(CREATE, viewer, **{"label": "Script", **variables}))["createToken"]


@pytest.mark.parametrize("spelled", [lambda user: user.username, lambda user: user.email.upper()])
async def test_logging_in_by_name_and_by_address(spelled: Any, ask: Ask, world: World) -> None:
    user = await world.user(password_hash=KEPT)
    answer = await log_in(ask, spelled(user))
    assert len(answer.statements) == 7  # the try, user, token; of the payload token, user, profile, tokens
    payload = answer.data["logIn"]
    assert payload["userErrors"] == []
    assert payload["viewer"] == {
        "username": user.username,
        "profile": {"email": user.email},
        "tokens": {"nodes": [{"label": "Log-in"}]},
    }
    assert payload["token"]["expiresAt"] is None
    assert re.fullmatch("[0-9a-f]{64}", payload["secret"])
    viewer = await signed_in(ask, payload["secret"])
    assert (viewer.id, viewer.role, viewer.token_id) == (user.id, Role.MEMBER, payload["token"]["id"])


async def test_wrong_credentials_look_all_the_same(ask: Ask, world: World) -> None:
    user = await world.user(password_hash=KEPT)
    without = await world.user()
    broken = await world.user(password_hash="md5$of$old")
    refused = [
        await log_in(ask, login, password)
        for login, password in (
            (user.username, "wrong"),
            (user.username, ""),
            (user.username.upper(), PASSWORD),
            (user.email, "wrong"),
            (without.username, PASSWORD),
            (without.username, ""),
            (broken.username, PASSWORD),
            ("nobody", PASSWORD),
            ("nobody@example.org", PASSWORD),
            ("", PASSWORD),
            ("%", PASSWORD),
            ("nul\0", PASSWORD),
            (user.username, "\ud800"),
            ("x" * 1000, PASSWORD),
        )
    ]
    message = "User name or password is wrong."
    error = {"field": [], "code": "INVALID_CREDENTIALS", "message": message}
    assert all(answer.data["logIn"] == {**NOBODY, "userErrors": [error]} for answer in refused)
    assert {len(answer.statements) for answer in refused} == {2}


async def test_name_that_is_the_address_of_another(ask: Ask, world: World) -> None:
    victim = await world.user(password_hash=KEPT)
    await world.user(username=victim.email, password_hash=hash_password("of the other"))
    payload = (await log_in(ask, victim.email)).data["logIn"]
    assert payload["viewer"]["username"] == victim.username
    assert (await log_in(ask, victim.email, "of the other")).data["logIn"]["viewer"] is None


async def test_unknown_users_cost_the_work_of_known_ones(
    ask: Ask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await world.user(password_hash=KEPT)
    await log_in(ask, "nobody")
    verified: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, kept: str, password: bytes) -> bool:
        verified.append(kept.rpartition("$")[0].rpartition("$")[0])
        return verify(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    await log_in(ask, "nobody")
    await log_in(ask, user.username, "wrong")
    assert len(verified) == 2
    assert len(set(verified)) == 1  # the parameters


async def test_hash_is_renewed_when_the_parameters_have_changed(ask: Ask, world: World) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD)
    user = await world.user(password_hash=weak)
    assert len((await log_in(ask, user.username)).statements) == 8
    async with ask.database.transaction() as session:
        row = await session.get_one(User, user.id)
        assert row.password_hash != weak
        assert not PasswordHasher().check_needs_rehash(row.password_hash or "")
    assert len((await log_in(ask, user.username)).statements) == 7


async def test_hashing_leaves_the_event_loop_free(ask: Ask, world: World) -> None:
    user = await world.user(password_hash=KEPT)
    turns = 0
    logging_in = asyncio.ensure_future(log_in(ask, user.username))
    while not logging_in.done():
        turns += 1
        await asyncio.sleep(0.001)
    assert turns > 10


async def test_what_follows_logging_in_is_done_as_who_has(ask: Ask, world: World) -> None:
    course = await world.course()
    user = await world.user(password_hash=KEPT, is_staff=True)
    document = """
      mutation($login: String!, $password: String!, $course: ID!) {
        logIn(input: {login: $login, password: $password}) { viewer { username isStaff } }
        enroll(input: {courseId: $course}) { enrollment { user { username } } }
      }
    """
    data = await ask.data(document, login=user.username, password=PASSWORD, course=course.id)
    assert data["logIn"]["viewer"] == {"username": user.username, "isStaff": True}
    assert data["enroll"]["enrollment"]["user"]["username"] == user.username


async def test_logging_in_knows_what_the_user_teaches(ask: Ask, world: World) -> None:
    hidden = await world.course(is_hidden=True)
    teacher = await world.teacher(hidden)
    async with ask.database.transaction() as session:
        user = await session.get_one(User, teacher.signed_in_id)
        user.password_hash = KEPT
    document = """
      mutation($login: String!, $password: String!, $course: ID!) {
        logIn(input: {login: $login, password: $password}) { secret }
        enroll(input: {courseId: $course}) { userErrors { code } }
      }
    """
    data = await ask.data(document, login=user.username, password=PASSWORD, course=hidden.id)
    assert data["enroll"]["userErrors"] == []


async def test_failing_to_log_in_changes_nobody(ask: Ask, world: World) -> None:
    viewer = await world.learner()
    document = 'mutation { logIn(input: {login: "nobody", password: ""}) { viewer { id } } }'
    assert (await ask.data(document, viewer))["logIn"]["viewer"] == {"id": viewer.id}


async def test_creating_a_token(ask: Ask, world: World) -> None:
    viewer = await world.learner()
    answer = await ask(CREATE, viewer, label="  Grading script ")
    assert len(answer.statements) == 2
    payload = answer.data["createToken"]
    assert (payload["token"]["label"], payload["token"]["expiresAt"]) == ("Grading script", None)
    assert (await signed_in(ask, payload["secret"])).id == viewer.id


async def test_only_a_hash_of_the_secret_is_kept(ask: Ask, world: World) -> None:
    secret = (await create(ask, await world.learner()))["secret"]
    rows = await ask.database.fetch("SELECT t::text FROM tokens t", {})
    assert not any(secret in text for (text,) in rows)


@pytest.mark.parametrize(
    "until", [TOMORROW.isoformat(), TOMORROW.replace(tzinfo=None).isoformat()], ids=["zoned", "naive"]
)
async def test_token_that_expires(until: str, ask: Ask, world: World) -> None:
    viewer = await world.learner()
    answer = await ask(CREATE, viewer, label="Script", until=until)
    assert answer.data["createToken"]["token"]["expiresAt"] == TOMORROW.isoformat()
    assert len(answer.statements) == 3


async def test_token_that_cannot_live(ask: Ask, world: World) -> None:
    viewer = await world.learner()
    payload = await create(ask, viewer, until=YESTERDAY.isoformat())
    (error,) = payload["userErrors"]
    assert (error["field"], error["code"]) == (["expiresAt"], "INVALID_INPUT")
    assert (payload["secret"], payload["token"]) == (None, None)


@pytest.mark.parametrize("label", ["", " \n", "x" * 101, "nul\0", "\ud800"])
async def test_label_that_is_none(label: str, ask: Ask, world: World) -> None:
    (error,) = (await create(ask, await world.learner(), label=label))["userErrors"]
    assert (error["field"], error["code"]) == (["label"], "INVALID_INPUT")


async def test_revoked_token_is_worthless(ask: Ask, world: World) -> None:
    viewer = await world.learner()
    kept, given_up = await create(ask, viewer), await create(ask, viewer)
    answer = await ask(REVOKE, viewer, id=given_up["token"]["id"])
    assert len(answer.statements) == 3
    assert answer.data["revokeToken"] == {
        "revokedId": given_up["token"]["id"],
        "viewer": {"tokens": {"nodes": [{"id": kept["token"]["id"]}]}},
        "userErrors": [],
    }
    with pytest.raises(Exception, match="revoked"):
        await signed_in(ask, given_up["secret"])
    assert (await signed_in(ask, kept["secret"])).id == viewer.id


async def test_revoking_what_is_not_a_live_token_of_ones_own(ask: Ask, world: World) -> None:
    viewer = await world.learner()
    token_id = (await create(ask, await world.learner()))["token"]["id"]
    expired = (await create(ask, viewer, until=TOMORROW.isoformat()))["token"]["id"]
    gone = (await create(ask, viewer))["token"]["id"]
    await ask.data(REVOKE, viewer, id=gone)
    await ask.database.fetch(
        "UPDATE tokens SET expires_at = %(at)s WHERE id = %(id)s RETURNING id",
        {"at": YESTERDAY, "id": expired},
    )
    for id_ in (token_id, expired, gone, new_id()):
        for who in (viewer, await world.staff()):
            payload = (await ask.data(REVOKE, who, id=id_))["revokeToken"]
            (error,) = payload["userErrors"]
            assert (error["field"], error["code"]) == (["tokenId"], "NOT_FOUND")
            assert payload["revokedId"] is None


async def test_tokens_of_others_are_not_seen(ask: Ask, world: World) -> None:
    owner = await world.learner()
    token_id = (await create(ask, owner))["token"]["id"]
    find = "query($id: ID!) { node(id: $id) { id } }"
    assert (await ask.data(find, owner, id=token_id))["node"] == {"id": token_id}
    for viewer in (Viewer(), await world.learner(), await world.staff()):
        assert (await ask.data(find, viewer, id=token_id))["node"] is None


async def test_tokens_are_for_who_is_signed_in(ask: Ask) -> None:
    for document, variables in ((CREATE, {"label": "Script"}), (REVOKE, {"id": new_id()})):
        answer = await ask(document, Viewer(), **variables)
        assert [error["extensions"]["code"] for error in answer.errors] == ["UNAUTHENTICATED"]
