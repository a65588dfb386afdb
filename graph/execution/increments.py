"""Incremental responses for `@defer` and `@stream`, executed by graphql-core, field by field.

graphql-core implements the edition that identifies pending parts by ids (`v0.2`); the edition before, which
repeats path and label in each increment (`20220824`), is derived from it.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from inspect import isawaitable
from typing import Any, Literal

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    Visitor,
    experimental_execute_incrementally,
    visit,
)
from graphql.execution import ExperimentalIncrementalExecutionResults

from graph.execution.execute import PUT_OFF, CheckedDocument, is_keyed, refusals, run
from graph.execution.shown_error import shown
from graph.limits.gate import AdmissionControl
from resolvers.operations.context import Context
from resolvers.operations.errors import RateLimited, Unavailable

Edition = Literal["20220824", "v0.2"]
Body = dict[str, Any]
Path = Sequence[str | int]


class _Finder(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def enter_directive(self, node: Any, *_: Any) -> None:
        self.found = self.found or node.name.value in PUT_OFF


def has_increments(node: DocumentNode) -> bool:
    """Return whether a document uses `@defer` or `@stream`."""
    finder = _Finder()
    visit(node, finder)
    return finder.found


async def increments(
    schema: GraphQLSchema,
    document: CheckedDocument,
    context: Context,
    variables: Mapping[str, Any],
    operation_name: str | None,
    edition: Edition,
    gate: AdmissionControl,
) -> AsyncGenerator[Body, None]:
    """Yield the first response of a valid document's operation, then its increments; all but the last have
    `hasNext`.

    Each has a deadline of its own; one that exceeds it ends all pending parts. All of them are one of the
    viewer's parallel operations.
    """
    try:
        async with gate.turn(context.viewer, context.charge.requested if context.charge else 0):
            pieces = _increments(schema, document, context, variables, operation_name, edition, gate)
            async with aclosing(pieces) as bodies:
                async for body in bodies:
                    yield body
    except RateLimited as error:
        yield {**_late(error), "hasNext": False}


async def _increments(
    schema: GraphQLSchema,
    document: CheckedDocument,
    context: Context,
    variables: Mapping[str, Any],
    operation_name: str | None,
    edition: Edition,
    gate: AdmissionControl,
) -> AsyncGenerator[Body, None]:
    if refused := refusals(schema, document, context, variables, operation_name):
        yield {"errors": [error.formatted for error in refused], "hasNext": False}
        return
    assert document.node is not None  # noqa: S101 (or it would have been refused)
    try:
        with gate.attended():
            if is_keyed(document, operation_name):  # the whole payload is stored under its key
                whole = await run(schema, document, context, variables, operation_name)
                yield {**whole.formatted, "hasNext": False}
                return
            outcome = experimental_execute_incrementally(
                schema,
                document.node,
                context_value=context,
                variable_values=dict(variables),
                operation_name=operation_name,
                hide_suggestions=document.discreet,
            )
            result = await outcome if isawaitable(outcome) else outcome
    except Unavailable as late:
        yield {**_late(late), "hasNext": False}
        return
    if not isinstance(result, ExperimentalIncrementalExecutionResults):
        yield {**_whole(result), "hasNext": False}
        return
    writer = IncrementWriter() if edition == "v0.2" else EarlierWriter()
    first = result.initial_result
    yield writer.first(first)
    async with aclosing(result.subsequent_results) as following:
        while True:
            try:
                with gate.attended():
                    each = await anext(following, None)
            except Unavailable as late:
                yield writer.ended(_late(late))
                return
            if each is None:
                return
            yield writer.following(each)


def _whole(result: ExecutionResult) -> Body:
    return {**_errors(result.errors), "data": result.data}


def _errors(errors: Sequence[GraphQLError] | None) -> Body:
    return {"errors": [shown(error).formatted for error in errors]} if errors else {}


def _late(error: Unavailable) -> Body:
    return _errors([GraphQLError(str(error), original_error=error)])


class IncrementWriter:
    """Writes results in the edition `v0.2`."""

    def __init__(self) -> None:
        self._pending: dict[str, tuple[Path, Body]] = {}

    def first(self, result: Any) -> Body:
        """Return the first response."""
        self._await(result.pending)
        pending = [each.formatted for each in result.pending]
        return {**_errors(result.errors), "data": result.data, "pending": pending, "hasNext": True}

    def following(self, result: Any) -> Body:
        """Return a subsequent response."""
        body: Body = {"hasNext": result.has_next}
        self._await(result.pending or ())
        if result.pending:
            body["pending"] = [each.formatted for each in result.pending]
        if result.incremental:
            body["incremental"] = [self._increment(each) for each in result.incremental]
        if result.completed:
            body["completed"] = [{"id": each.id, **_errors(each.errors)} for each in result.completed]
        for each in result.completed or ():
            del self._pending[each.id]
        return body

    def ended(self, why: Body) -> Body:
        """Return the last response, which completes all pending parts with an error."""
        return {"hasNext": False, "completed": [{"id": id_, **why} for id_ in self._pending]}

    def _await(self, pending: Sequence[Any]) -> None:
        for each in pending:
            label = {} if each.label is None else {"label": each.label}
            self._pending[each.id] = each.path, label

    def _increment(self, each: Any) -> Body:
        written: Body = {"id": each.id, **_errors(each.errors)}
        if each.sub_path:
            written["subPath"] = each.sub_path
        if hasattr(each, "items"):
            return {**written, "items": each.items}
        return {**written, "data": each.data}


class EarlierWriter(IncrementWriter):
    """Writes results in the edition `20220824`: without ids, each increment with path and label."""

    def __init__(self) -> None:
        super().__init__()
        self._lengths: dict[tuple[str | int, ...], int] = {}
        self._data: Any = None

    def first(self, result: Any) -> Body:
        self._data = result.data
        self._await(result.pending)
        return {**_errors(result.errors), "data": result.data, "hasNext": True}

    def following(self, result: Any) -> Body:
        self._await(result.pending or ())
        written = [self._increment(each) for each in result.incremental or ()]
        for each in result.completed or ():
            path, label = self._pending.pop(each.id)
            if each.errors:
                written.append({**_errors(each.errors), "data": None, "path": list(path), **label})
        body: Body = {"hasNext": result.has_next}
        return {"incremental": written, **body} if written else body

    def ended(self, why: Body) -> Body:
        cut = [{**why, "data": None, "path": list(path), **label} for path, label in self._pending.values()]
        return {"incremental": cut, "hasNext": False}

    def _increment(self, each: Any) -> Body:
        path, label = self._pending[each.id]
        if not hasattr(each, "items"):
            place = [*path, *(each.sub_path or ())]
            return {**_errors(each.errors), "data": each.data, "path": place, **label}
        begins = self._lengths.get(tuple(path))
        if begins is None:
            begins = self._length(path)
        self._lengths[tuple(path)] = begins + len(each.items)
        return {**_errors(each.errors), "items": each.items, "path": [*path, begins], **label}

    def _length(self, path: Path) -> int:
        """Return the number of items that a list had in the first response."""
        place = self._data
        for step in path:
            place = place[step]
        return len(place)
