"""What one request carries: its viewer, its way to the database, its loaders."""

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
"""Objects that a page of a list may have, for operations that we did not write ourselves."""

NO_EVENT: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Charge:
    """What an operation was charged: `requested` of an account that holds `limit`, `remaining` after it.

    The account is full again after `reset` seconds, an empty one after `window`. `actual` is the cost of what
    was delivered in the end, where somebody wants to know.
    """

    requested: int
    limit: int
    window: int
    remaining: int
    reset: float
    actual: int | None = None


class Intake(Protocol):
    """What takes files in, within a time of its own.

    Both raise `Refused` with a sentence where there is no such file, or where it takes too long.
    """

    async def adopt(self, upload: str) -> KeptFile:
        """Keep an upload, which is none any more."""
        ...

    async def fetch(self, url: str) -> KeptFile:
        """Keep what lies at an address of the web."""
        ...


class Context:
    """Made per request and shared by all its resolvers; nothing of it outlives the request.

    `address` is that of the network which the request comes from, where it is known, and `intake` takes in
    the files of its commands, for which its deadline waits in blocks that are `off_the_clock`.
    A subscription has one for each `event`, whose columns they are, and shares its `reader` with others.
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
        self.tells_cost = False
        self.idempotency_key: str | None = None
        self.claims: dict[str, Claim] = {}
        self.statements: list[str] = []
        self.event: Mapping[str, Any] = NO_EVENT
        self.performed: dict[str, Mapping[str, Any] | Exception] = {}
        self.reader = BatchReader(database)
        self._loaders: dict[Hashable, DataLoader[Any, Any]] = {}

    async def fetch(self, statement: SqlStatement, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Rows of a statement, run for this viewer and noted in `statements`."""
        self.statements.append(statement.sql)
        bound = {**statement.constants, **self.viewer.parameters, **parameters}
        return await self.reader.fetch(statement.sql, bound)

    def loader(self, key: Hashable, load: Callable[[], BatchLoad]) -> DataLoader[Any, Any]:
        """The request's loader named `key`, made by `load` where it is the first to ask."""
        if (loader := self._loaders.get(key)) is None:
            loader = self._loaders[key] = DataLoader(load())
        return loader

    def forget(self) -> None:
        """Drop what was loaded, so that reads after a mutation see what it wrote."""
        self._loaders.clear()
