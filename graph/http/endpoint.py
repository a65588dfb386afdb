"""GraphQL over HTTP at one path: from requests to operations, results and responses."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

import orjson
from graphql import ExecutionResult, GraphQLSchema, OperationType
from starlette.datastructures import State
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from graph.execution.execute import CheckedDocument
from graph.execution.measure import note, run_measured
from graph.http.caching import conditional
from graph.http.call import GraphQLRequest, call_of, call_of_address, parsed, read_body
from graph.http.documents import Accepted, DocumentCache, UnknownDocument
from graph.http.forgery import refuse_forged
from graph.http.headers import headers_of, refuse_repeated
from graph.http.media import GRAPHQL, JSON, MULTIPART, body_form, preferred
from graph.http.refusal import refusal_of
from graph.http.reply import NO_STORE, BufferedResponse, body_of, json_reply, refused, status_of
from graph.http.stream_negotiation import on_stream, reserve, streamed, token_of
from graph.http.streamed_reply import StreamedResponse
from graph.http.wanted import Wanted, wanted
from graph.http.websocket import Socket
from graph.limits.attendance import ClientLeft, asked_by
from graph.limits.figures import limits_of
from graph.limits.gate import LEAST, AdmissionControl, charged
from graph.limits.headers import budget_headers
from models.postgres.database import Database
from resolvers.access.credentials import EVERY
from resolvers.access.viewer import Role, authenticate
from resolvers.operations.context import LARGEST_PAGE, Context
from resolvers.operations.refusal import Refusal
from settings import logs
from settings.environment import Settings

METHODS = "GET, HEAD, POST, PUT, DELETE, OPTIONS"
LARGEST_BODY = {role: limits_of(role).body for role in Role}
"""Maximum size of a request body by role, in bytes."""

MOST_CALLS = {Role.ANONYMOUS: 0, Role.MEMBER: 5, Role.APPLICATION: 5, Role.STAFF: 20}
"""Maximum number of operations in a batch; 0 for viewers who may not send batches."""


class ResponseFinisher(Protocol):
    """Adds the parts that all responses of the server share, such as CORS headers and compression."""

    def preflight(self, headers: Mapping[str, str], methods: bytes) -> BufferedResponse | None:
        """Return the response to a preflight request; null if the page may not send the request."""
        ...

    def __call__(self, reply: BufferedResponse | StreamedResponse, headers: Mapping[str, str]) -> None:
        """Change a response to a request with these headers."""
        ...


class GraphQLEndpoint:
    """ASGI application that serves one schema by POST and GET."""

    def __init__(
        self,
        schema: GraphQLSchema,
        settings: Settings,
        gate: AdmissionControl,
        finish: ResponseFinisher,
        documents: Accepted = "any",
    ) -> None:
        self.schema = schema
        self.gate = gate
        self.is_trusted = False
        self.discreet = settings.in_production
        self.edition = settings.http_status
        self.documents = DocumentCache(documents)
        self.finish = finish
        self.largest_body: Mapping[Role, int] = LARGEST_BODY

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request; every refusal has a coded error."""
        if scope["type"] == "websocket":
            await Socket(self, scope["app"].state.streams, scope, receive, send).serve()
            return
        headers = headers_of(scope)
        request_id = logs.identify(headers.get("x-request-id"))
        media = preferred(headers.get("accept"))
        asked_by(scope, receive)
        try:
            refuse_repeated(scope)
            reply = await self.reply(scope, headers, receive, media)
        except (ClientDisconnect, ClientLeft):
            return
        except Exception as error:  # noqa: BLE001 (every request is answered)
            refusal = refusal_of(error)
            note(refusal.code, logs.operation.get())
            reply = refused(refusal, media or JSON)
        self.finish(reply, headers)
        reply.raw_headers.append((b"x-request-id", request_id.encode()))
        await reply(scope, receive, send)

    def admit(self, headers: Mapping[str, str]) -> None:
        """Raise `Refusal` for a request or socket without access to this endpoint; here all clients have
        access.
        """

    async def reply(
        self, scope: Scope, headers: Mapping[str, str], receive: Receive, media: str | None
    ) -> BufferedResponse | StreamedResponse:
        """Return the response to a request in its preferred media type."""
        self.admit(headers)
        asked = wanted(headers.get("accept", "*/*"))
        if media is None and asked.is_whole and scope["method"] != "PUT":  # the token is plain text
            raise Refusal("NOT_ACCEPTABLE", f"Accept {GRAPHQL} or {JSON}.")
        state: State = scope["app"].state
        if (token := token_of(scope, headers)) is not None:
            return await on_stream(
                self, state.streams, state.reservations, scope, headers, receive, token, asked
            )
        match scope["method"]:
            case "POST":
                return await self.post(state, headers, receive, asked)
            case "GET":
                return await self.get(state, headers, scope["query_string"], asked)
            case "HEAD":
                return await self.get(state, headers, scope["query_string"], Wanted(media))
            case "PUT":
                asker = state.streams.askers.asker(state.database, headers)
                return await reserve(self.gate, state.reservations, asker)
            case "OPTIONS":
                preflight = self.finish.preflight(headers, METHODS.encode())
                return preflight or BufferedResponse(204, [(b"allow", METHODS.encode())])
        raise Refusal("METHOD_NOT_ALLOWED", "Use GET or POST.", {"Allow": METHODS})

    async def post(
        self, state: State, headers: Mapping[str, str], receive: Receive, asked: Wanted
    ) -> BufferedResponse | StreamedResponse:
        """Respond to an operation in a body, or a batch of operations."""
        check_body(headers)
        context = await context_of(self.gate, state.database, headers)
        role = context.viewer.role
        body = await read_body(receive, self.largest_body[role], headers.get("content-length"))
        given = parsed(body, "The body")
        if type(given) is list:
            return await self.batch(given, context, asked.media or JSON)
        call = call_of(given)
        if (pieces := await self.pieces(state, call, context, headers, asked)) is not None:
            return pieces
        return self.answer(await self.result(call, context), context, asked.media or JSON)

    async def pieces(
        self,
        state: State,
        call: GraphQLRequest,
        context: Context,
        headers: Mapping[str, str],
        asked: Wanted,
        *,
        is_safe: bool = False,
    ) -> BufferedResponse | StreamedResponse | None:
        """Return the response as a stream if the client accepts one for the operation; else null."""
        if asked.is_whole:
            return None
        asker = state.streams.askers.asker(state.database, headers)
        found = await streamed(self, state.streams, call, context, asker, asked, is_safe=is_safe)
        if found is None and asked.media is None:
            raise Refusal("NOT_ACCEPTABLE", f"Accept {GRAPHQL} or {JSON} for this operation.")
        return found

    async def batch(self, given: list[Any], context: Context, media: str) -> BufferedResponse:
        """Execute operations one after the other: a batch uses no more of the server than single requests."""
        most = MOST_CALLS[context.viewer.role]
        if not most:
            raise Refusal("BAD_REQUEST", "Send one operation at a time: batches are for signed-in viewers.")
        if not 0 < len(given) <= most:
            raise Refusal("BAD_REQUEST", f"A batch has 1 to {most} operations.")
        for each in given:  # a batch with an invalid entry is refused before any execution
            with suppress(UnknownDocument):
                await self.documents.find(call_of(each), context.database)
        bodies = []
        for call in [call_of(each) for each in given]:
            own = Context(context.database, context.viewer, context.largest_page)
            own.prepaid, context.prepaid = context.prepaid, 0
            bodies.append(body_of(await self.result(call, own), own))
        reply = json_reply(200, media, orjson.dumps(bodies))
        reply.raw_headers += budget_headers(own.charge)
        return reply

    async def get(
        self, state: State, headers: Mapping[str, str], query_string: bytes, asked: Wanted
    ) -> BufferedResponse | StreamedResponse:
        """Respond to a query in a URL; with a stream, to a subscription, too."""
        if "cookie" in headers:
            refuse_forged(headers)
        context = await context_of(self.gate, state.database, headers)
        call = call_of_address(query_string)
        if (pieces := await self.pieces(state, call, context, headers, asked, is_safe=True)) is not None:
            return pieces
        result = await self.result(call, context, is_safe=True)
        reply = self.answer(result, context, asked.media or JSON)
        if call.query is None and context.viewer.role is Role.ANONYMOUS and not result.errors:
            return conditional(reply, headers.get("if-none-match"))
        reply.raw_headers.append(NO_STORE)
        return reply

    def answer(self, result: ExecutionResult, context: Context, media: str) -> BufferedResponse:
        """Return a result as the response to a request."""
        status = status_of(result, media, self.edition)
        reply = json_reply(status, media, orjson.dumps(body_of(result, context)))
        reply.raw_headers += budget_headers(context.charge, result.errors)
        if context.tells_cost:
            reply.raw_headers.append((b"preference-applied", b"cost"))
        return reply

    async def result(
        self, call: GraphQLRequest, context: Context, *, is_safe: bool = False
    ) -> ExecutionResult:
        """Execute an operation; if `is_safe`, as for GET, only a query."""
        try:
            document = await self.document(call, context)
        except UnknownDocument as unknown:
            note(unknown.code)
            return ExecutionResult(None, [unknown.error])
        if is_safe:
            operation = document.operation(call.operation_name)
            if operation is not None and operation.operation is not OperationType.QUERY:
                raise Refusal("METHOD_NOT_ALLOWED", "GET accepts only queries.", {"Allow": "POST"})
        return await run_measured(
            self.schema, document, context, call.variables, call.operation_name, gate=self.gate, as_text=True
        )

    async def document(self, call: GraphQLRequest, context: Context) -> CheckedDocument:
        """Return the checked document of a request; raise `Refusal` or `UnknownDocument` if there is none."""
        found = await self.documents.find(call, context.database)
        limits = self.gate.limits(context.viewer, is_trusted=self.is_trusted or found.is_trusted)
        context.largest_page = limits.page
        document = await self.gate.prepared(self.schema, found.text, limits, context, discreet=self.discreet)
        if found.is_new and not document.errors:
            await self.documents.keep(found, context.database, self.gate.payer(context.viewer)[0])
        return document


async def context_of(
    gate: AdmissionControl,
    database: Database,
    headers: Mapping[str, str],
    largest_page: int = LARGEST_PAGE,
    kinds: Sequence[str] = EVERY,
) -> Context:
    """Return a context for the viewer of a request, who is admitted before its body is read.

    Raises `Unauthenticated` for an invalid credential, `RateLimited` if the viewer's budget is spent.
    """
    viewer = await gate.admit(database, authenticate(database, headers, kinds))
    context = Context(database, viewer, largest_page)
    context.charge, context.prepaid = charged.get(), LEAST
    context.tells_cost = headers.get("prefer") == "cost"
    return context


def check_body(headers: Mapping[str, str]) -> None:
    """Raise `Refusal` for a body in an unsupported form."""
    form = body_form(headers.get("content-type", ""))
    if form == MULTIPART:
        raise Refusal("UNSUPPORTED_MEDIA_TYPE", "No mutation takes files: send application/json.")
    if form != JSON or headers.get("content-encoding", "identity") != "identity":
        raise Refusal("UNSUPPORTED_MEDIA_TYPE", "Send application/json in UTF-8, not compressed.")
