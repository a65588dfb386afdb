"""Router of a platform: a tree finds paths segment by segment, independent of the number of routes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

from rest.template import PARAMETER, Segment, segment


@dataclass(slots=True)
class SegmentNode:
    """A node of the tree: its endpoint, literal segments that may follow, and patterns, ordered by text."""

    endpoint: ASGIApp | None = None
    words: dict[str, "SegmentNode"] = field(default_factory=dict)
    patterns: list[tuple[Segment, "SegmentNode"]] = field(default_factory=list)

    def below(self, text: str) -> "SegmentNode":
        """Return the node after a segment of a template; created if there is none."""
        made = segment(text)
        if made.pattern is None:
            return self.words.setdefault(text, SegmentNode())
        for known, node in self.patterns:
            if known.word == made.word:
                return node
        node = SegmentNode()
        self.patterns.append((made, node))
        # Narrower patterns are tried first: literal text around a parameter, then forms, then any text.
        self.patterns.sort(key=lambda each: (each[0].spans, -_literals(each[0].word), each[0].word))
        return node


def _literals(text: str) -> int:
    return len(PARAMETER.sub("", text))


class Router:
    """ASGI application that passes a request to the endpoint of its path, or to `fallback`.

    With `escapes_slashes`, an escaped slash belongs to a parameter, and slashes in a row count as one.
    """

    def __init__(
        self, fallback: ASGIApp, *, escapes_slashes: bool = False, slash_optional: bool = False
    ) -> None:
        self.fallback = fallback
        self.escapes_slashes = escapes_slashes
        self.slash_optional = slash_optional
        self.root = SegmentNode()

    def add(self, path: str, endpoint: ASGIApp) -> None:
        """Serve a path template."""
        node = self.root
        for text in path.removeprefix("/").split("/"):
            node = node.below(text)
        node.endpoint = endpoint

    def find(self, segments: list[str]) -> tuple[ASGIApp, dict[str, str]] | None:
        """Return the endpoint of a path's segments and its parameters' values; null if there is none."""
        found = next(_found(self.root, segments, 0), None)
        if found is None and self.slash_optional and len(segments) > 1 and segments[-1] == "":
            found = next(_found(self.root, segments[:-1], 0), None)
        return found

    def segments(self, scope: Scope) -> list[str]:
        """Return the decoded segments of a request's path, below the platform's mount."""
        if not self.escapes_slashes:
            path: str = scope["path"]
            return path.removeprefix(scope.get("root_path", "")).removeprefix("/").split("/")
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        root = scope.get("root_path", "").encode()
        parts = raw.removeprefix(root).decode().split("/")
        kept = [part for number, part in enumerate(parts) if part or number == len(parts) - 1]
        return [unquote(part) for part in kept]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to the endpoint of its path."""
        if scope["type"] == "http" and (found := self.find(self.segments(scope))) is not None:
            endpoint, values = found
            scope = {**scope, "path_params": {**scope.get("path_params", {}), **values}, "endpoint": endpoint}
            await endpoint(scope, receive, send)
        else:
            await self.fallback(scope, receive, send)


def _found(node: SegmentNode, segments: list[str], place: int) -> Iterator[tuple[ASGIApp, dict[str, str]]]:
    """Yield the endpoints of the segments from `place` on, the preferred one first."""
    if place == len(segments):
        if node.endpoint is not None:
            yield node.endpoint, {}
        return
    text = segments[place]
    if (below := node.words.get(text)) is not None:
        yield from _found(below, segments, place + 1)
    for pattern, below in node.patterns:
        ends = range(len(segments), place, -1) if pattern.spans else (place + 1,)
        for end in ends:
            if (values := pattern.read("/".join(segments[place:end]))) is not None:
                for endpoint, more in _found(below, segments, end):
                    yield endpoint, values | more
