"""Whether the process lives, and whether it can do its work: for whatever keeps it running."""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from models.postgres.migrate import is_current


async def alive(_: Request) -> Response:
    """Whether the process answers; nothing else is asked, so that a database's failure restarts nobody."""
    return PlainTextResponse("ok\n")


async def ready(request: Request) -> Response:
    """Whether the database answers, too, and has all that this version needs; not while the process ends."""
    if request.app.state.streams.is_leaving:
        return unavailable("The server is about to end.")
    if await is_current(request.app.state.database):
        return PlainTextResponse("ok\n")
    return unavailable("The database lacks migrations: run 'scholagraph migrate'.")


async def away(_: Request, __: Exception) -> Response:
    """The answer while the database does not."""
    return unavailable("The database does not answer.")


def unavailable(message: str) -> Response:
    """An answer that tells to come back."""
    error = {"message": message, "extensions": {"code": "SERVICE_UNAVAILABLE"}}
    return JSONResponse({"errors": [error]}, 503, {"Retry-After": "2", "Cache-Control": "no-store"})
