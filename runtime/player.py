"""Player: its page, the files of packages, and the commits of their activities."""

import mimetypes
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from graph.limits.gate import WRITE
from graph.limits.metered_body import received
from models.postgres.database import Database
from models.postgres.value import InvalidValue
from models.storage.objects import FileStore
from resolvers.operations.errors import RateLimited
from resolvers.operations.json_text import read_json_text
from resolvers.packages.launch_link import PLAYER
from resolvers.packages.player import file_digest, open_launch, outline
from resolvers.packages.reporting import keep_sequencing, report
from resolvers.packages.setting import in_force
from resolvers.packages.standing import standings
from runtime.cmi import LONGEST_COMMIT, read_commit, read_sequencing
from runtime.hacp import hacp_routes
from runtime.origin import PlayerOrigin, origin_here
from runtime.page import PlayerContext, player_page, told_standings
from runtime.session import admitted, live, session_routes, transaction_of
from serving.files import kept_file
from serving.pages import Bundle

# Only the standard table, so that a file has the same type on every machine; scripts depend on their type.
TYPES = mimetypes.MimeTypes()
for type_, endings in (
    ("text/javascript", ".js .mjs"),
    ("text/vtt", ".vtt"),
    ("image/webp", ".webp"),
    ("font/woff2", ".woff2"),
    ("application/wasm", ".wasm"),
    ("application/json", ".json"),
):
    for ending in endings.split():
        TYPES.add_type(type_, ending)
SANDBOX = "sandbox allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-downloads"
"""Permissions of a package. It has the player's origin, because it looks for its API in parent windows."""


def player_routes(objects: FileStore, bundle: Bundle | None, configured: str | None) -> list[Route]:
    """Return the routes below `PLAYER`; `bundle` is the player's script, `configured` its origin."""

    async def page(request: Request) -> Response:
        launch = await live(request, WRITE)
        if not launch.opens:
            raise HTTPException(HTTPStatus.GONE, "This link has expired. Request a new one.")
        database: Database = request.app.state.database
        if bundle is None:
            raise HTTPException(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "The player is not built: install Node.js 20 and start the server with 'make serve'.",
            )
        async with database.transaction() as session:
            await open_launch(session, launch)
            values = await in_force(session, launch.registration_id)
        found, standing = await outline(database, launch), await standings(database, launch)
        secret = request.path_params["secret"]
        return player_page(
            PlayerContext(origin_here(request), secret, launch, found, standing, values), bundle
        )

    async def where(request: Request) -> Response:
        launch = await live(request)
        found = told_standings(await standings(request.app.state.database, launch))
        return JSONResponse(found, headers={"Cache-Control": "no-store"})

    async def content(request: Request) -> Response:
        launch = await live(request)
        found = await file_digest(request.app.state.database, launch, request.path_params["path"])
        if found is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        digest, path = found
        headers = {
            "Cache-Control": "private, no-cache",
            "Content-Security-Policy": content_policy(request),
            "Referrer-Policy": "same-origin",
        }
        return await kept_file(request, objects, digest, media_type_of(path), headers)

    async def commit(request: Request) -> Response:
        launch = await admitted(request, WRITE)
        if (body := await received(request, LONGEST_COMMIT, launch.payer)) is None:
            return committed(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            told = read_commit(read_json_text(body))
        except ValueError:
            return committed(HTTPStatus.BAD_REQUEST)
        if not launch.is_tracked:
            return committed(HTTPStatus.OK)
        async with transaction_of(request, launch) as session:
            known = await report(session, launch, str(request.path_params["activity"]), told)
        return committed(HTTPStatus.OK if known else HTTPStatus.NOT_FOUND)

    async def sequencing(request: Request) -> Response:
        launch = await admitted(request, WRITE)
        if (body := await received(request, LONGEST_COMMIT, launch.payer)) is None:
            return committed(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            state, whole = read_sequencing(read_json_text(body))
        except ValueError:
            return committed(HTTPStatus.BAD_REQUEST)
        if not launch.is_tracked:
            return committed(HTTPStatus.OK)
        async with transaction_of(request, launch) as session:
            await keep_sequencing(session, launch, state, whole)
        return committed(HTTPStatus.OK)

    routes = [
        Route(f"{PLAYER}/{{secret}}/", page),
        Route(f"{PLAYER}/{{secret}}/content/{{path:path}}", content),
        Route(f"{PLAYER}/{{secret}}/activities/{{activity:uuid}}", limited(commit), methods=["POST"]),
        Route(f"{PLAYER}/{{secret}}/sequencing", limited(sequencing), methods=["POST"]),
        Route(f"{PLAYER}/{{secret}}/standings", where),
        *session_routes(),
        *hacp_routes(),
    ]
    return [PlayerOrigin(configured).player(route) for route in routes]


def limited(report: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint for reports of the player, with responses in their format to a spent budget and to
    values that cannot be stored.
    """

    async def endpoint(request: Request) -> Response:
        try:
            return await report(request)
        except RateLimited as error:
            return committed(HTTPStatus.TOO_MANY_REQUESTS, error.retry_after)
        except InvalidValue:
            return committed(HTTPStatus.BAD_REQUEST)

    return endpoint


def committed(status: HTTPStatus, retry_after: int | None = None) -> Response:
    """Return the response to a commit, in scorm-again's format; 101 is SCORM's general exception."""
    is_kept = status is HTTPStatus.OK
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return JSONResponse({"result": is_kept, "errorCode": 0 if is_kept else 101}, status, headers)


def content_policy(request: Request) -> str:
    """Return the policy for a package's files: they load only each other, and data that they generate."""
    origin = origin_here(request)
    own = f"{origin}{PLAYER}/{quote(request.path_params['secret'])}/"
    files = f"{own}content/"
    reports = f"{own}aicc"  # the response to a form loads in a frame
    return (
        f"{SANDBOX}; default-src {files} data: blob:; frame-src {files} {reports} data: blob:;"
        f" script-src {files} 'unsafe-inline' 'unsafe-eval' blob:;"
        f" style-src {files} 'unsafe-inline'; connect-src {own} {origin}/xapi/ data: blob:;"
        f" object-src 'none'; form-action {files} {reports}; base-uri {files}; frame-ancestors 'self'"
    )


def media_type_of(path: str) -> str:
    """Return the media type for a file name."""
    media_type, encoding = TYPES.guess_type(path)
    if media_type is None or encoding is not None:
        return "application/octet-stream"
    return media_type
