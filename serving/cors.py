"""CORS: origins whose pages may read responses."""

from collections.abc import Mapping

from graph.http.reply import BufferedResponse, RawHeaders

EXPOSED = b"ETag, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
VARY = (b"vary", b"Origin")
ONE_DAY = b"86400"


class Origins:
    """Origins whose pages may read responses; `*` allows every page, but without cookies."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self.allowed = allowed

    def headers(self, origin: str | None) -> RawHeaders:
        """Return the headers of a response to a page of `origin`; none if no origin is allowed at all."""
        if not self.allowed:
            return []
        if "*" in self.allowed:
            return [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", EXPOSED)]
        if origin is None or origin not in self.allowed:
            return [VARY]
        return [
            VARY,
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-expose-headers", EXPOSED),
        ]

    def preflight(self, headers: Mapping[str, str], methods: bytes) -> BufferedResponse | None:
        """Return the response to a preflight request; null if the page may not send the request.

        It lacks `headers`, as all responses do at first.
        """
        origin, method = headers.get("origin"), headers.get("access-control-request-method")
        if origin is None or method is None or not self.allowed & {"*", origin}:
            return None
        wanted = headers.get("access-control-request-headers", "")
        return BufferedResponse(
            204,
            [
                (b"access-control-allow-methods", methods),
                (b"access-control-allow-headers", wanted.encode("latin-1")),
                (b"access-control-max-age", ONE_DAY),
            ],
        )
