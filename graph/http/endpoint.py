"""GraphQL over HTTP: one request, one operation."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError, GraphQLSchema
from starlette.requests import Request
from starlette.responses import Response

from graph.execute import is_mutation, prepare, run
from models.database import Database
from resolvers.context import LARGEST_PAGE, Context
from resolvers.errors import CodedError
from resolvers.viewer import Role, authenticate

LARGEST_BODY = 256 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """What a request asks for."""

    query: str
    variables: Mapping[str, Any]
    operation_name: str | None


class GraphQLEndpoint:
    """Serves one schema by POST and GET."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema

    async def answer(self, request: Request) -> Response:
        """Answer a request; whatever is wrong with it has a coded error and a 4xx status."""
        if request.method not in ("GET", "HEAD", "POST"):
            return refusal(
                HTTPStatus.METHOD_NOT_ALLOWED, "BAD_REQUEST", "Use GET or POST.", allow="GET, POST"
            )
        try:
            call = await read_call(request)
            context = await context_of(request)
        except Unacceptable as error:
            return refusal(error.status, "BAD_REQUEST", str(error))
        except CodedError as error:
            return refusal(HTTPStatus.UNAUTHORIZED, error.code, str(error))
        document = prepare(self.schema, call.query)
        if request.method != "POST" and is_mutation(document, call.operation_name):
            return refusal(
                HTTPStatus.METHOD_NOT_ALLOWED, "BAD_REQUEST", "A mutation needs POST.", allow="POST"
            )
        result = await run(self.schema, document, context, call.variables, call.operation_name)
        return respond(result, context)


class Unacceptable(Exception):  # noqa: N818 (what a request is)
    """A request that is no GraphQL request, with the status that says so."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


async def context_of(request: Request, largest_page: int = LARGEST_PAGE) -> Context:
    """A context for the viewer that the request's headers name; `Unauthenticated` for a dead token."""
    database: Database = request.app.state.database
    headers = request.headers
    viewer = await authenticate(database, headers.get("authorization"), headers.get("accept-language"))
    return Context(database, viewer, largest_page)


async def read_call(request: Request) -> Call:
    """The operation that a request carries; `Unacceptable` where it carries none."""
    if request.method == "POST":
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            raise Unacceptable(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send the request as application/json.")
        given = _parsed(await read_body(request), "The body")
    else:
        given = dict(request.query_params)
        if "variables" in given:
            given["variables"] = _parsed(given["variables"].encode(), "'variables'")
    if not isinstance(given, dict) or not isinstance(given.get("query"), str):
        raise Unacceptable(HTTPStatus.BAD_REQUEST, "A request needs a 'query', a string.")
    variables, name = given.get("variables"), given.get("operationName")
    if not isinstance(variables, dict | None) or not isinstance(name, str | None):
        raise Unacceptable(HTTPStatus.BAD_REQUEST, "'variables' is an object, 'operationName' a string.")
    return Call(given["query"], variables or {}, name or None)


async def read_body(request: Request, largest: int = LARGEST_BODY) -> bytes:
    """The whole body; `Unacceptable` as soon as it has more bytes than `largest`."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise Unacceptable(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body exceeds {largest} bytes.")
    return bytes(body)


def _parsed(text: bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Unacceptable(HTTPStatus.BAD_REQUEST, f"{what} is not JSON: {error}.") from error


def respond(result: ExecutionResult, context: Context) -> Response:
    """A result as JSON; global staff learn how many SQL statements it took."""
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body = {"errors": [error.formatted for error in result.errors], **body}
    extensions = dict(result.extensions or {})
    if context.viewer.role is Role.STAFF:
        extensions["statements"] = len(context.statements)
    if extensions:
        body["extensions"] = extensions
    return Response(orjson.dumps(body), media_type="application/json")


def refusal(status: HTTPStatus, code: str, message: str, allow: str | None = None) -> Response:
    """An answer to what was not executed."""
    error = GraphQLError(message, extensions={"code": code})
    headers = {"Allow": allow} if allow else {}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(orjson.dumps({"errors": [error.formatted]}), status, headers, "application/json")
