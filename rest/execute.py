"""Interface between REST and the executor of GraphQL: the graph in this process, or a remote router."""

from collections.abc import Mapping
from typing import Any, Protocol

from graphql import ExecutionResult
from starlette.requests import Request

UNTOLD = ""
"""Statements of an executor that does not report them."""

USES_APP = "scholagraph.uses_app"
"""Key of a request's scope: whether an app of the platform sent it."""

SEES_TIMED_QUESTIONS = "scholagraph.sees_timed_questions"
"""Key of a request's scope: whether the platform shows a quiz with a time limit before an attempt."""

AUTH = "scholagraph.auth"
"""Key of a request's scope: the accepted kinds of credentials, in their order."""


class Admit(Protocol):
    """Authenticate and admit a request before its body is read; `Refusal` if it is refused."""

    async def __call__(self, request: Request, /) -> None:
        """Raise `Refusal` for invalid credentials, and if the viewer's budget is spent."""
        ...


class Execute(Protocol):
    """Execute an operation document for the viewer of a request, as `/graphql` does.

    The request's scope holds the accepted kinds of credentials under `AUTH`, under `USES_APP` whether an app
    sent the request, and under `SEES_TIMED_QUESTIONS` a rule of the platform. The documents are trusted:
    valid against the schema, few, and the same text each time, so their plans are cached and limits for
    untrusted documents do not apply. Errors, such as invalid credentials, are in the result with their
    `extensions.code`; `extensions.retryAfter` (seconds) becomes the header. The result's own
    `extensions.statements` are the SQL statements that ran; responses of an executor that does not report
    them are not cached (`rest.conditional`).
    """

    async def __call__(
        self, document: str, variables: Mapping[str, Any], request: Request, /
    ) -> ExecutionResult:
        """Return data and errors of the document's one operation."""
        ...
