"""OpenTelemetry spans of requests, plans, levels and statements: an optional extra.

The packages are imported only if the setting is on, and the traced code is independent of them: functions are
replaced by ones that open a span around them. OpenTelemetry's variables (`OTEL_…`) configure the exporter.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any

from opentelemetry import propagate, trace
from opentelemetry.trace import Span, SpanKind, Tracer
from sqlalchemy import Engine, ExceptionContext, event
from starlette.types import Message, Receive, Scope, Send

from graph.engine import run
from graph.engine.child import Child
from graph.engine.level import Store
from graph.http.endpoint import GraphQLEndpoint
from graph.http.headers import headers_of
from resolvers.loading.sql import SqlStatement
from resolvers.operations.context import Context
from serving.envelope import Envelope
from settings import logs

Undo = Callable[[], None]
Opening = Callable[..., AbstractContextManager[Span]]
"""Opens a span, given the arguments of the traced function."""


def begin() -> None:
    """Trace this process, and export spans by OTLP. Raises `ImportError` without the extra's packages."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # type: ignore[import-not-found]
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "scholagraph"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    instrument(provider.get_tracer("scholagraph"))


def instrument(tracer: Tracer) -> Undo:
    """Open spans until the returned function is called."""

    def plan(*_: Any) -> AbstractContextManager[Span]:
        return tracer.start_as_current_span("plan")

    def level(field: Child, _run: Any, store: Store, *_: Any) -> AbstractContextManager[Span]:
        attributes: dict[str, str | int] = {
            "graphql.field.name": field.response_key,
            "scholagraph.keys": len(store),
        }
        return tracer.start_as_current_span(f"level {field.response_key}", attributes=attributes)

    def statement(_: Context, statement: SqlStatement, *__: Any) -> AbstractContextManager[Span]:
        return tracer.start_as_current_span("statement", **_statement(statement.sql))

    undone = [
        _replace(GraphQLEndpoint, "__call__", _serving(tracer, GraphQLEndpoint.__call__)),
        _replace(Envelope, "__call__", _serving(tracer, Envelope.__call__)),
        _replace(run, "plan", _inside(plan, vars(run)["plan"])),
        _replace(Context, "fetch", _inside_awaited(statement, Context.fetch)),
        *(_replace(of, "fill", _inside_awaited(level, of.fill)) for of in Child.__subclasses__()),
        _writing(tracer),
    ]

    def undo() -> None:
        for each in undone:
            each()

    return undo


def _statement(sql: str) -> dict[str, Any]:
    return {
        "kind": SpanKind.CLIENT,
        "attributes": {"db.system.name": "postgresql", "db.query.text": sql},
    }


def _writing(tracer: Tracer) -> Undo:
    """Open spans for the statements of transactions, which SQLAlchemy sends."""

    def begun(_c: Any, _cursor: Any, sql: str, _p: Any, execution: Any, _m: bool) -> None:
        execution.span = tracer.start_span("statement", **_statement(sql))

    def ended(_c: Any, _cursor: Any, _sql: str, _p: Any, execution: Any, _m: bool) -> None:
        execution.span.end()

    def failed(failure: ExceptionContext) -> None:
        if (span := getattr(failure.execution_context, "span", None)) is not None:
            span.record_exception(failure.original_exception)
            span.set_status(trace.StatusCode.ERROR)
            span.end()

    listeners = (("before_cursor_execute", begun), ("after_cursor_execute", ended), ("handle_error", failed))
    for name, listener in listeners:
        event.listen(Engine, name, listener)

    def undo() -> None:
        for name, listener in listeners:
            event.remove(Engine, name, listener)

    return undo


def _replace(owner: Any, name: str, by: Any) -> Undo:
    original = getattr(owner, name)
    setattr(owner, name, by)
    return lambda: setattr(owner, name, original)


def _inside(opening: Opening, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def traced(*given: Any, **named: Any) -> Any:
        with opening(*given):
            return function(*given, **named)

    return traced


def _inside_awaited(opening: Opening, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    async def traced(*given: Any, **named: Any) -> Any:
        with opening(*given):
            return await function(*given, **named)

    return traced


def _serving(tracer: Tracer, application: Callable[..., Any]) -> Callable[..., Any]:
    """Return an ASGI application's `__call__` in a span, which continues the trace in the headers."""

    @wraps(application)
    async def traced(self: Any, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(self, scope, receive, send)
            return
        headers = headers_of(scope)
        attributes = {"http.request.method": scope["method"], "url.path": scope["path"]}
        with tracer.start_as_current_span(
            f"{scope['method']} {scope['path']}", propagate.extract(headers), SpanKind.SERVER, attributes
        ) as span:

            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _tell(span, message["status"])
                await send(message)

            await application(self, scope, receive, sending)

    return traced


def _tell(span: Span, status: int) -> None:
    span.set_attribute("http.response.status_code", status)
    span.set_attribute("scholagraph.request_id", logs.request_id.get())
    if name := logs.operation.get():
        span.set_attribute("graphql.operation.name", name)
    if status >= 500:
        span.set_status(trace.StatusCode.ERROR)
