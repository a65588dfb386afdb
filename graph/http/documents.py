"""The documents of calls: sent as text, or named by an id that was persisted before."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from graphql import GraphQLError

from graph.http.call import GraphQLRequest
from models.postgres.database import Database
from resolvers.operations import persisted_document
from resolvers.operations.refusal import Refusal
from settings.bounds import Bounded

Accepted = Literal["any", "apq", "trusted"]
"""Which documents are executed: any, those that are or become persisted, those that were loaded."""

MOST_CHARACTERS = 1_000_000
"""Of persisted documents that a process has at hand."""

FORGET_EVERY = 100
"""Documents of clients after which the oldest of all are let go."""

SHA_256 = re.compile(r"[0-9a-f]{64}", re.ASCII | re.IGNORECASE)
ID = re.compile(r"(?:[\w.~-]+:)?[\w.~-]+", re.ASCII)
LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A document's text, and the id under which it is or will be persisted; empty for one that is not."""

    text: str
    id: str = ""
    is_trusted: bool = False
    is_new: bool = False


class UnknownDocument(Exception):  # noqa: N818 (an answer, not a fault)
    """A well-formed request for a document that we do not have: it is answered by this one error."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code
        self.error = GraphQLError(message, extensions={"code": code})


class DocumentCache:
    """Finds documents in this process, then in the database, which all processes share."""

    def __init__(self, accepted: Accepted) -> None:
        self.accepted = accepted
        self._remembered: Bounded[str, FoundDocument] = Bounded(MOST_CHARACTERS)
        self._kept = 0

    async def find(self, call: GraphQLRequest, database: Database) -> FoundDocument:
        """The document of a call; `Refusal` or `UnknownDocument` where there is none."""
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
        """The document that a `documentId` names."""
        found = await self.remembered(canonical(given), database) if is_id(given) else None
        if found is None:
            raise UnknownDocument("There is no document of this id.", "DOCUMENT_NOT_FOUND")
        return found

    async def by_hash(self, query: str | None, persisted: Any, database: Database) -> FoundDocument:
        """The document of an automatic persisted query: its hash alone, or with the text to be kept."""
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
        """A document by its id, where documents of its kind are accepted."""
        if (known := self._remembered.get(id_)) is not None and self.accepts(known):
            return known
        row = await persisted_document.find(database, id_)
        found = None if row is None else FoundDocument(row[0], id_, row[1])
        if found is None or not self.accepts(found):
            return None
        self._remembered.keep(id_, found, len(found.text))
        return found

    def accepts(self, found: FoundDocument) -> bool:
        """Whether a persisted document may be executed."""
        return found.is_trusted or self.accepted != "trusted"

    async def keep(self, found: FoundDocument, database: Database) -> None:
        """Persist a client's document, now that it is known to be valid."""
        async with database.transaction() as session:
            await persisted_document.keep(session, found.id, found.text)
            self._kept += 1
            if self._kept % FORGET_EVERY == 0:
                await persisted_document.forget(session)
        self._remembered.keep(found.id, FoundDocument(found.text, found.id), len(found.text))


def is_id(text: str) -> bool:
    """Whether a text is an identifier of documents, as the specification's appendix spells them."""
    return len(text) <= LONGEST_ID and ID.fullmatch(text) is not None


def canonical(id_: str) -> str:
    """The id under which a document is kept: a SHA-256 in hexadecimal is one with its prefix and without."""
    bare = id_.removeprefix("sha256:")
    return bare.lower() if SHA_256.fullmatch(bare) else id_
