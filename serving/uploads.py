"""Uploads: files that are sent before an import names them."""

import secrets
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack
from http import HTTPStatus

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
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

    too_large = Refusal("PAYLOAD_TOO_LARGE", f"An upload has at most {limit:,} bytes.")

    async def upload(request: Request) -> Response:
        try:
            state = request.app.state
            context = await context_of(state.gate, state.database, request.headers)
            check_brings_files(context.viewer)
            is_form = media_type_of(request) == FORM
            most = limit + FORM_TEXT if is_form else limit
            if (announced(request) or 0) > most:
                return refused(too_large)
            name = secrets.token_urlsafe(24)
            sent = limited(metered(request, context.viewer, FILE_BYTES), most)
            async with AsyncExitStack() as opened:
                if is_form:
                    file = await file_of_form(request.headers, sent)
                    opened.push_async_callback(file.close)
                    sent = limited(chunks_of(file), limit)
                await objects.put_upload(name, sent)
        except CodedError as error:
            return refused(refusal_of(error))
        except Refusal as refusal:
            return refused(refusal)
        except TooLarge:
            return refused(too_large)
        return JSONResponse({"upload": name}, HTTPStatus.CREATED)

    return [Route("/uploads", upload, methods=["POST"])]


async def file_of_form(headers: Headers, sent: AsyncGenerator[bytes, None]) -> UploadFile:
    """Return the file of a form, whatever its field is named; other fields are ignored.

    Raises `Refusal` unless there is one file.
    """
    try:
        form = await MultiPartParser(headers, sent, max_files=1, max_fields=FIELDS).parse()
    except (MultiPartException, KeyError) as error:
        raise Refusal("BAD_USER_INPUT", f"The form cannot be read: {error}") from error
    for value in form.values():
        if isinstance(value, UploadFile) and (value.filename or value.size):
            return value
    await form.close()
    raise Refusal("BAD_USER_INPUT", "The form has no file.")


async def limited(chunks: AsyncIterator[bytes], limit: int) -> AsyncGenerator[bytes, None]:
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
