"""Memory that prepared documents take in their cache: measured, never less than they take.

`tests/graph/execution/test_document_weight.py` compares it with what Python has allocated.
"""

from collections.abc import Sequence
from sys import getsizeof

from graphql import GraphQLError

OF_DOCUMENT, OF_TOKEN = 4_000, 650
OF_ERROR = 1_500
OF_PLAN, OF_FIELD = 2_000, 1_000
"""Bytes that a document, a token, an error, a plan and a field of a plan take at most."""


def of_document(text: str, tokens: int, errors: Sequence[GraphQLError]) -> int:
    """Return the bytes of a document without its plans; a refused one has only its text and its errors.

    Names and strings of the tree are copies of their places in the text.
    """
    if errors:
        messages = sum(OF_ERROR + 2 * getsizeof(error.message) for error in errors)
        return OF_DOCUMENT + getsizeof(text) + messages
    return OF_DOCUMENT + 3 * getsizeof(text) + OF_TOKEN * tokens


def of_plan(fields: int) -> int:
    """Return the bytes of one plan of a document with so many fields, its fragments spread."""
    return OF_PLAN + OF_FIELD * fields


def bare(error: GraphQLError) -> GraphQLError:
    """Return an error without its traceback, nodes and source, which would keep the whole document."""
    kept = GraphQLError(error.message, extensions=error.extensions)
    kept.locations = error.locations
    return kept
