"""Documents of xAPI: what activities keep of learners, of themselves, and of learners anywhere."""

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
    """Where documents lie; `name` tells them apart there. What a kind has not is empty."""

    application_id: str | None
    kind: DocumentKind
    activity: str = ""
    actor_key: str = ""
    registration: str | None = None

    def holds(self) -> ColumnElement[bool]:
        """Whether a document lies there."""
        return and_(
            StatementDocument.application_id.is_not_distinct_from(self.application_id),
            StatementDocument.kind == self.kind,
            StatementDocument.activity == self.activity,
            StatementDocument.actor_key == self.actor_key,
            StatementDocument.registration.is_not_distinct_from(self.registration),
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as it was sent."""

    media_type: str
    content: bytes
    updated_at: datetime

    @property
    def tag(self) -> str:
        """Its ETag: the SHA-1 of the content in hex, in quotes (xAPI 1.0.3, part three, 3.1)."""
        return f'"{hashlib.sha1(self.content, usedforsecurity=False).hexdigest()}"'


async def find_document(session: AsyncSession, shelf: Shelf, name: str, *, lock: bool = False) -> Kept | None:
    """One document; `lock` has others wait to change it, or to make it, until the transaction is over."""
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
    """Names of all documents there, or of those that changed after a moment."""
    wanted = select(StatementDocument.name).where(shelf.holds())
    if since is not None:
        wanted = wanted.where(StatementDocument.updated_at > since)
    return list(await session.scalars(wanted.order_by(StatementDocument.name)))


async def keep_documents(
    session: AsyncSession, placed: Sequence[tuple[Shelf, str]], media_type: str, contents: Sequence[bytes]
) -> None:
    """Keep documents in place of what was there."""
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
    """Drop one document, or all that lie there."""
    wanted = delete(StatementDocument).where(shelf.holds())
    await session.execute(wanted if name is None else wanted.where(StatementDocument.name == name))
