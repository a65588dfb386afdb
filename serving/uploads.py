"""Uploads: files that are sent before an import names them."""

import secrets
from collections.abc import AsyncIterator
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from graph.http.endpoint import context_of
from graph.http.refusal import refusal_of
from graph.limits.gate import FILE_BYTES
from graph.limits.metered_body import announced, metered
from ingest.archive import ArchiveLimits
from models.storage.objects import FileStore
from resolvers.access.scope import check_brings_files
from resolvers.operations.errors import CodedError
from resolvers.operations.refusal import Refusal


class TooLarge(Exception):  # noqa: N818 (what an upload is)
    """Raised if an upload exceeds its maximum size."""


def upload_routes(objects: FileStore, limit: int = ArchiveLimits().packed) -> list[Route]:
    """Return the route `POST /uploads`: the body is the file, the response has its name for `importCourse`.

    `limit` is in bytes.
    """

    too_large = Refusal("PAYLOAD_TOO_LARGE", f"An upload has at most {limit:,} bytes.")

    async def upload(request: Request) -> Response:
        try:
            state = request.app.state
            context = await context_of(state.gate, state.database, request.headers)
            check_brings_files(context.viewer)
            if (announced(request) or 0) > limit:
                return refused(too_large)
            name = secrets.token_urlsafe(24)
            chunks = metered(request, context.viewer, FILE_BYTES)
            await objects.put_upload(name, limited(chunks, limit))
        except CodedError as error:
            return refused(refusal_of(error))
        except TooLarge:
            return refused(too_large)
        return JSONResponse({"upload": name}, HTTPStatus.CREATED)

    return [Route("/uploads", upload, methods=["POST"])]


async def limited(chunks: AsyncIterator[bytes], limit: int) -> AsyncIterator[bytes]:
    """Yield the chunks that are not empty; raise `TooLarge` as soon as they exceed `limit` bytes in total."""
    got = 0
    async for chunk in chunks:
        got += len(chunk)
        if got > limit:
            raise TooLarge
        if chunk:
            yield chunk


def refused(refusal: Refusal) -> Response:
    """The response to a refused upload, as GraphQL spells errors."""
    is_unknown = refusal.status == HTTPStatus.UNAUTHORIZED
    headers = {**refusal.headers, **({"WWW-Authenticate": "Bearer"} if is_unknown else {})}
    errors = [{"message": refusal.message, "extensions": refusal.extensions}]
    return JSONResponse({"errors": errors}, refusal.status, headers)
