"""Idempotent writes: run once per key, with the same result for 24 hours.

The row of a key is written in the transaction of its command: the key exists exactly if the command has
committed, even if this process or PostgreSQL ends in between; a refused or failed command leaves no key. A
concurrent request waits for that transaction. The payload is read after the transaction: the first text that
is stored becomes the response for all. If a process is killed before it stores the payload, the command is
still done, and the next request reads the payload again.
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
    """A viewer's `key` for one field of a mutation; `selection` is a hash of the field's selection.

    `is_said` is whether the operation document itself has the key. `viewer` is set when the field's command
    starts: a log-in changes the viewer within an operation. `answer` is the stored earlier response.
    """

    key: str
    selection: bytes
    is_said: bool
    viewer: str = ""
    answer: str | None = None


async def begin(
    session: AsyncSession, claim: Claim, command: str, given: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """Claim a key for a command; return the stored changes if the command has run before, else null.

    Raises `IdempotencyKeyReused` if the key belongs to another command or input.
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
    """Store the changes of a command."""
    row = update(IdempotentWrite).where(_is(claim))
    await session.execute(row.values(changes=dict(changes)))


async def keep(database: Database, claim: Claim, answer: str) -> str:
    """Store a payload for its key unless there is one; return the payload to send for the claim."""
    async with database.transaction() as session:
        first = update(IdempotentWrite).where(_is(claim), IdempotentWrite.answer.is_(None))
        await session.execute(first.values(answer=answer, selection=claim.selection))
        same = _is(claim) & (IdempotentWrite.selection == claim.selection)
        return await session.scalar(select(IdempotentWrite.answer).where(same)) or answer


async def forget(database: Database) -> None:
    """Delete keys older than 24 hours."""
    async with database.transaction() as session:
        past = IdempotentWrite.created_at < func.now() - LIFETIME
        await session.execute(delete(IdempotentWrite).where(past))


def _is(claim: Claim) -> Any:
    return (IdempotentWrite.viewer == claim.viewer) & (IdempotentWrite.key == claim.key)
