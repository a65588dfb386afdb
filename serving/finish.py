"""Finishing of GraphQL responses, which do not pass the envelope of all other paths."""

from collections.abc import Mapping

from graph.http.reply import BufferedResponse
from graph.http.streamed_reply import StreamedResponse
from serving.compression import SMALLEST, compress
from serving.cors import Origins


class Finish:
    """Adds CORS headers to a response, and compresses it if it is complete and large enough."""

    def __init__(self, allowed_origins: frozenset[str]) -> None:
        self.origins = origins = Origins(allowed_origins)
        self.preflight = origins.preflight
        self._headers = origins.headers

    def __call__(self, reply: BufferedResponse | StreamedResponse, headers: Mapping[str, str]) -> None:
        """Change a response to a request with these headers."""
        if isinstance(reply, BufferedResponse) and len(reply.body) >= SMALLEST:
            compress(reply, headers.get("accept-encoding", ""))
        reply.raw_headers += self._headers(headers.get("origin"))
