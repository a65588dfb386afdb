"""Streamed responses: chosen by the `Accept` header and the operation."""

from collections.abc import Mapping
from functools import partial
from urllib.parse import parse_qs

from starlette.types import Receive, Scope

from graph.execution.execute import CheckedDocument, is_mutation, is_subscription
from graph.execution.increments import has_increments, increments
from graph.execution.measure import note, run_measured
from graph.http.asker import Asker
from graph.http.call import GraphQLRequest, call_of, call_of_address, parsed, read_body
from graph.http.documents import UnknownDocument
from graph.http.open_connections import Streams, Transport
from graph.http.reply import NO_SNIFF, NO_STORE, BufferedResponse, body_of
from graph.http.reservation import Reservations
from graph.http.results import OperationSource, told
from graph.http.streamed_reply import (
    EVENTS,
    PARTS,
    RESERVED,
    StreamedResponse,
    event,
    events,
    increment_parts,
    parts,
)
from graph.http.streamed_reply import increments as form_of_increments
from graph.http.wanted import Wanted
from graph.limits.attendance import asked_by
from graph.limits.gate import AdmissionControl
from graph.limits.headers import budget_headers
from resolvers.access.viewer import Role
from resolvers.operations.context import Context
from resolvers.operations.errors import Unauthenticated
from resolvers.operations.refusal import Refusal

TOKEN = "x-graphql-event-stream-token"  # noqa: S105 (the name of a header)
LARGEST_OPERATION = 256 * 1024
"""Maximum size of an operation that is started on a stream, in bytes."""


async def streamed(
    source: OperationSource,
    streams: Streams,
    call: GraphQLRequest,
    context: Context,
    asker: Asker,
    wanted: Wanted,
    *,
    is_safe: bool,
) -> StreamedResponse | BufferedResponse | None:
    """Return the response to an operation as a stream; null if a complete response is due. `is_safe` refuses
    mutations.
    """
    try:
        document = await source.document(call, context)
    except UnknownDocument as unknown:
        note(unknown.code)
        return _at_once({"errors": [unknown.error.formatted]}) if wanted.is_stream else None
    name = call.operation_name
    if is_safe and is_mutation(document, name):
        raise Refusal("METHOD_NOT_ALLOWED", "GET accepts only queries.", {"Allow": "POST"})
    if is_subscription(document, name):
        return _subscribed(source, streams, document, call, context, asker, wanted)
    if wanted.increments is not None and document.node is not None and has_increments(document.node):
        note("OK", document.title(name))
        source.gate.charge(document, context, call.variables, name)
        bodies = increments(
            source.schema, document, context, call.variables, name, wanted.increments, source.gate
        )
        form = form_of_increments(wanted.increments)
        stream = StreamedResponse(streams, context.viewer, form, increment_parts(bodies), asker)
        stream.raw_headers += budget_headers(context.charge)
        return stream
    if wanted.is_stream:
        result = await run_measured(
            source.schema, document, context, call.variables, name, gate=source.gate, as_text=True
        )
        reply = _at_once(body_of(result, context))
        reply.raw_headers += budget_headers(context.charge, result.errors)
        return reply
    return None


def _subscribed(
    source: OperationSource,
    streams: Streams,
    document: CheckedDocument,
    call: GraphQLRequest,
    context: Context,
    asker: Asker,
    wanted: Wanted,
) -> StreamedResponse | None:
    if wanted.stream is None:
        return None
    if context.viewer.role is Role.ANONYMOUS:
        raise Unauthenticated("Sign in first: a subscription needs a viewer.")
    asker.largest_page = context.largest_page
    bodies = told(source, streams.feed, document, call, asker)
    if wanted.stream is Transport.SSE:
        return StreamedResponse(streams, context.viewer, EVENTS, events(bodies), asker)
    return StreamedResponse(streams, context.viewer, PARTS, parts(bodies), asker)


def _at_once(body: Mapping[str, object]) -> BufferedResponse:
    """Return one result as events."""
    headers = [(b"content-type", EVENTS.content_type), NO_STORE, NO_SNIFF]
    return BufferedResponse(200, headers, event("next", body) + event("complete"))


def token_of(scope: Scope, headers: Mapping[str, str]) -> str | None:
    """Return the token of the stream that a request is about; null if it is about none."""
    if (token := headers.get(TOKEN)) is not None:
        return token
    return _parameter(scope, "token")


def _parameter(scope: Scope, name: str) -> str | None:
    query: bytes = scope["query_string"]
    if name.encode() not in query:
        return None
    found = parse_qs(query.decode("latin-1")).get(name)
    return found[0] if found else None


async def reserve(gate: AdmissionControl, reservations: Reservations, asker: Asker) -> BufferedResponse:
    """Return the response to the reservation of a stream: its token."""
    token = reservations.reserve(await gate.admit(asker.database, asker.viewer()))
    return BufferedResponse(201, [(b"content-type", b"text/plain; charset=utf-8"), NO_STORE], token.encode())


async def on_stream(
    source: OperationSource,
    streams: Streams,
    reservations: Reservations,
    scope: Scope,
    headers: Mapping[str, str],
    receive: Receive,
    token: str,
    wanted: Wanted,
) -> StreamedResponse | BufferedResponse:
    """Return the response to a request about a reserved stream: open it, start or end an operation."""
    database = scope["app"].state.database
    asker = streams.askers.asker(database, headers)
    viewer = await source.gate.admit(database, asker.viewer())
    method = scope["method"]
    if method in ("GET", "POST") and wanted.is_stream:
        pieces = reservations.open(token, viewer)
        return StreamedResponse(streams, viewer, RESERVED, pieces, asker, partial(reservations.end, token))
    reserved = reservations.find(token, viewer)
    if method == "DELETE":
        reserved.operations.end(_parameter(scope, "operationId") or "")
        return BufferedResponse(200, [NO_STORE])
    if method == "POST":
        body = await read_body(receive, LARGEST_OPERATION, headers.get("content-length"))
        call = call_of(parsed(body, "The body"))
    elif method == "GET":
        call = call_of_address(scope["query_string"])
    else:
        raise Refusal("METHOD_NOT_ALLOWED", "Use GET, POST or DELETE.", {"Allow": "GET, POST, DELETE"})
    id_ = call.extensions.get("operationId")
    if not isinstance(id_, str) or not id_:
        raise Refusal("BAD_REQUEST", "An operation on a stream needs an 'operationId' in its 'extensions'.")
    asked_by(scope)  # this request ends immediately; the stream observes the disconnect
    reservations.begin(source, reserved, id_, call, asker)
    return BufferedResponse(202, [NO_STORE])
