"""All results of one operation, for transports that carry subscriptions, too."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import aclosing
from typing import Any, Protocol

from graphql import GraphQLError

from graph.execution.execute import CheckedDocument, is_subscription
from graph.execution.measure import run_measured
from graph.execution.subscribe import subscribe
from graph.http.asker import Asker
from graph.http.call import GraphQLRequest
from graph.http.documents import UnknownDocument
from graph.http.open_connections import TooMany
from graph.http.refusal import refusal_of
from graph.http.reply import body_of
from graph.limits.gate import AdmissionControl
from resolvers.events.feed import Feed
from resolvers.operations.context import Context
from resolvers.operations.errors import CodedError

Body = dict[str, Any]
"""Response to an operation as a value for `orjson.dumps`."""


class OperationSource(Protocol):
    """Parts of the endpoint that a transport needs: its schema, and the documents of requests."""

    schema: Any
    gate: AdmissionControl

    def admit(self, headers: Mapping[str, str]) -> None:
        """Raise `Refusal` for a client without access to this endpoint."""

    async def document(self, call: GraphQLRequest, context: Context) -> CheckedDocument:
        """Return the checked document of a request; raise `Refusal` or `UnknownDocument` if there is none."""


async def results(
    source: OperationSource, feed: Feed, call: GraphQLRequest, asker: Asker
) -> AsyncGenerator[Body, None]:
    """Yield the responses to a request as they arrive; an error is the last one."""
    try:
        context = await asker.begin()
        source.gate.admit_context(context)
        document = await source.document(call, context)
        asker.largest_page = context.largest_page
        if not is_subscription(document, call.operation_name):
            result = await run_measured(
                source.schema,
                document,
                context,
                call.variables,
                call.operation_name,
                gate=source.gate,
                as_text=True,
            )
            yield body_of(result, context)
            return
    except UnknownDocument as unknown:
        yield {"errors": [unknown.error.formatted]}
    except Exception as error:  # noqa: BLE001 (whatever it was, it is answered)
        yield error_body(error)
    else:
        async with aclosing(told(source, feed, document, call, asker)) as bodies:
            async for body in bodies:
                yield body


async def told(
    source: OperationSource, feed: Feed, document: CheckedDocument, call: GraphQLRequest, asker: Asker
) -> AsyncGenerator[Body, None]:
    """Yield the responses to a subscription whose document is known."""
    events = subscribe(
        source.schema,
        feed,
        document,
        asker.context,
        call.variables,
        call.operation_name,
        gate=source.gate,
    )
    try:
        async with aclosing(events) as happened:
            async for result, context in happened:
                yield body_of(result, context)
    except Exception as error:  # noqa: BLE001 (whatever it was, it is answered)
        yield error_body(error)


def error_body(error: Exception) -> Body:
    """Return an error outside an execution as a response."""
    refusal = refusal_of(error)
    return {"errors": [GraphQLError(refusal.message, extensions=refusal.extensions).formatted]}


class Taken(CodedError):  # noqa: N818 (what an id is)
    """Raised for the id of an operation that runs already."""

    code = "CONFLICT"


class RunningOperations:
    """Operations that run in parallel over one connection, by the id that the client chose."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def begin(self, id_: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run `work`; raise `Taken` or `TooMany` if it cannot start."""
        if id_ in self._tasks:
            raise Taken(f"Subscriber for {id_} already exists")
        if len(self._tasks) >= self._most:
            raise TooMany(f"At most {self._most} operations may run in parallel over a connection.")
        task = self._tasks[id_] = asyncio.create_task(work())
        task.add_done_callback(lambda done: self._ended(id_, done))

    def release(self, id_: str) -> None:
        """Make an id available again, because its operation is about to send its completion."""
        self._tasks.pop(id_, None)

    def end(self, id_: str) -> None:
        """End one operation, if it runs."""
        if (task := self._tasks.pop(id_, None)) is not None:
            task.cancel()

    def cancel(self) -> list[asyncio.Task[None]]:
        """End all operations, without waiting for them."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        return tasks

    async def close(self) -> None:
        """End all operations and wait for them."""
        await asyncio.gather(*self.cancel(), return_exceptions=True)

    def _ended(self, id_: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(id_) is task:
            del self._tasks[id_]
        if not task.cancelled():
            task.exception()  # of a closed connection: its reader handles the exception
