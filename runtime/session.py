"""Start of xAPI and AICC packages: a URL with endpoint, credentials and ids for their reports."""

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import orjson
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from graph.limits.gate import ANYBODY, LEAST, WRITE
from models.packages.packaged_activity import LearningStandard
from models.postgres.database import Database
from resolvers.operations.errors import RateLimited
from resolvers.packages.launch_link import PLAYER
from resolvers.packages.player import ActiveLaunch, launched
from resolvers.packages.session import Session, begin_session, fetch_token
from resolvers.packages.standing import standings
from resolvers.packages.statement import agent_of
from runtime.origin import origin_here


def session_routes() -> list[Route]:
    """Return the routes that start a session and that return its token."""
    return [
        Route(f"{PLAYER}/{{secret}}/sessions/{{activity:uuid}}", begin, methods=["POST"]),
        Route(f"{PLAYER}/{{secret}}/token", token, methods=["POST"]),
    ]


async def admitted(request: Request, cost: int = LEAST) -> ActiveLaunch:
    """Return the launch of a request's URL, whose learner is charged; respond 404 if the link is unknown or
    has ended.

    Raises `RateLimited` if the learner's budget is spent: before the body is read.
    """
    gate, database = request.app.state.gate, request.app.state.database
    launch = await launched(database, request.path_params["secret"])
    if launch is None:
        gate.pay(database, ANYBODY, LEAST)
        raise HTTPException(HTTPStatus.NOT_FOUND, "This link is unknown or has ended.")
    gate.pay(database, launch.payer, cost)
    return launch


async def live(request: Request, cost: int = LEAST) -> ActiveLaunch:
    """Return the admitted launch of a request's URL; a spent budget responds in plain text."""
    try:
        return await admitted(request, cost)
    except RateLimited as error:
        wait = {"Retry-After": str(error.retry_after)}
        raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, str(error), wait) from error


@asynccontextmanager
async def transaction_of(request: Request, launch: ActiveLaunch) -> AsyncIterator[AsyncSession]:
    """Open a session in a transaction, as one of the learner's parallel operations; raise `RateLimited` if
    there are too many.
    """
    state = request.app.state
    async with state.gate.turn(launch.payer), state.database.transaction() as session:
        yield session


async def begin(request: Request) -> Response:
    """Start a session of an activity; the URL in the response is valid for this session only."""
    database: Database = request.app.state.database
    launch = await live(request, WRITE)
    activity_id = str(request.path_params["activity"])
    if not all(each.is_open for each in await standings(database, launch) if each.id == activity_id):
        raise HTTPException(HTTPStatus.CONFLICT, "The prerequisites of the activity are not met.")
    async with database.transaction() as session:
        begun = await begin_session(session, launch, activity_id)
    if begun is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return JSONResponse({"url": address(origin_here(request), launch, begun)})


async def token(request: Request) -> Response:
    """Return the token of a session, once (cmi5, 8.2)."""
    database: Database = request.app.state.database
    launch = await live(request, WRITE)
    async with database.transaction() as session:
        is_first = await fetch_token(session, launch)
    if not is_first:
        return JSONResponse({"error-code": "1", "error-text": "The token was already fetched."})
    return JSONResponse({"auth-token": credentials(launch.id, request.path_params["secret"])})


def address(origin: str, launch: ActiveLaunch, begun: Session) -> str:
    """Return the launch URL of a session, which contains its secret and its parameters."""
    place = f"{PLAYER}/{quote(begun.secret)}/"
    named = _told(origin, place, launch, begun)
    is_elsewhere = urlsplit(begun.launch_path).scheme in ("http", "https")
    base = begun.launch_path if is_elsewhere else f"{place}content/{quote(begun.launch_path)}"
    parts = urlsplit(base + begun.launch_query)
    query = "&".join(filter(None, [parts.query, urlencode(named, quote_via=quote)]))
    return urlunsplit(parts._replace(query=query))


def _told(origin: str, place: str, launch: ActiveLaunch, begun: Session) -> dict[str, str]:
    """Return the parameters of the URL by standard (CMI001, 6.4; cmi5, 8.1; Tin Can)."""
    if begun.standard is LearningStandard.AICC:
        return {"aicc_sid": begun.secret, "aicc_url": f"{origin}{place}aicc"}
    named = {
        "endpoint": f"{origin}/xapi/",
        "actor": orjson.dumps(agent_of(launch.learner_id)).decode(),
        "registration": launch.registration_id,
    }
    if begun.standard is LearningStandard.CMI5:
        return {**named, "fetch": f"{origin}{place}token", "activityId": begun.activity_id}
    auth = f"Basic {credentials(begun.id, begun.secret)}"
    return {**named, "auth": auth, "activity_id": begun.activity_id}


def credentials(id_: str, secret: str) -> str:
    """Return credentials of the `Basic` scheme (RFC 7617)."""
    return b64encode(f"{id_}:{secret}".encode()).decode()
