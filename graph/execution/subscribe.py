"""Execution of subscriptions: one execution of the operation for each event visible to the viewer."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any, cast

from graphql import (
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
)
from graphql.execution.values import VariableValues, get_variable_values

from graph.declaring.source import Link, Told, source_of
from graph.engine.arguments import FieldArguments
from graph.engine.selection import Collector, collector_of
from graph.execution.execute import CheckedDocument, refusals, run
from graph.execution.shown_error import shown
from graph.limits.gate import AdmissionControl
from resolvers.events.event import Position
from resolvers.events.feed import Feed
from resolvers.events.happening import Happening
from resolvers.operations.context import Context
from resolvers.operations.errors import BadUserInput

Renew = Callable[[], Awaitable[Context]]
"""Returns a context with the subscriber's current state; raises the errors that a new request would be
refused with.
"""


async def subscribe(
    schema: GraphQLSchema,
    feed: Feed,
    document: CheckedDocument,
    renew: Renew,
    variables: Mapping[str, Any],
    operation_name: str | None = None,
    *,
    gate: AdmissionControl,
) -> AsyncGenerator[tuple[ExecutionResult, Context], None]:
    """Yield the result of each event of a subscription with its context; a single result if the request is
    invalid.

    A subscription costs as much as one event. Each event has its own deadline.

    Raises `CodedError` if there is nothing to subscribe to, if the client reads too slowly, if the budget is
    spent, and if an event exceeds its deadline: the client resumes after its last cursor.
    """
    context = await renew()
    if refused := refusals(schema, document, context, variables, operation_name, is_streamed=True):
        yield ExecutionResult(None, refused), context
        return
    gate.charge(document, context, variables, operation_name)
    operation = cast(OperationDefinitionNode, document.operation(operation_name))
    values = get_variable_values(schema, operation.variable_definitions or (), dict(variables))
    if isinstance(values, list):
        yield ExecutionResult(None, [shown(error) for error in values]), context
        return
    field, node = root_field(schema, document, operation, values)
    declared = source_of(field)
    assert isinstance(declared, Told)  # noqa: S101 (`graph.declaring.policy`)
    try:
        given = FieldArguments(schema, field, node)(values)
    except GraphQLError as error:
        yield ExecutionResult(None, [shown(error)]), context
        return
    happening, after = declared.happening, given.get("after")
    with gate.attended():
        place_id = await happening.find(context, given.get(declared.place))
    is_told = tells(schema, document, field, node, happening, values)
    since = None if after is None else Position.parse(after, "after")
    async with feed.subscribed(happening.scope(context.viewer, place_id), since) as subscriber:
        while True:
            event = await subscriber.take()
            async with gate.turn(context.viewer), feed.turns:
                with gate.attended():
                    context = await renew()
                    context.reader = feed.reader
                    subscriber.scope = happening.scope(context.viewer, place_id)
                    if not subscriber.scope.holds(event):
                        continue
                    if not is_told and not await happening.shows(context, event):
                        continue
                    context.event = happening.columns(event)
                    gate.charge(document, context, variables, operation_name)
                    result = await run(schema, document, context, variables, operation_name, as_text=True)
                    if is_told and result.errors and not await happening.shows(context, event):
                        continue
            yield result, context


def tells(
    schema: GraphQLSchema,
    document: CheckedDocument,
    field: GraphQLField,
    node: FieldNode,
    happening: Happening,
    values: VariableValues,
) -> bool:
    """Return whether the payload selects the object that its events are about.

    If the viewer may not see the object, the payload has an error; an object that the payload reads is not
    read again for the check.
    """
    named = cast(GraphQLObjectType, get_named_type(field.type))
    selections = [node.selection_set] if node.selection_set else []
    for nodes in _collector(schema, document, values).fields(named, selections).values():
        asked = named.fields.get(nodes[0].name.value)
        if asked is not None and isinstance(asked.type, GraphQLNonNull):
            source = source_of(asked)
            if isinstance(source, Link) and source.relation is happening.shown:
                return True
    return False


def _collector(schema: GraphQLSchema, document: CheckedDocument, values: VariableValues) -> Collector:
    assert document.node is not None  # noqa: S101 (or it would have been refused)
    return collector_of(schema, document.node, values.coerced)


def root_field(
    schema: GraphQLSchema,
    document: CheckedDocument,
    operation: OperationDefinitionNode,
    values: VariableValues,
) -> tuple[GraphQLField, FieldNode]:
    """Return the one root field of a valid subscription; raise `BadUserInput` if `@skip` leaves no field."""
    assert schema.subscription_type is not None  # noqa: S101
    found = _collector(schema, document, values).fields(schema.subscription_type, [operation.selection_set])
    for nodes in found.values():
        if (field := schema.subscription_type.fields.get(nodes[0].name.value)) is not None:
            return field, nodes[0]
    raise BadUserInput("A subscription needs a field to subscribe to.")
