"""Routes of the record store."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from graph.limits.gate import WRITE, AdmissionControl
from models.postgres.database import Database
from models.postgres.value import InvalidValue
from models.storage.objects import FileStore
from resolvers.operations.errors import RateLimited
from resolvers.packages.record_store import Clash, Sender, StatementSearch, find_statements
from runtime.origin import player_origin
from runtime.xapi.call import VERBS, VERSION, VERSION_HEADER, Failed, XapiRequest, answered, read_call
from runtime.xapi.documents import ACTIVITY_PROFILE, AGENT_PROFILE, STATE
from runtime.xapi.form import MalformedStatement
from runtime.xapi.statements import statements

Resource = Callable[[AsyncSession, Sender, XapiRequest], Awaitable[Response]]
METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"]
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, X-Experience-API-Version, "
    "X-Experience-API-Consistent-Through",
}
PREFLIGHT = {
    **CORS,
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match, If-None-Match, "
    "X-Experience-API-Version",
    "Access-Control-Max-Age": "86400",
}
"""Content may run on other hosts; its credential is a header, never one added by the browser."""

INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
"""Headers of every response: its content is chosen by clients, and no browser may show it as a page."""


def xapi_routes(objects: FileStore, configured: str | None = None) -> list[Route]:
    """Return the routes below `/xapi`; `objects` stores the attachments of statements, `configured` is the
    origin of the player.
    """
    resources: dict[str, Resource] = {
        "statements": partial(statements, objects),
        "activities/state": STATE,
        "activities/profile": ACTIVITY_PROFILE,
        "agents/profile": AGENT_PROFILE,
        "activities": activity,
        "agents": person,
    }
    return [
        Route("/xapi/about", about),
        *(
            # Some content appends a slash to an endpoint that already ends in one.
            Route(f"/xapi{slash}{path}", _endpoint(each, configured), methods=METHODS)
            for path, each in resources.items()
            for slash in ("/", "//")
        ),
    ]


async def about(_: Request) -> Response:
    """Return the supported versions, without authentication (part three, 2.8)."""
    versions = [f"1.0.{patch}" for patch in range(4)]
    return JSONResponse({"version": versions}, headers={VERSION_HEADER: VERSION, **CORS, **INERT})


async def activity(session: AsyncSession, sender: Sender, call: XapiRequest) -> Response:
    """Return an activity with its newest definition in a statement (part three, 2.5)."""
    _only_get(call, "activityId")
    id_ = call.needed("activityId")
    found, _ = await find_statements(session, sender, StatementSearch(activity=id_, limit=20))
    defined = (each["object"]["definition"] for each in found if each["object"].get("definition"))
    definition = next(defined, None)
    told = {"objectType": "Activity", "id": id_}
    return answered(told if definition is None else {**told, "definition": definition})


async def person(_: AsyncSession, __: Sender, call: XapiRequest) -> Response:
    """Return a person, who has only the requested agent (part three, 2.4)."""
    _only_get(call, "agent")
    call.needed("agent")
    agent = call.agent() or {}
    return answered(
        {"objectType": "Person", **{name: [value] for name, value in agent.items() if name != "objectType"}}
    )


def _only_get(call: XapiRequest, *parameters: str) -> None:
    if call.method != "GET":
        raise Failed(HTTPStatus.METHOD_NOT_ALLOWED, "Only GET is allowed.")
    call.known(*parameters)


def _endpoint(resource: Resource, configured: str | None) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers={**PREFLIGHT, **INERT})
        response = await _answer(request, resource, player_origin(request, configured))
        through = datetime.now(UTC).isoformat()
        response.headers.update(
            {VERSION_HEADER: VERSION, "X-Experience-API-Consistent-Through": through, **CORS, **INERT}
        )
        return response

    return endpoint


async def _answer(request: Request, resource: Resource, player: str | None) -> Response:
    gate: AdmissionControl = request.app.state.gate
    database: Database = request.app.state.database
    try:
        call, sender = await read_call(request, player)
        if call.method in VERBS:
            call.pay(WRITE)
        async with gate.turn(sender.payer), database.transaction() as session:
            return await resource(session, sender, call)
    except RateLimited as error:
        refused = _refused(HTTPStatus.TOO_MANY_REQUESTS, error)
        refused.headers["Retry-After"] = str(error.retry_after)
        return refused
    except (InvalidValue, MalformedStatement) as error:
        return _refused(HTTPStatus.BAD_REQUEST, error)
    except Clash as error:
        return _refused(HTTPStatus.CONFLICT, error)
    except Failed as error:
        refused = _refused(error.status, error)
        if error.status is HTTPStatus.UNAUTHORIZED:
            refused.headers["WWW-Authenticate"] = "Basic"
        return refused


def _refused(status: HTTPStatus, error: Exception) -> Response:
    """Return the response to a refused request; the code is the name of the status."""
    return answered({"code": status.name, "message": str(error)}, status)
