"""Operation documents of requests: sent as text, or referenced by the id of a persisted one."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from sys import getsizeof
from typing import Any, Literal

from graphql import GraphQLError

from graph.http.call import GraphQLRequest
from models.postgres.database import Database
from resolvers.operations import persisted_document
from resolvers.operations.refusal import Refusal
from settings.bounds import Bounded

Accepted = Literal["any", "apq", "trusted"]
"""Accepted documents: any, only persisted ones (or new ones with their hash), only loaded ones."""

MOST_BYTES = 4_000_000
"""Maximum size of a process's cache of persisted documents, in bytes."""

OF_ENTRY = 800
"""Bytes that a document takes in the cache besides its text and its id."""

FORGET_EVERY = 20
"""Interval, in new documents of clients, between two deletions of the oldest documents."""

SHA_256 = re.compile(r"[0-9a-f]{64}", re.ASCII | re.IGNORECASE)
ID = re.compile(r"(?:[\w.~-]+:)?[\w.~-]+", re.ASCII)
LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """Text of a document, and the id that it is or will be persisted under; empty if it is not persisted."""

    text: str
    id: str = ""
    is_trusted: bool = False
    is_new: bool = False


class UnknownDocument(Exception):  # noqa: N818 (an answer, not a fault)
    """Raised for a well-formed request with an unknown document; the response has this one error."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code
        self.error = GraphQLError(message, extensions={"code": code})


class DocumentCache:
    """Finds documents in this process, then in the database, which all processes share."""

    def __init__(self, accepted: Accepted) -> None:
        self.accepted = accepted
        self._remembered: Bounded[str, FoundDocument] = Bounded(MOST_BYTES)
        self._kept = 0

    async def find(self, call: GraphQLRequest, database: Database) -> FoundDocument:
        """Return the document of a request; raise `Refusal` or `UnknownDocument` if there is none."""
        if call.document_id is not None:
            if call.query is not None:
                raise Refusal("BAD_REQUEST", "Send a 'query' or its 'documentId', not both.")
            return await self.by_id(call.document_id, database)
        persisted = call.extensions.get("persistedQuery")
        if persisted is not None:
            return await self.by_hash(call.query, persisted, database)
        if call.query is None:
            raise Refusal("BAD_REQUEST", "A request needs a 'query', a string, or a 'documentId'.")
        if self.accepted != "any":
            raise UnknownDocument("Only persisted documents are executed here.", "DOCUMENT_NOT_PERSISTED")
        return FoundDocument(call.query)

    async def by_id(self, given: str, database: Database) -> FoundDocument:
        """Return the document with a `documentId`."""
        found = await self.remembered(canonical(given), database) if is_id(given) else None
        if found is None:
            raise UnknownDocument("No document has this id.", "DOCUMENT_NOT_FOUND")
        return found

    async def by_hash(self, query: str | None, persisted: Any, database: Database) -> FoundDocument:
        """Return the document of an automatic persisted query: by its hash, or with the text to persist."""
        if not isinstance(persisted, Mapping) or persisted.get("version") != 1:
            raise Refusal("BAD_REQUEST", "Unsupported persisted query version")
        hash_ = persisted.get("sha256Hash")
        if not isinstance(hash_, str) or not is_id(hash_):
            raise Refusal("BAD_REQUEST", "'sha256Hash' is a SHA-256 in hexadecimal.")
        id_ = canonical(hash_)
        if query is None:
            if (found := await self.remembered(id_, database)) is not None:
                return found
            if self.accepted == "trusted":
                raise UnknownDocument("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED")
            raise UnknownDocument("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
        if self.accepted == "trusted":
            raise UnknownDocument("Only trusted documents are executed here.", "DOCUMENT_NOT_PERSISTED")
        if hashlib.sha256(query.encode()).hexdigest() != id_:
            raise Refusal("BAD_REQUEST", "provided sha does not match query")
        known = self._remembered.get(id_)
        return known if known is not None and known.text == query else FoundDocument(query, id_, is_new=True)

    async def remembered(self, id_: str, database: Database) -> FoundDocument | None:
        """Return a document by its id, if documents of its kind are accepted."""
        if (known := self._remembered.get(id_)) is not None and self.accepts(known):
            return known
        row = await persisted_document.find(database, id_)
        found = None if row is None else FoundDocument(row[0], id_, row[1])
        if found is None or not self.accepts(found):
            return None
        self._remember(found)
        return found

    def accepts(self, found: FoundDocument) -> bool:
        """Return whether a persisted document may be executed."""
        return found.is_trusted or self.accepted != "trusted"

    async def keep(self, found: FoundDocument, database: Database, sender: str) -> None:
        """Persist a client's document after its validation; `sender` is the account that pays for it."""
        async with database.transaction() as session:
            await persisted_document.keep(session, found.id, found.text, sender)
            self._kept += 1
            if self._kept % FORGET_EVERY == 0:
                await persisted_document.forget(session)
        self._remember(FoundDocument(found.text, found.id))

    def _remember(self, found: FoundDocument) -> None:
        weight = getsizeof(found.text) + getsizeof(found.id) + OF_ENTRY
        self._remembered.keep(found.id, found, weight)


def is_id(text: str) -> bool:
    """Return whether a text is a document identifier in the syntax of the specification's appendix."""
    return len(text) <= LONGEST_ID and ID.fullmatch(text) is not None


def canonical(id_: str) -> str:
    """Return the id that a document is stored under: a hexadecimal SHA-256 may have its prefix."""
    bare = id_.removeprefix("sha256:")
    return bare.lower() if SHA_256.fullmatch(bare) else id_
