"""Attachments of statements, stored once for each application (xAPI 1.0.3, part two, 2.4.11)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.packages.statement import StatementAttachment
from models.postgres.base import new_id
from models.storage.objects import KeptFile


def attachments_of(statement: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the `attachments` of a statement, with those of its SubStatement."""
    inner = statement.get("object", {}) if isinstance(statement.get("object"), Mapping) else {}
    return [*statement.get("attachments", ()), *inner.get("attachments", ())]


async def keep_attachments(
    session: AsyncSession, application_id: str | None, files: Mapping[str, KeptFile]
) -> None:
    """Store attachments whose files are in the object store, by the hash in their statements."""
    rows = [
        {
            "id": new_id(),
            "application_id": application_id,
            "sha2": sha2,
            "digest": kept.digest,
            "size": kept.size,
        }
        for sha2, kept in files.items()
    ]
    await session.execute(insert(StatementAttachment).values(rows).on_conflict_do_nothing())


async def find_attachments(
    session: AsyncSession, application_id: str | None, statements: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], str]]:
    """Return the `attachments` of statements whose files are stored, each once, with their digests."""
    named = {each["sha2"].lower(): each for statement in statements for each in attachments_of(statement)}
    found = await session.execute(
        select(StatementAttachment.sha2, StatementAttachment.digest).where(
            and_(
                StatementAttachment.application_id.is_not_distinct_from(application_id),
                StatementAttachment.sha2.in_(named),
            )
        )
    )
    digests = {row.sha2: row.digest for row in found}
    return [(said, digests[sha2]) for sha2, said in named.items() if sha2 in digests]


async def named_digests(session: AsyncSession, digests: Iterable[str]) -> set[str]:
    """Return the digests that are files of statements."""
    wanted = select(StatementAttachment.digest).where(StatementAttachment.digest.in_(list(digests)))
    return set(await session.scalars(wanted))
