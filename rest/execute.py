"""The seam between REST and whatever executes GraphQL: the graph in this process, or a remote router."""

from collections.abc import Mapping
from typing import Any, Protocol

from graphql import ExecutionResult
from starlette.requests import Request

UNTOLD = ""
"""Statements of an executor that does not list them."""

USES_APP = "scholagraph.uses_app"
"""Key of a request's scope: whether an app of the platform sent it."""


AUTH = "scholagraph.auth"
"""Key of a request's scope that holds the kinds of credentials that count, in their order."""


class Execute(Protocol):
    """Run a document for the viewer of a request, as `/graphql` does.

    The request's scope says under `AUTH` which kinds of credentials count, under `USES_APP` whether an app
    asks. Documents are our own: valid against the schema, few, and the same text each time, so that their
    plans can be kept and limits for untrusted documents need not apply. Errors, invalid credentials among
    them, come back in the result with their `extensions.code`; `extensions.retryAfter` (seconds) becomes the
    header. The result's own `extensions.statements` are the texts of the SQL statements that ran; answers of
    an executor that does not list them are not remembered (`rest.conditional`).
    """

    async def __call__(
        self, document: str, variables: Mapping[str, Any], request: Request, /
    ) -> ExecutionResult:
        """Data and errors of the document's one operation."""
        ...
