"""Parts of mutation payloads that a token without the scope `read` receives.

A token that may only write learns the result of its writes: the payload's own values, the user errors, and
the ids of the payload's objects. Everything else of an object is a read.
"""

from collections.abc import Iterable, Iterator, Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_leaf_type,
)

OPEN = frozenset({"id", "__typename"})
"""Fields of an object in a payload that need no scope."""

USER_ERROR = "UserError"

Fragments = Mapping[str, FragmentDefinitionNode]


def first_read(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
) -> FieldNode | None:
    """Return the first field of a valid mutation that needs the scope `read`; null if there is none."""
    fragments = {
        each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
    }
    root = schema.mutation_type
    payloads = fields([operation.selection_set], fragments)
    return next((read for payload in payloads for read in _reads(root, payload, fragments)), None)


def _reads(root: GraphQLObjectType | None, payload: FieldNode, fragments: Fragments) -> Iterator[FieldNode]:
    declared = root.fields.get(payload.name.value) if root is not None else None
    of = get_named_type(declared.type) if declared is not None else None
    if not isinstance(of, GraphQLObjectType):
        return
    for field in fields([payload.selection_set], fragments):
        known = of.fields.get(field.name.value)
        if known is None or is_leaf_type(named := get_named_type(known.type)) or named.name == USER_ERROR:
            continue
        if any(each.name.value not in OPEN for each in fields([field.selection_set], fragments)):
            yield field


def fields(selections: Iterable[SelectionSetNode | None], fragments: Fragments) -> Iterator[FieldNode]:
    """Yield the fields of selections, with fragments spread."""
    for selection in selections:
        for node in selection.selections if selection is not None else ():
            match node:
                case FieldNode():
                    yield node
                case InlineFragmentNode():
                    yield from fields([node.selection_set], fragments)
                case FragmentSpreadNode():
                    yield from fields([fragments[node.name.value].selection_set], fragments)
