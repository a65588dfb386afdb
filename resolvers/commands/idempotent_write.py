"""Writes under a key: carried out once, answered alike for a day.

A key's row is written in the transaction of the command that it stands for: a key is known if its command is
done and only then, whatever ends this process or PostgreSQL meanwhile; a command that is refused or fails
leaves none. A request at the same time waits for that transaction. The payload is read after it: the first
text of it that is kept is everybody's answer. If a process is killed before it is kept, the command is done
all the same, and whoever asks again reads the payload anew.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.operations.idempotent_write import IdempotentWrite
from models.postgres.database import Database
from resolvers.operations.errors import IdempotencyKeyReused

LIFETIME = timedelta(hours=24)
LONGEST_KEY = 255


@dataclass(slots=True)
class Claim:
    """A viewer's `key` for one field of a mutation; `selection` is a hash of what the field is asked for.

    `is_said` tells that the document itself names the key. `answer` is what was answered before.
    """

    viewer: str
    key: str
    selection: bytes
    is_said: bool
    answer: str | None = None


async def begin(
    session: AsyncSession, claim: Claim, command: str, given: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """Claim a key for the command of a name; return what it changed if that is done already, else null.

    Raises `IdempotencyKeyReused` where the key stands for something else.
    """
    said = orjson.dumps([command, given], default=str, option=orjson.OPT_SORT_KEYS)
    input_ = hashlib.sha256(said).digest()
    row = insert(IdempotentWrite).values(viewer=claim.viewer, key=claim.key, input=input_)
    fresh = {"input": input_, "changes": None, "selection": None, "answer": None, "created_at": func.now()}
    claimed = row.on_conflict_do_update(
        index_elements=["viewer", "key"],
        set_=fresh,
        where=IdempotentWrite.created_at < func.now() - LIFETIME,
    ).returning(IdempotentWrite.key)
    if await session.scalar(claimed) is not None:
        return None
    known = await session.get_one(IdempotentWrite, (claim.viewer, claim.key))
    if known.input != input_:
        raise IdempotencyKeyReused("The key was used before, for something else.")
    if known.selection == claim.selection:
        claim.answer = known.answer
    return known.changes or {}


async def finish(session: AsyncSession, claim: Claim, changes: Mapping[str, Any]) -> None:
    """Note what a command changed."""
    row = update(IdempotentWrite).where(_is(claim))
    await session.execute(row.values(changes=dict(changes)))


async def keep(database: Database, claim: Claim, answer: str) -> str:
    """Keep a payload as the answer for its key, unless there is one; answers what the claim is to be told."""
    async with database.transaction() as session:
        first = update(IdempotentWrite).where(_is(claim), IdempotentWrite.answer.is_(None))
        await session.execute(first.values(answer=answer, selection=claim.selection))
        same = _is(claim) & (IdempotentWrite.selection == claim.selection)
        return await session.scalar(select(IdempotentWrite.answer).where(same)) or answer


async def forget(database: Database) -> None:
    """Drop keys that are older than they are kept."""
    async with database.transaction() as session:
        past = IdempotentWrite.created_at < func.now() - LIFETIME
        await session.execute(delete(IdempotentWrite).where(past))


def _is(claim: Claim) -> Any:
    return (IdempotentWrite.viewer == claim.viewer) & (IdempotentWrite.key == claim.key)
