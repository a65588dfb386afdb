"""Requests that differ only in their number of rows, and the functions that make them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from models.catalogue.course import Course
from models.postgres.base import new_id
from resolvers.access.viewer import Viewer
from tests.world import World


@dataclass(frozen=True)
class Request:
    """A request below `/api/v2/`, and the number of primary and included resources; null for any number."""

    path: str
    token: str | None
    primary: int | None = None
    included: int | None = None
    method: str = "GET"
    data: Any = None
    form: dict[str, str] | None = None


@dataclass(frozen=True)
class Growth:
    """Makes `rows` rows and a request that reads all of them; `at_most` limits its statements."""

    make: Callable[[World, int], Awaitable[Request]]
    at_most: int


ROW_GROWTH_BY_OPERATION: dict[str, Growth] = {}
"""Makers of requests by operation."""


def of(*operations: str, at_most: int) -> Callable[[Any], Any]:
    """Registers the maker of operations' requests; it takes the operation's name if it serves several."""

    def note(make: Any) -> Any:
        for name in operations:
            chosen = make if len(operations) == 1 else _named(make, name)
            ROW_GROWTH_BY_OPERATION[f"xikolo_{name}"] = Growth(chosen, at_most)
        return make

    return note


def _named(make: Any, name: str) -> Callable[[World, int], Awaitable[Request]]:
    async def chosen(world: World, rows: int) -> Request:
        made: Request = await make(world, rows, name)
        return made

    return chosen


def written(
    type_: str, id_: str | None = None, to: dict[str, tuple[str, str]] | None = None, **values: Any
) -> Any:
    """Return a document that a client sends; `to` are types and ids of related resources."""
    related = {name: {"data": {"type": of, "id": at}} for name, (of, at) in (to or {}).items()}
    sent = {"type": type_, "attributes": values, "relationships": related}
    return {"data": sent if id_ is None else {**sent, "id": id_}}


async def token_of(world: World, viewer: Viewer) -> str:
    """Return the secret of a new token."""
    secret = new_id().replace("-", "")
    await world.token(viewer, secret)
    return secret


async def taken(world: World, *courses: Course) -> str:
    """Return the secret of a token of a learner in these courses."""
    return await token_of(world, await world.learner(*courses))
