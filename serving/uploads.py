"""Uploads: files that are sent before an import names them."""

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from http import HTTPStatus

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from graph.http.endpoint import context_of
from ingest.archive import ArchiveLimits
from models.storage.objects import FileStore
from resolvers.access.scope import check_brings_files
from resolvers.operations.errors import CodedError
from resolvers.operations.refusal import Refusal
from rest.body import chunks_of, media_type_of

FORM = "multipart/form-data"

FORM_TEXT = 64 * 1024
"""Bytes that a form may have besides its file: boundaries, headers and other fields."""

FIELDS = 20
"""Maximum number of a form's other fields."""


class TooLarge(Exception):  # noqa: N818 (what an upload is)
    """Raised if an upload exceeds its maximum size."""


def upload_routes(objects: FileStore, limit: int = ArchiveLimits().packed) -> list[Route]:
    """Return the route `POST /uploads`: the body is the file, or a browser's form with one file; the response
    has its name for `importCourse`.

    `limit` is in bytes.
    """

    async def upload(request: Request) -> Response:
        try:
            context = await context_of(request.app.state.database, request.headers)
            check_brings_files(context.viewer)
        except CodedError as error:
            return refused(Refusal(error.code, str(error)))
        name = secrets.token_urlsafe(24)
        try:
            async with AsyncExitStack() as opened:
                sent = request.stream()
                if media_type_of(request) == FORM:
                    file = await file_of_form(request, limit)
                    opened.push_async_callback(file.close)
                    sent = chunks_of(file)
                await objects.put_upload(name, limited(sent, limit))
        except TooLarge:
            message = f"An upload has at most {limit:,} bytes."
            return refused(Refusal("PAYLOAD_TOO_LARGE", message))
        except Refusal as refusal:
            return refused(refusal)
        return JSONResponse({"upload": name}, HTTPStatus.CREATED)

    return [Route("/uploads", upload, methods=["POST"])]


async def file_of_form(request: Request, limit: int) -> UploadFile:
    """Return the file of a form, whatever its field is named; other fields are ignored.

    Raises `TooLarge` before more than `limit` bytes and a form's own text are kept, and `Refusal` unless
    there is one file.
    """
    sent = limited(request.stream(), limit + FORM_TEXT)
    try:
        form = await MultiPartParser(request.headers, sent, max_files=1, max_fields=FIELDS).parse()
    except (MultiPartException, KeyError) as error:
        raise Refusal("BAD_USER_INPUT", f"The form cannot be read: {error}") from error
    for value in form.values():
        if isinstance(value, UploadFile) and (value.filename or value.size):
            return value
    await form.close()
    raise Refusal("BAD_USER_INPUT", "The form has no file.")


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
    headers = {"WWW-Authenticate": "Bearer"} if refusal.status == HTTPStatus.UNAUTHORIZED else {}
    errors = [{"message": refusal.message, "extensions": refusal.extensions}]
    return JSONResponse({"errors": errors}, refusal.status, headers)
