"""Subgraphs over HTTP: only for routers, if the subgraph has a secret or is in production.

Routers write their own documents, which are trusted; other clients send documents as they do to the graph.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import replace
from hmac import compare_digest
from typing import Any

from graphql import ExecutionResult, GraphQLSchema
from starlette.types import Receive, Scope

from graph.federation.trace import EXTENSION, Trace, tracing
from graph.federation.trace import HEADER as TRACE_HEADER
from graph.http.call import GraphQLRequest
from graph.http.documents import DocumentCache
from graph.http.endpoint import GraphQLEndpoint, ResponseFinisher
from graph.http.reply import BufferedResponse
from graph.http.streamed_reply import StreamedResponse
from graph.limits.attendance import asking
from graph.limits.figures import TRUSTED
from graph.limits.gate import AdmissionControl
from resolvers.access.viewer import Role
from resolvers.operations.context import Context
from resolvers.operations.refusal import Refusal
from settings.environment import Settings

SECRET_HEADER = "router-authorization"  # noqa: S105 (a name)
"""Header with a router's secret; clients authenticate by `Authorization`, which the router forwards."""

wants_trace: ContextVar[bool] = ContextVar("wants_trace", default=False)
"""Whether the router of the current request wants a federated trace."""


class SubgraphEndpoint(GraphQLEndpoint):
    """ASGI application that serves a subgraph."""

    def __init__(
        self, schema: GraphQLSchema, settings: Settings, gate: AdmissionControl, finish: ResponseFinisher
    ) -> None:
        super().__init__(schema, settings, gate, finish)
        self.secret = settings.router_secret
        self.is_closed = self.secret is None and settings.in_production
        if self.secret is None:
            self.documents = DocumentCache(settings.documents)
        else:
            self.is_trusted = True
            self.largest_body = dict.fromkeys(Role, TRUSTED.body)

    def admit(self, headers: Mapping[str, str]) -> None:
        """Raise `Refusal` for a client without a router's secret; in production, a secret is required."""
        if self.secret is None and not self.is_closed:
            return
        given = headers.get(SECRET_HEADER, "")
        if self.secret is None or not compare_digest(given.encode(), self.secret.encode()):
            message = f"Only routers have access: send the secret as '{SECRET_HEADER}'."
            raise Refusal("UNAUTHENTICATED", message)
        asking.set(replace(asking.get(), is_router=True))

    async def reply(
        self, scope: Scope, headers: Mapping[str, str], receive: Receive, media: str | None
    ) -> BufferedResponse | StreamedResponse:
        """Return the response to a router."""
        wanted = wants_trace.set(headers.get(TRACE_HEADER) == EXTENSION)
        try:
            return await super().reply(scope, headers, receive, media)
        finally:
            wants_trace.reset(wanted)

    async def result(self, call: GraphQLRequest, context: Context, **given: Any) -> ExecutionResult:
        """Execute an operation, with its trace as an extension if the router wants one."""
        if not wants_trace.get():
            return await super().result(call, context, **given)
        traced = tracing.set(trace := Trace())
        try:
            found = await super().result(call, context, **given)
        finally:
            tracing.reset(traced)
        extensions = {**(found.extensions or {}), EXTENSION: trace.encoded(found.errors or ())}
        return ExecutionResult(found.data, found.errors, extensions)
