"""Context of a request: its viewer, its access to the database, its loaders."""

from collections.abc import Callable, Coroutine, Hashable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from aiodataloader import DataLoader

from models.postgres.database import BatchReader, Database
from models.storage.objects import KeptFile
from resolvers.access.viewer import Viewer
from resolvers.commands.idempotent_write import Claim
from resolvers.loading.sql import SqlStatement

BatchLoad = Callable[[list[Any]], Coroutine[Any, Any, list[Any]]]


LARGEST_PAGE = 100
"""Maximum number of objects per page, for operations sent by clients."""

NO_EVENT: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Charge:
    """Charge for an operation: `requested` from an account of size `limit`, `remaining` after it.

    The account is full again after `reset` seconds, an empty one after `window`. `actual` is the cost of the
    delivered response, if a client wants to see it.
    """

    requested: int
    limit: int
    window: int
    remaining: int
    reset: float
    actual: int | None = None


class Intake(Protocol):
    """Intake of files, with a time limit of its own.

    Both methods raise `Refused` with a message if there is no such file, or if it takes too long.
    """

    async def adopt(self, upload: str) -> KeptFile:
        """Store an upload as a file; the upload no longer exists then."""
        ...

    async def fetch(self, url: str) -> KeptFile:
        """Store the file at a URL."""
        ...


class Context:
    """Created per request and shared by all its resolvers; nothing in it outlives the request.

    `address` is the IP address of the client, if known. `intake` stores the files of commands; the deadline
    of the request is paused in blocks that are `off_the_clock`. A subscription has one context per `event`,
    which has the event's columns, and shares its `reader` with others. `prepaid` is the cost that was charged
    when the request was admitted, until its operation is charged.
    """

    def __init__(
        self,
        database: Database,
        viewer: Viewer,
        largest_page: int = LARGEST_PAGE,
        address: str | None = None,
    ) -> None:
        self.database = database
        self.viewer = viewer
        self.largest_page = largest_page
        self.address = address
        self.intake: Intake | None = None
        self.off_the_clock: Callable[[], AbstractContextManager[None]] = nullcontext
        self.charge: Charge | None = None
        self.prepaid = 0
        self.tells_cost = False
        self.idempotency_key: str | None = None
        self.claims: dict[str, Claim] = {}
        self.statements: list[str] = []
        self.event: Mapping[str, Any] = NO_EVENT
        self.performed: dict[str, Mapping[str, Any] | Exception] = {}
        self.reader = BatchReader(database)
        self._loaders: dict[Hashable, DataLoader[Any, Any]] = {}

    async def fetch(self, statement: SqlStatement, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return the rows of a statement, run for this viewer and noted in `statements`."""
        self.statements.append(statement.sql)
        bound = {**statement.constants, **self.viewer.parameters, **parameters}
        return await self.reader.fetch(statement.sql, bound)

    def loader(self, key: Hashable, load: Callable[[], BatchLoad]) -> DataLoader[Any, Any]:
        """Return the request's loader named `key`; `load` creates it on first use."""
        if (loader := self._loaders.get(key)) is None:
            loader = self._loaders[key] = DataLoader(load())
        return loader

    def replayed(self, place: str) -> str | None:
        """Return the stored payload of a command that was repeated under its key; null if it is new."""
        claim = self.claims.get(place)
        return None if claim is None else claim.answer

    def forget(self) -> None:
        """Drop loaded rows, so that reads after a mutation see its writes."""
        self._loaders.clear()
