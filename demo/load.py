"""Loading of the demo data into an empty database, once; its accounts are stored in a file."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from demo.account import SIGNING_IN, STAFF, DemoAccount, email_of
from models.postgres.database import Database
from models.storage.objects import FileStore
from resolvers.access.viewer import hashed
from serving.pages import DemoViewer
from serving.welcome import SignIn

NOTE = "demo.json"
"""File in the home folder with passwords and tokens of the demo's accounts, readable only by its owner."""


@dataclass(frozen=True, slots=True)
class Demo:
    """Demo data: `viewers` of GraphiQL's menu, a learner first, and how they sign in; `examples` holds
    variable values.
    """

    viewers: Sequence[DemoViewer] = ()
    sign_ins: Sequence[SignIn] = ()
    examples: Mapping[str, Any] = field(default_factory=dict)


async def load_demo(url: str, objects: FileStore, home: Path, say: Callable[[str], None]) -> Demo:
    """Return the demo of the migrated database at `url`; write it if no user and no course exists yet.

    The demo is empty if the database has other data and `home` has no `demo.json`. Accounts with a revoked
    token and staff are not among the viewers.
    """
    database = Database(url, pool_size=2)
    await database.open()
    try:
        used = "SELECT EXISTS (SELECT FROM users) OR EXISTS (SELECT FROM courses)"
        if (await database.fetch(used, {}))[0][0]:
            accounts, examples = _read(home / NOTE)
            return _demo(await _live(database, accounts), examples)
        from demo.write import write  # here: no other start needs the courses and their readers

        say("Writing three courses for a first look.")
        async with database.transaction() as session:
            accounts, examples = await write(session, objects)
            # Before the commit: without the file the tokens would be lost.
            _remember(home / NOTE, accounts, examples)
        return _demo(accounts, examples)
    finally:
        await database.close()


async def retire_demo(url: str, objects: FileStore, home: Path, say: Callable[[str], None]) -> Demo:
    """Return an empty demo; end the accounts of a demo that the database has from a start with one.

    Their passwords and tokens are known to readers of `demo.json`, and of everything it was copied to.
    """
    database = Database(url, pool_size=1)
    await database.open()
    try:
        emails = {"emails": [email_of(username) for username in SIGNING_IN]}
        if await database.fetch(_ACCOUNTS, emails):
            await database.fetch(_RETIRE, emails)
            say("The demo's accounts have been closed: no demo runs with these settings (SCHOLAGRAPH_DEMO).")
    finally:
        await database.close()
    return Demo()


_ACCOUNTS = """
SELECT users.id FROM users WHERE lower(email) = ANY(%(emails)s) AND (
  password_hash IS NOT NULL
  OR EXISTS (SELECT FROM tokens WHERE tokens.user_id = users.id AND tokens.revoked_at IS NULL)
)
"""
_RETIRE = """
WITH closed AS (
  UPDATE users SET password_hash = NULL, is_staff = false WHERE lower(email) = ANY(%(emails)s)
  RETURNING users.id
)
UPDATE tokens SET revoked_at = now() FROM closed
WHERE tokens.user_id = closed.id AND tokens.revoked_at IS NULL RETURNING tokens.id
"""


def _remember(note: Path, accounts: Sequence[DemoAccount], examples: Mapping[str, Any]) -> None:
    note.unlink(missing_ok=True)
    note.touch(mode=0o600)
    kept = {"viewers": [asdict(account) for account in accounts], "examples": examples}
    note.write_text(json.dumps(kept, indent=2) + "\n", "utf-8")


def _read(note: Path) -> tuple[list[DemoAccount], Mapping[str, Any]]:
    """Read the file that `_remember` wrote; no accounts if the file is missing or broken."""
    try:
        kept = json.loads(note.read_text("utf-8"))
        return [DemoAccount(**viewer) for viewer in kept["viewers"]], dict(kept["examples"])
    except (OSError, ValueError, TypeError, KeyError):
        return [], {}


async def _live(database: Database, accounts: Sequence[DemoAccount]) -> list[DemoAccount]:
    """Return the accounts whose token is not revoked."""
    tokens = await database.fetch(
        "SELECT hash FROM tokens WHERE hash = ANY(%(hashes)s) AND revoked_at IS NULL",
        {"hashes": [hashed(account.token) for account in accounts]},
    )
    hashes = {bytes(hash_) for (hash_,) in tokens}
    return [account for account in accounts if hashed(account.token) in hashes]


def _demo(accounts: Sequence[DemoAccount], examples: Mapping[str, Any]) -> Demo:
    return Demo(
        tuple(
            DemoViewer(f"{account.username} ({account.role})", account.token)
            for account in accounts
            if account.role != STAFF
        ),
        tuple(SignIn(account.role, account.email, account.password) for account in accounts),
        examples,
    )
