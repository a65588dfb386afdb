"""Uploads: files that are sent before an import names them."""

import secrets
from collections.abc import AsyncIterator
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from graph.http.endpoint import context_of
from ingest.archive import ArchiveLimits
from models.storage.objects import FileStore
from resolvers.access.scope import Verb, check
from resolvers.operations.errors import CodedError, Forbidden


class TooLarge(Exception):  # noqa: N818 (what an upload is)
    """Raised if an upload exceeds its maximum size."""


def upload_routes(objects: FileStore, limit: int = ArchiveLimits().packed) -> list[Route]:
    """Return the route `POST /uploads`: the body is the file, the response has its name for `importCourse`.

    `limit` is in bytes.
    """

    async def upload(request: Request) -> Response:
        try:
            await admit_upload(request)
        except Forbidden as error:
            return _refusal(HTTPStatus.FORBIDDEN, error.code, str(error))
        except CodedError as error:
            return _refusal(HTTPStatus.UNAUTHORIZED, error.code, str(error))
        name = secrets.token_urlsafe(24)
        try:
            await objects.put_upload(name, limited(request.stream(), limit))
        except TooLarge:
            message = f"An upload has at most {limit:,} bytes."
            return _refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "PAYLOAD_TOO_LARGE", message)
        return JSONResponse({"upload": name}, HTTPStatus.CREATED)

    return [Route("/uploads", upload, methods=["POST"])]


async def admit_upload(request: Request) -> None:
    """Raise a `CodedError` if the viewer may not upload files, before the body is read."""
    viewer = (await context_of(request.app.state.database, request.headers)).viewer
    check(viewer.scopes, Verb.WRITE)
    if not viewer.keeps_courses:
        raise Forbidden("Only staff and applications bring files.")


async def limited(chunks: AsyncIterator[bytes], limit: int) -> AsyncIterator[bytes]:
    """Yield the chunks that are not empty; raise `TooLarge` as soon as they exceed `limit` bytes in total."""
    got = 0
    async for chunk in chunks:
        got += len(chunk)
        if got > limit:
            raise TooLarge
        if chunk:
            yield chunk


def _refusal(status: HTTPStatus, code: str, message: str) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if status is HTTPStatus.UNAUTHORIZED else {}
    errors = [{"message": message, "extensions": {"code": code}}]
    return JSONResponse({"errors": errors}, status, headers)
