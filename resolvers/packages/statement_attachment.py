"""Attachments of statements, stored once for each actor (xAPI 1.0.3, part two, 2.4.11)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.packages.statement import StatementAttachment
from models.postgres.base import new_id
from models.storage.objects import KeptFile
from resolvers.packages.statement import actor_key


def attachments_of(statement: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the `attachments` of a statement, with those of its SubStatement."""
    inner = statement.get("object", {}) if isinstance(statement.get("object"), Mapping) else {}
    return [*statement.get("attachments", ()), *inner.get("attachments", ())]


async def keep_attachments(
    session: AsyncSession,
    application_id: str | None,
    statements: Iterable[Mapping[str, Any]],
    files: Mapping[str, KeptFile],
) -> None:
    """Store the attachments of statements whose files are in the object store, by their hash in `files`."""
    rows = [
        {
            "id": new_id(),
            "application_id": application_id,
            "actor_key": key,
            "sha2": sha2,
            "digest": files[sha2].digest,
            "size": files[sha2].size,
        }
        for key, sha2 in _named(statements)
        if sha2 in files
    ]
    await session.execute(insert(StatementAttachment).values(rows).on_conflict_do_nothing())


async def find_attachments(
    session: AsyncSession, application_id: str | None, statements: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], str]]:
    """Return the `attachments` of statements whose files are stored, each once, with their digests.

    A file belongs to the actors in whose statements it was sent.
    """
    named = _named(statements)
    found = await session.execute(
        select(StatementAttachment.actor_key, StatementAttachment.sha2, StatementAttachment.digest).where(
            and_(
                StatementAttachment.application_id.is_not_distinct_from(application_id),
                StatementAttachment.actor_key.in_({key for key, _ in named}),
                StatementAttachment.sha2.in_({sha2 for _, sha2 in named}),
            )
        )
    )
    digests = {row.sha2: row.digest for row in found if (row.actor_key, row.sha2) in named}
    said = {sha2: each for (_, sha2), each in named.items()}
    return [(said[sha2], digest) for sha2, digest in digests.items()]


def _named(statements: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return the attachments of statements by the key of the actor and the hash."""
    return {
        (actor_key(statement["actor"]), each["sha2"].lower()): each
        for statement in statements
        for each in attachments_of(statement)
    }


async def named_digests(session: AsyncSession, digests: Iterable[str]) -> set[str]:
    """Return the digests that are files of statements."""
    wanted = select(StatementAttachment.digest).where(StatementAttachment.digest.in_(list(digests)))
    return set(await session.scalars(wanted))
