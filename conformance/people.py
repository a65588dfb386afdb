"""Data of a server in production, which has no demo: courses to learn in, and people with tokens."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from demo.write import write
from models.people.token import Token
from models.people.user import User
from models.postgres.base import new_id
from models.postgres.database import Database
from models.storage.objects import FileStore
from resolvers.access.viewer import hashed

ROLES = {"ada": "learner", "grace": "teacher", "edith": "staff"}
"""Roles of people who sign in, by the name of the person in the demo whose courses and records they get."""


@dataclass(frozen=True, slots=True)
class People:
    """Tokens and user names by role, and values of the examples' variables."""

    tokens: Mapping[str, str]
    usernames: Mapping[str, str]
    examples: Mapping[str, Any]


async def populate(url: str, objects: FileStore) -> People:
    """Write courses and people into an empty database; no account is one of the demo."""
    database = Database(url, pool_size=1)
    await database.open()
    try:
        async with database.transaction() as session:
            _, examples = await write(session, objects)
            await session.execute(update(Token).values(revoked_at=Token.created_at))
            tokens = {}
            for user in await session.scalars(select(User)):
                role = ROLES.get(user.username)
                user.username = f"tester-{user.username}"
                user.email = f"{user.username}@conformance.example"
                user.password_hash = None
                if role is not None:
                    tokens[role] = secrets.token_hex(32)
                    hash_ = hashed(tokens[role])
                    session.add(Token(id=new_id(), user_id=user.id, hash=hash_, label="Conformance"))
    finally:
        await database.close()
    usernames = {role: f"tester-{name}" for name, role in ROLES.items()}
    return People(tokens, usernames, examples)
