"""The seam between REST and whatever executes GraphQL: the graph in this process, or a remote router."""

from collections.abc import Mapping
from typing import Any, Protocol

from graphql import ExecutionResult
from starlette.requests import Request

UNTOLD = ""
"""Stands for the statements of an executor that does not tell them."""

USES_APP = "scholagraph.uses_app"
"""Where a request's scope says whether an app of the platform's sent it."""


class Execute(Protocol):
    """Runs a document for the viewer of a request, as `/graphql` does.

    An app asks where the request's scope says so under `USES_APP`. Documents are our own: valid against the
    schema, few, and the same text each time, so that what is worked out for one can be kept, and limits for
    untrusted documents need not apply. Errors, a token that is not valid among them, come back in the result
    with their `extensions.code`; `extensions.retryAfter` (seconds) becomes the header. The result's own
    `extensions.statements` are the texts of what was run in PostgreSQL; an executor that does not tell them
    has no answer of its remembered (`rest.conditional`).
    """

    async def __call__(
        self, document: str, variables: Mapping[str, Any], request: Request, /
    ) -> ExecutionResult:
        """Data and errors of the document's one operation."""
        ...
