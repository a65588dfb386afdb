"""Execution of operations: the one entry point for GraphQL over HTTP, REST routes and tests."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import cache, partial
from inspect import isawaitable
from typing import Any

from graphql import (
    REMOVE,
    DirectiveNode,
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    Visitor,
    VisitorAction,
    experimental_execute_incrementally,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
    visit,
)

from graph.engine.run import Planned
from graph.execution import idempotency
from graph.execution.document_weight import bare, of_document, of_plan
from graph.execution.payload_scope import first_read
from graph.execution.shown_error import coded, named, shown
from graph.federation.trace import tracing
from graph.limits import exceed
from graph.limits.count import OperationCost, count
from graph.limits.delivered import Delivery
from graph.limits.figures import TRUSTED, OperationLimits
from graph.limits.price import FREE, Price
from resolvers.access.scope import Verb, check
from resolvers.operations.context import Context
from resolvers.operations.errors import CodedError, Forbidden
from settings.bounds import Bounded

MOST_ERRORS = 10
PUT_OFF = ("defer", "stream")
"""Directives that let a client receive parts of a response later."""

NO_STREAM = (
    "Subscriptions need a stream: a WebSocket with graphql-transport-ws, or a request that "
    "accepts text/event-stream or multipart/mixed;subscriptionSpec=1.0."
)


DocumentKey = tuple[GraphQLSchema, str, OperationLimits, bool]


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """Operation document that is valid and within `limits`, or the errors that reject it.

    `priced` has the operations with their counts, by name. If `discreet`, errors reveal nothing else of the
    schema. `grown` has the cache's function that is called with the bytes of each new plan.
    """

    node: DocumentNode | None
    limits: OperationLimits
    errors: tuple[GraphQLError, ...] = ()
    priced: Mapping[str | None, OperationCost] = field(default_factory=dict)
    discreet: bool = False
    planned: dict[str | None, Planned] = field(default_factory=dict)
    deliveries: dict[str | None, Delivery] = field(default_factory=dict)
    tokens: int = 0
    fields: int = 0
    grown: list[Callable[[int], None]] = field(default_factory=list)

    def grow(self, plans: int) -> None:
        """Count new plans, or those that were dropped, in the cache's weight."""
        for grown in self.grown:
            grown(plans * of_plan(self.fields))

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """Return the operation that `name` selects; null if there is none."""
        return None if self.node is None else get_operation_ast(self.node, name)

    def title(self, name: str | None) -> str:
        """Return the name of the operation that `name` selects; empty for an anonymous operation, and if
        there is none.
        """
        if name is not None:
            return name if self.operation(name) is not None else ""
        operation = self.operation(None)
        return "" if operation is None or operation.name is None else operation.name.value

    def price(self, name: str | None, variables: Mapping[str, Any]) -> Price:
        """Return the cost of the selected operation with these variables; `FREE` if nothing is executed."""
        operation = next(iter(self.priced.values()), None) if name is None else self.priced.get(name)
        return FREE if operation is None else operation.price_for(variables)

    def written(self, name: str | None) -> int:
        """Return the cost of the selected operation's writes, without payloads; 0 for a query."""
        operation = next(iter(self.priced.values()), None) if name is None else self.priced.get(name)
        return 0 if operation is None else operation.written

    def delivered_last(self, name: str | None) -> int:
        """Return the cost of the last response of the selected operation, if it is measured; else 0."""
        return 0 if (delivery := self.deliveries.get(name)) is None else delivery.last

    def delivered(
        self,
        schema: GraphQLSchema,
        name: str | None,
        variables: Mapping[str, Any],
        data: Mapping[str, Any] | None,
    ) -> int:
        """Return the cost of the data in a response of the selected operation."""
        operation = self.operation(name)
        if data is None or operation is None or self.node is None:
            return 0
        if (delivery := self.deliveries.get(name)) is None:
            delivery = self.deliveries[name] = Delivery(schema, self.node, operation)
            self.grow(delivery.most)
        return delivery.cost(data, variables)


MOST_BYTES = 90_000_000
"""Bytes of operation documents in the cache, with tree and plans."""

known_documents: Bounded[DocumentKey, CheckedDocument] = Bounded(MOST_BYTES)


def prepare(
    schema: GraphQLSchema, text: str, limits: OperationLimits = TRUSTED, *, discreet: bool = False
) -> CheckedDocument:
    """Parse, count and validate an operation document; the result is cached by its text.

    A `discreet` document may not introspect.
    """
    if (found := known(schema, text, limits, discreet=discreet)) is None:
        found = _prepare(schema, text, limits, discreet=discreet)
        remember((schema, text, limits, discreet), found)
    return found


async def prepare_aside(
    schema: GraphQLSchema, text: str, limits: OperationLimits, *, discreet: bool
) -> CheckedDocument:
    """Prepare a new document in a thread of its own, so that other requests run meanwhile.

    There is one such thread: documents of several clients are prepared in turn.
    """
    work = partial(_prepare, schema, text, limits, discreet=discreet)
    loop, own = asyncio.get_running_loop(), copy_context()
    found = await loop.run_in_executor(_aside(), own.run, work)
    remember((schema, text, limits, discreet), found)
    return found


@cache
def _aside() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "documents")


def known(
    schema: GraphQLSchema, text: str, limits: OperationLimits, *, discreet: bool = False
) -> CheckedDocument | None:
    """Return a prepared document from the cache."""
    return known_documents.get((schema, text, limits, discreet))


def remember(key: DocumentKey, document: CheckedDocument) -> None:
    """Cache a document by its memory: text, tree, errors, and later each plan."""
    document.grown.append(partial(known_documents.grow, key))
    known_documents.keep(key, document, of_document(key[1], document.tokens, document.errors))


def _prepare(schema: GraphQLSchema, text: str, limits: OperationLimits, *, discreet: bool) -> CheckedDocument:
    rules = [*specified_rules, NoSchemaIntrospectionCustomRule] if discreet else specified_rules
    try:
        node = parse(text, max_tokens=limits.tokens)
        counted = count(schema, node)
        if too_much := exceed.of_document(counted, limits):
            return _refused(limits, too_much)
        errors = validate(schema, node, rules, MOST_ERRORS, hide_suggestions=discreet)[:MOST_ERRORS]
    except GraphQLSyntaxError as error:
        beyond = exceed.of_parser(error, limits)
        return _refused(limits, [beyond or coded(error, "GRAPHQL_PARSE_FAILED")])
    except RecursionError:
        return _refused(limits, [exceed.nested(limits)])
    if errors:
        return _refused(limits, [coded(named(error, node), "GRAPHQL_VALIDATION_FAILED") for error in errors])
    return CheckedDocument(
        node, limits, (), counted.operations, discreet, tokens=counted.tokens, fields=counted.fields
    )


def _refused(limits: OperationLimits, errors: Sequence[GraphQLError]) -> CheckedDocument:
    """Return a document of which only errors are kept: without their tracebacks, nodes and source."""
    return CheckedDocument(None, limits, tuple(map(bare, errors)))


async def run(
    schema: GraphQLSchema,
    document: CheckedDocument,
    context: Context,
    variables: Mapping[str, Any] | None = None,
    operation_name: str | None = None,
    as_text: bool = False,
) -> ExecutionResult:
    """Execute one operation of a prepared document for the context's viewer.

    With `as_text`, the data may contain JSON text that only `orjson.dumps` serializes.
    """
    is_streamed = bool(context.event)
    if refused := refusals(
        schema, document, context, variables or {}, operation_name, is_streamed=is_streamed
    ):
        return ExecutionResult(None, refused)
    assert document.node is not None  # noqa: S101 (or it would have been refused)
    if is_mutation(document, operation_name) and (operation := document.operation(operation_name)):
        try:
            context.claims = idempotency.claims(document.node, operation, context, variables or {})
        except CodedError as error:
            return ExecutionResult(None, [GraphQLError(str(error), extensions=error.extensions)])
    result = await _run(schema, document, context, variables, operation_name, as_text)
    return await idempotency.answered(context, result, as_text=as_text) if context.claims else result


async def _run(
    schema: GraphQLSchema,
    document: CheckedDocument,
    context: Context,
    variables: Mapping[str, Any] | None,
    operation_name: str | None,
    as_text: bool,
) -> ExecutionResult:
    """Execute by a plan if there is one, else by graphql-core."""
    assert document.node is not None  # noqa: S101 (it was looked at)
    if tracing.get() is None and (planned := _planned(schema, document, operation_name)) is not None:
        data = await planned.run(context, variables or {}, as_text)
        if data is not None:
            return ExecutionResult(data, None)
    return await run_by_fields(
        schema, document.node, context, variables, operation_name, discreet=document.discreet
    )


def refusals(
    schema: GraphQLSchema,
    document: CheckedDocument,
    context: Context,
    variables: Mapping[str, Any],
    operation_name: str | None,
    *,
    is_streamed: bool = False,
) -> list[GraphQLError]:
    """Return the reasons to refuse an operation: its document, its cost, or the scopes of the viewer's token.

    A subscription is refused unless `is_streamed`.
    """
    if document.node is None:
        return list(document.errors)
    if is_subscription(document, operation_name) and not is_streamed:
        return [coded(GraphQLError(NO_STREAM), "STREAM_REQUIRED")]
    if too_much := exceed.of_price(document.price(operation_name, variables), document.limits):
        return list(too_much)
    return _unread(schema, document, context, operation_name)


def _unread(
    schema: GraphQLSchema, document: CheckedDocument, context: Context, operation_name: str | None
) -> list[GraphQLError]:
    """Return the error of an operation that reads with a token without the scope `read`.

    The documents of REST routes show what the routes document, whatever the scope.
    """
    if context.viewer.scopes is None:
        return []
    try:
        check(context.viewer.scopes, Verb.READ)
    except Forbidden as error:
        if not is_mutation(document, operation_name):
            return [coded(GraphQLError(str(error)), error.code)]
        operation = document.operation(operation_name)
        assert document.node is not None  # noqa: S101 (it has a mutation)
        assert operation is not None  # noqa: S101
        if document.limits.chosen_by_client and (field := first_read(schema, document.node, operation)):
            message = f"{error} Without it, the objects of a payload have only their ids."
            return [coded(GraphQLError(message, field), error.code)]
    return []


async def run_by_fields(
    schema: GraphQLSchema,
    node: DocumentNode,
    context: Context,
    variables: Mapping[str, Any] | None = None,
    operation_name: str | None = None,
    *,
    discreet: bool = False,
) -> ExecutionResult:
    """Execute by graphql-core, field by field: the fallback of the engine."""
    outcome = experimental_execute_incrementally(
        schema,
        at_once(node),
        context_value=context,
        variable_values=dict(variables or {}),
        operation_name=operation_name,
        hide_suggestions=discreet,
        middleware=None if (trace := tracing.get()) is None else [trace],
        executor_class=idempotency.ReplayingExecutor if context.claims else None,
    )
    result = await outcome if isawaitable(outcome) else outcome
    assert isinstance(result, ExecutionResult)  # noqa: S101 (nothing is put off any more)
    if result.errors:
        return ExecutionResult(result.data, [shown(error) for error in result.errors])
    return result


def at_once(node: DocumentNode) -> DocumentNode:
    """Return a document without `@defer` and `@stream`: clients without support for increments get one
    response.
    """
    if node.loc is not None and not any(name in node.loc.source.body for name in PUT_OFF):
        return node
    whole: DocumentNode = visit(node, _AtOnce())
    return whole


class _AtOnce(Visitor):
    def enter_directive(self, node: DirectiveNode, *_: Any) -> VisitorAction:
        return REMOVE if node.name.value in PUT_OFF else None


def _planned(schema: GraphQLSchema, document: CheckedDocument, name: str | None) -> Planned | None:
    if (found := document.planned.get(name)) is None:
        operation = document.operation(name)
        if operation is None or document.node is None:
            return None
        found = document.planned[name] = Planned(schema, document.node, operation, document.grow)
    return found


def is_subscription(document: CheckedDocument, operation_name: str | None) -> bool:
    """Return whether the selected operation is a subscription."""
    operation = document.operation(operation_name)
    return operation is not None and operation.operation is OperationType.SUBSCRIPTION


def is_mutation(document: CheckedDocument, operation_name: str | None) -> bool:
    """Return whether the selected operation is a mutation."""
    operation = document.operation(operation_name)
    return operation is not None and operation.operation is OperationType.MUTATION


def is_keyed(document: CheckedDocument, operation_name: str | None) -> bool:
    """Return whether the selected operation is a mutation whose document names `@idempotent`."""
    node = document.node
    return (
        node is not None
        and node.loc is not None
        and idempotency.IDEMPOTENT.name in node.loc.source.body
        and is_mutation(document, operation_name)
    )
