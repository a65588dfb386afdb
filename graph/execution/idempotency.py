"""`@idempotent(key:)`: fields of mutations that run once; a repetition returns the first result."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    DirectiveLocation,
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLDirective,
    GraphQLNonNull,
    GraphQLString,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    StringValueNode,
    VariableNode,
)
from graphql.execution.incremental.incremental_executor import IncrementalExecutor

from models.postgres.value import InvalidValue, write_json
from resolvers.commands.idempotent_write import LONGEST_KEY, Claim, keep
from resolvers.commands.text import as_text
from resolvers.operations.context import Context
from resolvers.operations.errors import BadUserInput

IDEMPOTENT = GraphQLDirective(
    "idempotent",
    [DirectiveLocation.FIELD],
    {
        "key": GraphQLArgument(
            GraphQLNonNull(GraphQLString),
            description="Idempotency key chosen by the client, of 1 to 255 characters.",
        )
    },
    description="Runs a field of a mutation only once: within 24 hours, the same key and input return "
    "the first result.",
)


def claims(
    document: DocumentNode, operation: OperationDefinitionNode, context: Context, variables: Mapping[str, Any]
) -> dict[str, Claim]:
    """Return the idempotency keys of an operation's fields by response key: the field's own key, else the
    request's.

    Raises `BadUserInput` for an invalid key.
    """
    if operation.operation is not OperationType.MUTATION:
        return {}
    text = document.loc.source.body if document.loc else ""
    if context.idempotency_key is None and IDEMPOTENT.name not in text:
        return {}
    asked = text.encode() + _written(variables)
    found: dict[str, Claim] = {}
    for node in _fields(operation.selection_set.selections, _fragments(document)):
        place = (node.alias or node.name).value
        said = _said(node, variables)
        key = said if said is not None else context.idempotency_key
        if key is None:
            continue
        if not 0 < len(key) <= LONGEST_KEY:
            raise BadUserInput(f"Idempotency keys have 1 to {LONGEST_KEY} characters.")
        as_text(key, "key")
        # The key of a request covers all its fields; their response keys distinguish them.
        whole = key if said is not None else f"{key} {place}"
        selection = hashlib.sha256(asked + place.encode()).digest()
        found[place] = Claim(whole, selection, said is not None)
    return found


async def answered(context: Context, result: ExecutionResult, *, as_text: bool) -> ExecutionResult:
    """Return a result with the stored payload in place of each new one under a key; the errors stay.

    A payload with user errors or errors is not stored, and neither is any if the errors leave no data.
    """
    if result.data is None:
        return result
    data: dict[str, Any] = dict(result.data)
    failed = {error.path[0] for error in result.errors or () if error.path}
    for place, claim in context.claims.items():
        payload = data.get(place)
        if claim.answer is not None or payload is None or place in failed or payload.get("userErrors"):
            continue
        claim.answer = await keep(context.database, claim, orjson.dumps(payload).decode())
        data[place] = stored_payload(claim.answer, as_text=as_text)
    return ExecutionResult(data, result.errors, result.extensions)


def stored_payload(answer: str, *, as_text: bool) -> Any:
    """Return a stored payload as a value for `orjson.dumps`, or as plain data."""
    return orjson.Fragment(answer) if as_text else orjson.loads(answer)


@dataclass(frozen=True, slots=True)
class Replay:
    """Stored payload of a repeated command, which is not completed from the selection again."""

    payload: Any


class ReplayingExecutor(IncrementalExecutor):
    """Executor of graphql-core that takes the payload of a `Replay` as it is."""

    def complete_value(self, *given: Any, **named: Any) -> Any:
        """Complete a value, unless it is complete."""
        result = named["result"] if "result" in named else given[4]
        return result.payload if type(result) is Replay else super().complete_value(*given, **named)


def _written(variables: Mapping[str, Any]) -> bytes:
    try:
        return write_json(variables)
    except InvalidValue as error:
        raise BadUserInput(str(error)) from error


def _said(node: FieldNode, variables: Mapping[str, Any]) -> str | None:
    for directive in node.directives or ():
        if directive.name.value != IDEMPOTENT.name:
            continue
        for argument in directive.arguments or ():
            match argument.value:
                case StringValueNode(value=text):
                    return text
                case VariableNode():
                    given = variables.get(argument.value.name.value)
                    return given if isinstance(given, str) else ""
    return None


def _fragments(document: DocumentNode) -> Mapping[str, FragmentDefinitionNode]:
    return {
        each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
    }


def _fields(
    selections: Sequence[SelectionNode], fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterator[FieldNode]:
    for each in selections:
        match each:
            case FieldNode():
                yield each
            case InlineFragmentNode():
                yield from _fields(each.selection_set.selections, fragments)
            case FragmentSpreadNode():
                yield from _fields(fragments[each.name.value].selection_set.selections, fragments)
