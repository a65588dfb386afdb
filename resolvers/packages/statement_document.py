"""xAPI documents: states of learners in activities, profiles of activities, profiles of learners."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.packages.statement import DocumentKind, StatementDocument
from models.postgres.base import new_id


@dataclass(frozen=True, slots=True)
class Shelf:
    """Key that several documents share, which differ in `name`. Parts that a kind lacks are empty."""

    application_id: str | None
    kind: DocumentKind
    activity: str = ""
    actor_key: str = ""
    registration: str | None = None

    def holds(self) -> ColumnElement[bool]:
        """Return the condition that a row is a document of this shelf."""
        return and_(
            StatementDocument.application_id.is_not_distinct_from(self.application_id),
            StatementDocument.kind == self.kind,
            StatementDocument.activity == self.activity,
            StatementDocument.actor_key == self.actor_key,
            StatementDocument.registration.is_not_distinct_from(self.registration),
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """Stored document, as sent by the client."""

    media_type: str
    content: bytes
    updated_at: datetime

    @property
    def tag(self) -> str:
        """ETag: SHA-1 of the content in hex, in quotes (xAPI 1.0.3, part three, 3.1)."""
        return f'"{hashlib.sha1(self.content, usedforsecurity=False).hexdigest()}"'


async def find_document(session: AsyncSession, shelf: Shelf, name: str, *, lock: bool = False) -> Kept | None:
    """Load one document; `lock` blocks other writers until the transaction ends, even if it is new."""
    if lock:
        place = " ".join(
            [
                str(shelf.application_id),
                shelf.kind,
                shelf.activity,
                shelf.actor_key,
                str(shelf.registration),
                name,
            ]
        )
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(place, 0))))
    wanted = select(
        StatementDocument.media_type, StatementDocument.content, StatementDocument.updated_at
    ).where(shelf.holds(), StatementDocument.name == name)
    row = (await session.execute(wanted)).one_or_none()
    return None if row is None else Kept(*row)


async def document_names(session: AsyncSession, shelf: Shelf, since: datetime | None) -> list[str]:
    """Return the names of all documents of a shelf, or of the documents updated after a timestamp."""
    wanted = select(StatementDocument.name).where(shelf.holds())
    if since is not None:
        wanted = wanted.where(StatementDocument.updated_at > since)
    return list(await session.scalars(wanted.order_by(StatementDocument.name)))


async def keep_documents(
    session: AsyncSession, placed: Sequence[tuple[Shelf, str]], media_type: str, contents: Sequence[bytes]
) -> None:
    """Store documents; existing documents with the same names are replaced."""
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "application_id": shelf.application_id,
            "kind": shelf.kind,
            "activity": shelf.activity,
            "actor_key": shelf.actor_key,
            "registration": shelf.registration,
            "name": name,
            "media_type": media_type,
            "content": content,
        }
        for (shelf, name), content in zip(placed, contents, strict=True)
    ]
    made = insert(StatementDocument).values(rows)
    await session.execute(
        made.on_conflict_do_update(
            constraint="uq_statement_documents_place",
            set_={
                "media_type": made.excluded.media_type,
                "content": made.excluded.content,
                "updated_at": func.now(),
            },
        )
    )


async def drop_documents(session: AsyncSession, shelf: Shelf, name: str | None) -> None:
    """Delete one document, or all documents of a shelf."""
    wanted = delete(StatementDocument).where(shelf.holds())
    await session.execute(wanted if name is None else wanted.where(StatementDocument.name == name))
