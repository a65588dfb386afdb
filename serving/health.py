"""Health checks for process managers: whether the process runs, and whether it is ready."""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from models.postgres.migrate import is_current


async def alive(_: Request) -> Response:
    """Respond if the process runs, whatever the database does: its failure must not cause a restart."""
    return PlainTextResponse("ok\n")


async def ready(request: Request) -> Response:
    """Check that the database responds and has all migrations of this version; not ready while the process
    ends.
    """
    if request.app.state.streams.is_leaving:
        return unavailable("The server is shutting down.")
    if await is_current(request.app.state.database):
        return PlainTextResponse("ok\n")
    return unavailable("The database lacks migrations: run 'scholagraph migrate'.")


async def away(_: Request, __: Exception) -> Response:
    """Return the response while the database is unavailable."""
    return unavailable("The database does not respond.")


def unavailable(message: str) -> Response:
    """Return a response that asks the client to retry."""
    error = {"message": message, "extensions": {"code": "SERVICE_UNAVAILABLE"}}
    return JSONResponse({"errors": [error]}, 503, {"Retry-After": "2", "Cache-Control": "no-store"})
