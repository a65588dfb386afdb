"""GraphQL operation documents that clients send by id: lookup, storage, loading from manifests."""

import hashlib
from collections.abc import Mapping

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.operations.persisted_document import PersistedDocument
from models.postgres.database import Database
from resolvers.loading.sql import compiled

MOST_UNTRUSTED = 20_000
"""Maximum number of untrusted documents; the oldest are deleted, and clients send them again."""

MOST_BYTES = 64_000_000
"""Maximum total length of untrusted documents, in bytes."""

MOST_BYTES_OF_SENDER = 1_000_000
"""Maximum total length of the untrusted documents of one user, application or network, in bytes."""

OF_ROW = 200
"""Bytes that a document takes besides its text."""

_by_id = compiled(
    select(PersistedDocument.text, PersistedDocument.is_trusted).where(
        PersistedDocument.id == bindparam("id", type_=PersistedDocument.id.type)
    )
)


async def find(database: Database, id_: str) -> tuple[str, bool] | None:
    """Return the text of a document, and whether it is trusted; null for an unknown id."""
    rows = await database.fetch(_by_id.sql, {**_by_id.constants, "id": id_})
    return (rows[0][0], rows[0][1]) if rows else None


async def keep(session: AsyncSession, id_: str, text: str, sender: str) -> None:
    """Store a document sent by a client, unless there is one with this id; delete the sender's oldest
    documents above the maximum.

    `sender` is the client's budget account.
    """
    digest = hashlib.sha256(sender.encode()).digest()
    row = insert(PersistedDocument).values(id=id_, text=text, is_trusted=False, sender=digest)
    await session.execute(row.on_conflict_do_nothing())
    await _evict(session, MOST_BYTES_OF_SENDER, PersistedDocument.sender == digest)


async def forget(session: AsyncSession) -> None:
    """Delete the oldest untrusted documents above the maximum number and the maximum length."""
    await _evict(session, MOST_BYTES, true())


async def _evict(session: AsyncSession, most: int, among: ColumnElement[bool]) -> None:
    """Delete the oldest of these untrusted documents: all beyond `most` bytes, or beyond the number."""
    newest = (PersistedDocument.created_at.desc(), PersistedDocument.id)
    size = func.octet_length(PersistedDocument.text) + OF_ROW
    ranked = (
        select(
            PersistedDocument.id,
            func.sum(size).over(order_by=newest, rows=(None, 0)).label("bytes"),
            func.row_number().over(order_by=newest).label("place"),
        )
        .where(PersistedDocument.is_trusted.is_(False), among)
        .subquery()
    )
    beyond = select(ranked.c.id).where(or_(ranked.c.bytes > most, ranked.c.place > MOST_UNTRUSTED))
    await session.execute(delete(PersistedDocument).where(PersistedDocument.id.in_(beyond)))


async def trust(session: AsyncSession, documents: Mapping[str, str]) -> tuple[int, list[str]]:
    """Trust documents by id; return the number of new ones, and the ids that belong to another text.

    A trusted id belongs to one text for good, because clients and servers cache it. An untrusted text under
    the same id is replaced.
    """
    trusted = select(PersistedDocument.id, PersistedDocument.text).where(
        PersistedDocument.id.in_(documents), PersistedDocument.is_trusted
    )
    known = {row.id: row.text for row in await session.execute(trusted)}
    others = [id_ for id_, text in known.items() if documents[id_] != text]
    fresh = [
        {"id": id_, "text": text, "is_trusted": True} for id_, text in documents.items() if id_ not in known
    ]
    if fresh and not others:
        row = insert(PersistedDocument)
        values = {"text": row.excluded.text, "is_trusted": True, "created_at": func.now()}
        await session.execute(row.on_conflict_do_update(index_elements=["id"], set_=values), fresh)
    return len(fresh), others
