"""Shapes: renderings of an operation's result. They belong to dialects, never to a route."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse

from models.storage.objects import FileStore
from rest.archive import packed
from rest.attachment import attachment
from rest.errors import JSON
from rest.operation import View
from rest.paging import NumberedPage
from rest.query import QueryToken
from rest.reshape import reshaper
from rest.selection import marked
from rest.variable import Incoming

Conversions = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class OperationResult:
    """Result of an operation: `value` is the value of the response as the graph has it; may be null.

    `page` is set for operations that are read in numbered pages, `body` for those that write. `status` is the
    status of the outcome.
    """

    request: Request
    incoming: Incoming
    value: Any
    page: NumberedPage | None
    body: Any
    status: int
    token: QueryToken | None = None

    @property
    def origin(self) -> str:
        """Scheme and host of the request, as passed on by a trusted proxy."""
        return f"{self.request.url.scheme}://{self.request.url.netloc}"


Render = Callable[[OperationResult], Response]
Shape = Callable[[View, Conversions], Render]
"""Makes, once, the function that renders the responses of a view."""

Make = Callable[[OperationResult], Any]


def json_response(content: Any, status: int, media_type: str = JSON) -> Response:
    """Return a response with `content` as JSON."""
    return Response(orjson.dumps(content), status, media_type=media_type)


def value_of(view: View, conversions: Conversions) -> Make:
    """Return the function that makes the reshaped value of a response, with the token of the next page."""
    if view.field is None:
        return lambda _: None
    make = reshaper(view.field, conversions)
    tokens = [(way, field.marks["next"]["key"]) for way, field in marked({"": view.field}, "next")]
    if not tokens:
        return lambda answer: make(answer.value, answer.origin)
    ((way, key),) = tokens

    def made(answer: OperationResult) -> Any:
        value = make(answer.value, answer.origin)
        page = answer.value
        for name in way[1:]:
            page = page[name]
        assert answer.token is not None, "the dialect has a token"  # noqa: S101
        if (token := answer.token.next(answer.incoming.query, page)) is not None:
            value[key] = token
        return value

    return made


def with_headers(view: View, response: Response, answer: OperationResult) -> Response:
    """Return the response with the headers that fields of the result hold."""
    for way, field in view.headers:
        value = answer.value
        for name in way:
            value = None if value is None else value.get(name)
        plucked = field.marks.get("pluck", {}).get("field")
        for each in value if isinstance(value, list) else [value]:
            if each is not None:
                response.headers.append(
                    field.marks["header"]["name"], str(each[plucked] if plucked else each)
                )
    return response


def one(view: View, conversions: Conversions) -> Render:
    """Render the value as JSON: an object, a list, a text."""
    make = value_of(view, conversions)
    return lambda answer: with_headers(view, json_response(make(answer), answer.status), answer)


def nothing(view: View, _: Conversions) -> Render:
    """Render no body."""
    return lambda answer: with_headers(view, Response(status_code=answer.status), answer)


def text(view: View, conversions: Conversions) -> Render:
    """Render the value as plain text."""
    make = value_of(view, conversions)
    return lambda answer: with_headers(view, PlainTextResponse(str(make(answer)), answer.status), answer)


def html(view: View, conversions: Conversions) -> Render:
    """Render the value as an HTML page."""
    make = value_of(view, conversions)
    return lambda answer: with_headers(view, HTMLResponse(str(make(answer)), answer.status), answer)


def redirect(view: View, conversions: Conversions) -> Render:
    """Redirect to the URL that is the value, with the status of the operation."""
    make = value_of(view, conversions)
    return lambda answer: with_headers(view, RedirectResponse(make(answer), answer.status), answer)


def download(view: View, conversions: Conversions) -> Render:
    """Send a stored file to save: the value has its `name`, `size` in bytes and `digest`."""
    make = value_of(view, conversions)

    def render(answer: OperationResult) -> Response:
        file = make(answer)
        objects: FileStore = answer.request.app.state.objects
        headers = saved_as(file_name(view, answer, file)) | {"Content-Length": str(file["size"])}
        content = objects.read(file["digest"])
        return StreamingResponse(content, answer.status, headers, "application/octet-stream")

    return render


def archive(view: View, conversions: Conversions) -> Render:
    """Send a zip archive of stored files, packed as it is sent: the value has its `name` and `files`."""
    make = value_of(view, conversions)

    def render(answer: OperationResult) -> Response:
        made = make(answer)
        content = packed(answer.request.app.state.objects, made["files"])
        return StreamingResponse(
            content, answer.status, saved_as(file_name(view, answer, made)), "application/zip"
        )

    return render


def file_name(view: View, answer: OperationResult, made: Mapping[str, Any]) -> str:
    """Return the file name: the operation's, with the path's parameters, or the value's `name`."""
    template = view.operation.file_name
    return made["name"] if template is None else template.format(**answer.request.path_params)


def saved_as(name: str) -> dict[str, str]:
    """Return the headers of a file that clients save; browsers run nothing of it on this host."""
    return {"Content-Disposition": attachment(name), "X-Content-Type-Options": "nosniff"}


SHAPES: Mapping[str, Shape] = {
    "one": one,
    "nothing": nothing,
    "text": text,
    "html": html,
    "redirect": redirect,
    "download": download,
    "archive": archive,
}
"""Shapes of every dialect by name."""

STREAMED: Mapping[str, str] = {"download": "application/octet-stream", "archive": "application/zip"}
"""Media types of shapes that send files."""

WORDS: Mapping[str, str] = {"text": "text/plain", "html": "text/html"}
"""Media types of shapes that send text."""

EMPTY = frozenset({"nothing", "redirect"})
"""Shapes without a body."""
