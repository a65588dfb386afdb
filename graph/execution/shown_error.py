"""Errors of an operation as clients see them: with a code and a place, masked unless meant for clients."""

import logging

from graphql import (
    ArgumentNode,
    DocumentNode,
    GraphQLError,
    Node,
    ObjectFieldNode,
    ValueNode,
    Visitor,
    VisitorAction,
    visit,
)
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from models.postgres.value import InvalidValue
from resolvers.operations.errors import CodedError, unavailable
from settings import logs

log = logging.getLogger("graph.execute")


def coded(error: GraphQLError, code: str) -> GraphQLError:
    """Return the error with its code."""
    error.extensions = {**(error.extensions or {}), "code": code}
    return error


def shown(error: GraphQLError) -> GraphQLError:
    """Return `error` with a code; an error that is not meant for clients is masked, and logged with its
    request id.
    """
    inner, cause = error, error.original_error
    while isinstance(cause, GraphQLError):
        inner, cause = cause, cause.original_error
    if cause is None:
        is_input = error.path is None or _is_of_input(inner)
        return coded(error, "BAD_USER_INPUT" if is_input else "INTERNAL_SERVER_ERROR")
    if isinstance(cause, CodedError):
        error.extensions = {**(error.extensions or {}), **cause.extensions}
        return error
    if isinstance(cause, InvalidValue):
        if error.path is not None:  # else graphql-core has named the variable
            error = GraphQLError(str(cause), error.nodes, path=error.path)
        return coded(error, "BAD_USER_INPUT")
    if isinstance(cause, PoolTimeout | OperationalError):
        away = unavailable(cause)
        return GraphQLError(str(away), error.nodes, path=error.path, extensions=away.extensions)
    request_id = logs.request_id.get() or logs.identify(None)
    log.error("Unexpected error at %s", error.path, exc_info=cause)
    masked = GraphQLError("An unexpected error occurred on the server.", error.nodes, path=error.path)
    masked.extensions = {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id}
    return masked


def _is_of_input(error: GraphQLError) -> bool:
    """Check whether an error is about an argument: graphql-core gives it the argument's value, a variable."""
    return any(isinstance(node, ValueNode | ArgumentNode) for node in error.nodes or ())


def named(error: GraphQLError, document: DocumentNode) -> GraphQLError:
    """Return an error of validation; one of a value names its argument, such as `input.text`, first."""
    wanted = next(iter(error.nodes or ()), None)
    if not isinstance(wanted, ValueNode):
        return error
    finder = _ValueFinder(wanted)
    visit(document, finder)
    if not finder.found:
        return error
    message = f"Argument '{'.'.join(finder.found)}': {error.message}"
    return GraphQLError(message, error.nodes, path=error.path, extensions=error.extensions)


class _ValueFinder(Visitor):
    """Finds the names of the argument and of the input fields around a value."""

    def __init__(self, wanted: Node) -> None:
        super().__init__()
        self._wanted = wanted
        self._names: list[str] = []
        self.found: list[str] = []

    def enter(self, node: Node, *_: object) -> VisitorAction:
        """Note the name of an argument or input field, until the value is found."""
        if node is self._wanted:
            self.found = list(self._names)
            return self.BREAK
        if isinstance(node, ArgumentNode | ObjectFieldNode):
            self._names.append(node.name.value)
        return None

    def leave(self, node: Node, *_: object) -> VisitorAction:
        """Forget the name of an argument or input field."""
        if isinstance(node, ArgumentNode | ObjectFieldNode):
            self._names.pop()
        return None
