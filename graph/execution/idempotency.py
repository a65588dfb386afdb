"""`@idempotent(key:)`: fields of mutations that run once; a repetition returns the first result."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
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
    if context.idempotency_key is None and f"@{IDEMPOTENT.name}" not in text.replace(" ", ""):
        return {}
    viewer = context.viewer
    owner = f"user {viewer.id}" if viewer.id is not None else f"application {viewer.application_id}"
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
        found[place] = Claim(owner, whole, selection, said is not None)
    return found


async def answered(context: Context, result: ExecutionResult, *, as_text: bool) -> ExecutionResult:
    """Return a result with the first results under its keys; other fields keep their own."""
    if result.errors and not all(claim.answer for claim in context.claims.values()):
        return result
    data: dict[str, Any] = dict(result.data or {})
    for place, claim in context.claims.items():
        if claim.answer is None:
            payload = data.get(place)
            if payload is None or payload.get("userErrors"):
                continue
            claim.answer = await keep(context.database, claim, orjson.dumps(payload).decode())
        data[place] = orjson.Fragment(claim.answer) if as_text else orjson.loads(claim.answer)
    return ExecutionResult(data, None, result.extensions)


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
