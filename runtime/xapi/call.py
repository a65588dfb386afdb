"""Request to the record store: headers, parameters and sender."""

import binascii
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from graph.limits.gate import ANYBODY, LEAST, AdmissionControl
from graph.limits.metered_body import received
from models.postgres.database import Database
from models.postgres.value import check_json, text
from resolvers.access.credentials import BASIC
from resolvers.access.scope import Verb, check
from resolvers.access.viewer import Role, Viewer, authenticate
from resolvers.operations.errors import Forbidden, Unauthenticated
from resolvers.operations.json_text import read_json_text
from resolvers.packages.player import launched_by
from resolvers.packages.record_store import Sender
from runtime.xapi.form import MalformedStatement, check_agent, check_moment, check_uuid, check_value
from runtime.xapi.multipart import is_multipart

VERSION = "1.0.3"
VERSION_HEADER = "X-Experience-API-Version"
LARGEST_BODY = 2 * 1024 * 1024
LARGEST_WITH_FILES = 32 * 1024 * 1024
"""Maximum bytes of a body, and of a body with attachments."""

LARGEST_FORM = 256 * 1024
"""Maximum bytes of a form that contains its own credentials: its sender is unknown until it has been read."""

VERBS = {"PUT": Verb.WRITE, "POST": Verb.WRITE, "DELETE": Verb.DELETE}
SENT_AS_HEADERS = ("Authorization", VERSION_HEADER, "Content-Type", "If-Match", "If-None-Match")


class Failed(Exception):  # noqa: N818 (what a call did)
    """Raised when a request is refused; has the status of the response and a message for the client."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class XapiRequest:
    """Request; `parameters` are those of the query, names of headers are in lower case.

    `pay` charges its sender; it raises `RateLimited` if the budget is too low.
    """

    method: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    pay: Callable[[int], object] = field(default=lambda _: None, compare=False)

    def known(self, *names: str) -> None:
        """Raise `MalformedStatement` for an unknown parameter (xAPI 1.0.3, part three, 1.1)."""
        for name in self.parameters:
            if name not in names:
                raise MalformedStatement(f"Unknown parameter {name!r}.")
        for value in (*self.parameters.values(), self.headers.get("content-type", "")):
            check_value(text, value, "A parameter or header")

    def needed(self, name: str) -> str:
        """Return a required parameter."""
        if not (value := self.parameters.get(name)):
            raise MalformedStatement(f"The parameter {name!r} is required.")
        return value

    def agent(self, name: str = "agent") -> dict[str, Any] | None:
        """Return an agent from a JSON parameter."""
        if (value := self.parameters.get(name)) is None:
            return None
        given = json_of(value.encode(), f"'{name}'")
        check_agent(given, name)
        check_value(check_json, given, f"'{name}'")
        return dict(given)

    def moment(self, name: str) -> str | None:
        """Return a valid timestamp as sent."""
        if (value := self.parameters.get(name)) is not None:
            check_moment(value, name)
        return value

    def uuid(self, name: str) -> str | None:
        """Return a UUID in lower case."""
        if (value := self.parameters.get(name)) is None:
            return None
        check_uuid(value, name)
        return value.lower()

    def flag(self, name: str) -> bool:
        """Return a boolean parameter; defaults to false."""
        if (value := self.parameters.get(name, "false").lower()) not in ("true", "false"):
            raise MalformedStatement(f"'{name}' must be true or false.")
        return value == "true"


def json_of(body: bytes, what: str = "The body") -> Any:
    """Return the value of a JSON text."""
    try:
        return read_json_text(body)
    except ValueError as error:
        raise MalformedStatement(f"{what} is not JSON: {error}.") from error


async def read_call(request: Request, player: str | None = None) -> tuple[XapiRequest, Sender]:
    """Read a request and its sender, also in the alternate request syntax (xAPI 1.0.3, part three, 1.3).

    The sender is admitted before the body is read. Only a form has the credentials inside; it is small, and
    charged to the sender's network. A page of any origin can send a form: its page must have the origin of
    the `player`.
    """
    gate: AdmissionControl = request.app.state.gate
    database: Database = request.app.state.database
    parameters = dict(request.query_params)
    headers = {name.lower(): value for name, value in request.headers.items()}
    method = "GET" if request.method == "HEAD" else request.method
    is_form = method == "POST" and "method" in parameters
    if is_form and _is_foreign(request, player):
        message = "Only pages of the player may send requests in the alternate syntax."
        raise Failed(HTTPStatus.FORBIDDEN, message)
    if is_form and len(parameters) > 1:
        raise MalformedStatement("With 'method' in the query, all other parameters must be in the form.")
    if not is_form:
        sender = await sender_of(gate, database, method, headers)
        body = await _body(request, _most(request), sender.payer)
        pay = partial(gate.pay, database, sender.payer)
        return XapiRequest(method, parameters, headers, body, pay), sender
    gate.pay(database, ANYBODY, LEAST)
    body = await _body(request, LARGEST_FORM, ANYBODY)
    form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    headers |= {name.lower(): form.pop(name) for name in SENT_AS_HEADERS if name in form}
    method, content = parameters["method"].upper(), form.pop("content", "")
    sender = await sender_of(gate, database, method, headers)
    pay = partial(gate.pay, database, sender.payer)
    return XapiRequest(method, form, headers, content.encode(), pay), sender


def _is_foreign(request: Request, player: str | None) -> bool:
    """Return whether a page of another origin sends the request; other clients name no origin."""
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
    return origin != player


def _most(request: Request) -> int:
    has_files = is_multipart(request.headers.get("content-type", ""))
    return LARGEST_WITH_FILES if has_files and request.url.path.endswith("/statements") else LARGEST_BODY


async def _body(request: Request, most: int, viewer: Viewer) -> bytes:
    if (body := await received(request, most, viewer)) is None:
        raise Failed(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body must not exceed {most} bytes.")
    return body


async def sender_of(
    gate: AdmissionControl, database: Database, method: str, headers: Mapping[str, str]
) -> Sender:
    """Admit and return the sender of a request: an application, or a package with the credentials of its
    launch.
    """
    if not headers.get(VERSION_HEADER.lower(), "").startswith("1.0"):
        raise Failed(HTTPStatus.BAD_REQUEST, f"Send '{VERSION_HEADER}: {VERSION}'.")
    if (named := _credentials(headers.get("authorization"))) is not None:
        launch = await launched_by(database, *named)
        if launch is not None:
            gate.pay(database, launch.payer, LEAST)
            return Sender(launch.application_id, launch)
    try:
        viewer = await gate.admit(database, authenticate(database, headers))
        check(viewer.scopes, VERBS.get(method, Verb.READ))
    except Unauthenticated as error:
        raise Failed(HTTPStatus.UNAUTHORIZED, str(error)) from error
    except Forbidden as error:
        raise Failed(HTTPStatus.FORBIDDEN, str(error)) from error
    if viewer.role is not Role.APPLICATION:
        raise Failed(HTTPStatus.UNAUTHORIZED, "Sign in as an application.")
    return Sender(viewer.application_id)


def _credentials(authorization: str | None) -> tuple[str, str] | None:
    """Return id and secret of `Basic` credentials; null unless they may belong to a launch."""
    if (match := BASIC.fullmatch(authorization or "")) is None:
        return None
    try:
        name, _, secret = b64decode(match[1], validate=True).decode().partition(":")
        check_uuid(name, "id")
    except (binascii.Error, UnicodeDecodeError, MalformedStatement):
        return None
    return name.lower(), secret


def answered(content: Any, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Return a JSON response."""
    return JSONResponse(content, status)
