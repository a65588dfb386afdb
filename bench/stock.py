"""The same application, whose every operation graphql-core executes field by field."""

from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette

from bench import ours
from graph.engine.run import Planned
from resolvers.context import Context


async def decline(
    self: Planned, context: Context, variables: Mapping[str, Any], as_text: bool = False
) -> dict[str, Any] | None:
    """What the engine answers where it leaves an operation to graphql-core."""
    return None


def app() -> Starlette:
    """The application on the database of the environment."""
    Planned.run = decline  # type: ignore[method-assign]
    return ours.app()
