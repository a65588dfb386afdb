"""Federated traces (ftv1): durations of the fields of an operation, for routers that request them.

A trace is a `Trace` message of Apollo's `reports.proto`, in base64. Fields are timed separately, so a traced
operation is executed by graphql-core.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from inspect import isawaitable
from time import perf_counter_ns, time_ns
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo

HEADER = "apollo-federation-include-trace"
EXTENSION = "ftv1"
"""Value of the header, and name of the extension with the trace."""

tracing: ContextVar["Trace | None"] = ContextVar("tracing", default=None)
"""Trace of the operation being executed; None unless the router requests one."""


@dataclass
class TraceNode:
    """Field, or position in a list; times in nanoseconds after the trace's start."""

    id: str | int | None = None
    original: str = ""
    type: str = ""
    parent: str = ""
    start: int = 0
    end: int = 0
    errors: list[GraphQLError] = field(default_factory=list)
    children: dict[str | int, "TraceNode"] = field(default_factory=dict)

    def at(self, path: Iterable[str | int]) -> "TraceNode":
        """Return the node at a path below this one; it is created if absent."""
        node = self
        for part in path:
            node = node.children.setdefault(part, TraceNode(part))
        return node


class Trace:
    """Middleware of graphql-core that records start and end of each field."""

    def __init__(self) -> None:
        self._began = time_ns()
        self._zero = perf_counter_ns()
        self._root = TraceNode()

    def resolve(
        self, proceed: Callable[..., Any], root: Any, info: GraphQLResolveInfo[Any], **given: Any
    ) -> Any:
        """Resolve a field and record it; fields for introspection are not recorded."""
        if info.field_name.startswith("__"):
            return proceed(root, info, **given)
        node = self._root.at(info.path.as_list())
        node.type, node.parent = str(info.return_type), info.parent_type.name
        if info.field_name != node.id:
            node.original = info.field_name
        node.start = self._now()
        try:
            value = proceed(root, info, **given)
        finally:
            node.end = self._now()
        return self._waited(value, node) if isawaitable(value) else value

    async def _waited(self, value: Any, node: TraceNode) -> Any:
        try:
            return await value
        finally:
            node.end = self._now()

    def _now(self) -> int:
        return perf_counter_ns() - self._zero

    def encoded(self, errors: Sequence[GraphQLError]) -> str:
        """Return the trace of a finished operation, with its errors as clients see them."""
        for error in errors:
            self._root.at(error.path or ()).errors.append(error)
        took = self._now()
        message = (
            _message(3, _moment(self._began + took))
            + _message(4, _moment(self._began))
            + _number(11, took)
            + _message(14, _node(self._root))
        )
        return b64encode(message).decode()


def _node(node: TraceNode) -> bytes:
    # The index in a list is written even if it is 0: it is one of several alternatives for the node's id.
    written = _varint(2 << 3) + _varint(node.id) if isinstance(node.id, int) else _text(1, node.id or "")
    written += _text(14, node.original) + _text(3, node.type) + _text(13, node.parent)
    written += _number(8, node.start) + _number(9, node.end)
    written += b"".join(_message(11, _error(error)) for error in node.errors)
    return written + b"".join(_message(12, _node(child)) for child in node.children.values())


def _error(error: GraphQLError) -> bytes:
    locations = (
        _message(2, _number(1, location.line) + _number(2, location.column))
        for location in error.locations or ()
    )
    return _text(1, error.message) + b"".join(locations)


def _moment(nanoseconds: int) -> bytes:
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return _number(1, seconds) + _number(2, rest)


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value) if value else b""


def _text(number: int, value: str) -> bytes:
    return _message(number, value.encode()) if value else b""


def _message(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    """Return a non-negative integer encoded as in Protocol Buffers: seven bits per byte, lowest first."""
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)
