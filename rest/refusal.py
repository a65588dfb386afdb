"""Refusals made of an execution's errors or of a mutation's `userErrors`."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLError

from resolvers.operations.refusal import STATUS, Refusal


def of_errors(errors: Sequence[GraphQLError]) -> Refusal:
    """Return the refusal for the errors of an execution; the first error decides."""
    if not errors:
        return Refusal("INTERNAL_SERVER_ERROR")
    error = errors[0]
    extensions: Mapping[str, Any] = error.extensions or {}
    code = str(extensions.get("code", "INTERNAL_SERVER_ERROR"))
    retry_after = extensions.get("retryAfter")
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Refusal(code, error.message, headers)


def of_user_errors(errors: Sequence[Mapping[str, Any]]) -> Refusal:
    """Return the refusal for a mutation's `userErrors`; a code without its own status is 422."""
    code = str(errors[0]["code"])
    messages = " ".join(str(error["message"]) for error in errors)
    fields = {".".join(error.get("field") or ()): str(error["message"]) for error in reversed(errors)}
    return Refusal(code, messages, status=STATUS.get(code, 422), fields=fields)
