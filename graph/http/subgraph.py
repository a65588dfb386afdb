"""The subgraph over HTTP: for routers alone, where they have a secret."""

from collections.abc import Mapping
from hmac import compare_digest

from starlette.types import Receive, Scope

from graph.http.endpoint import GraphQLEndpoint
from graph.http.refusal import Refusal
from graph.http.reply import Reply
from graph.subgraph import subgraph_schema
from resolvers.viewer import Role
from settings import Settings

HEADER = "router-authorization"
"""Header by which a router shows that it is one; clients are named by `Authorization`, which it forwards."""

LARGEST_BODY = 1024 * 1024
"""Bytes of the body of a router's request, which may name many objects."""


class SubgraphEndpoint(GraphQLEndpoint):
    """ASGI application that serves the subgraph."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(subgraph_schema(settings.subgraph_rules), settings)
        self.secret = settings.router_secret
        if self.secret is not None:
            self.largest_body = dict.fromkeys(Role, LARGEST_BODY)

    async def reply(
        self, scope: Scope, headers: Mapping[str, str], receive: Receive, media: str | None
    ) -> Reply:
        """The answer to a router; `Refusal` for anybody else."""
        if self.secret is not None:
            given = headers.get(HEADER, "")
            if not compare_digest(given.encode(), self.secret.encode()):
                raise Refusal(
                    "UNAUTHENTICATED", f"Only routers may ask here: send their secret as '{HEADER}'."
                )
        return await super().reply(scope, headers, receive, media)
