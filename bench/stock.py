"""The same application with graphql-core as executor of every operation."""

from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette

from app import create_app
from graph.engine.run import Planned
from models.storage.objects import FileStore
from resolvers.operations.context import Context
from settings.environment import settings


async def decline(
    self: Planned, context: Context, variables: Mapping[str, Any], as_text: bool = False
) -> dict[str, Any] | None:
    """Return the engine's result for an operation that it leaves to graphql-core."""
    return None


def app() -> Starlette:
    """Return the application on the database of the environment."""
    Planned.run = decline  # type: ignore[method-assign]
    chosen = settings()
    if chosen.database_url is None:
        raise LookupError("SCHOLAGRAPH_DATABASE_URL is not set.")
    return create_app(chosen, chosen.database_url, FileStore(chosen.objects))
