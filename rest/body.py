"""Bodies of requests: JSON, forms, files, raw bytes; and the part of a body that an operation reads."""

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import Undefined
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive

from graph.http.refusal import refusal_of
from graph.limits.gate import FILE_BYTES
from graph.limits.metered_body import announced, metered
from models.storage.objects import FileStore
from resolvers.access.scope import check_brings_files
from resolvers.access.viewer import Viewer
from resolvers.operations.errors import CodedError, RateLimited
from resolvers.operations.json_text import read_json_text
from resolvers.operations.refusal import Refusal
from rest.in_process import context_for
from rest.place import FormText, at

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
CHUNK = 256 * 1024


def media_type_of(request: Request) -> str:
    """Return the media type of a request's body, in lower case and without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_json(request: Request) -> Any:
    """Return the body as JSON; null if it is empty."""
    if not (raw := await request.body()):
        return None
    try:
        return read_json_text(raw)
    except ValueError as error:
        raise Refusal("BAD_USER_INPUT", "The body is not valid JSON.") from error


async def read_values(request: Request) -> Any:
    """Return the body as JSON or as a form, by its media type; a repeated form field becomes a list."""
    if media_type_of(request) in FORMS:
        form = await request.form()
        return _texts(form.multi_items())
    return await read_json(request)


async def read_files(request: Request, names: Sequence[str]) -> dict[str, Any]:
    """Return the texts of a multipart form, and the names under which its files are stored as uploads.

    Raises `Refusal` before reading any byte if the viewer may not upload files, and if the form lacks a file.
    """
    viewer = await _who_brings_files(request)
    objects: FileStore = request.app.state.objects
    kept = {}
    if announced(request) is None:
        request = Request(request.scope, _receiving(metered(request, viewer, FILE_BYTES)))
    try:
        async with request.form(max_files=len(names)) as form:
            for name in names:
                sent = form.get(name)
                if not isinstance(sent, UploadFile):
                    raise Refusal("BAD_USER_INPUT", f"The form has no file named '{name}'.")
                kept[name] = secrets.token_urlsafe(24)
                await objects.put_upload(kept[name], chunks_of(sent))
            return {**_texts(form.multi_items()), **kept}
    except HTTPException as error:
        raise Refusal("BAD_USER_INPUT", "The form cannot be read.") from error
    except RateLimited as error:
        raise refusal_of(error) from error


async def read_raw(request: Request) -> str:
    """Store the body as an upload and return the upload's name."""
    viewer = await _who_brings_files(request)
    objects: FileStore = request.app.state.objects
    name = secrets.token_urlsafe(24)
    # An announced length was charged with the request's admission.
    chunks = request.stream() if announced(request) is not None else metered(request, viewer, FILE_BYTES)
    try:
        await objects.put_upload(name, (chunk async for chunk in chunks if chunk))
    except RateLimited as error:
        raise refusal_of(error) from error
    return name


async def _who_brings_files(request: Request) -> Viewer:
    """Return the viewer of a request with files; `Refusal` if the viewer may not upload any."""
    try:
        viewer = (await context_for(request)).viewer
        check_brings_files(viewer)
    except CodedError as error:
        raise refusal_of(error) from error
    return viewer


def _receiving(chunks: AsyncIterator[bytes]) -> Receive:
    async def receive() -> Message:
        chunk = await anext(chunks, None)
        return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}

    return receive


def _texts(items: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in items:
        if isinstance(value, str):
            text = FormText(value)
            found[name] = [*_listed(found[name]), text] if name in found else text
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


async def chunks_of(sent: UploadFile) -> AsyncIterator[bytes]:
    """Yield the bytes of a form's file."""
    while chunk := await sent.read(CHUNK):
        yield chunk


@dataclass(frozen=True, slots=True)
class BodyPart:
    """Part of a body that an operation reads: the first of the places that has a value.

    An empty place is the whole body.
    """

    places: tuple[str, ...]
    says: str

    def of(self, body: Any) -> tuple[Any, str]:
        """Return the part and its place; `Refusal` if the part is not an object."""
        parts = ((at(body, place), place) for place in self.places)
        part, place = next((each for each in parts if each[0] and each[0] is not Undefined), (body, ""))
        if isinstance(body, Mapping) and not isinstance(part, Mapping):
            raise Refusal("BAD_USER_INPUT", self.says)
        return part, place
