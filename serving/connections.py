"""Connections of one server: their number per network, and their end if file descriptors run short."""

import resource
from collections import Counter
from typing import Any, Protocol

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from resolvers.access.network import network
from serving.cors import Origins

LOOPBACK = ("127.0.0.1", "::1")

MOST_FILES = 65_536
"""File descriptors that a server asks for, if the system allows that many."""


class OpenConnection(Protocol):
    """Connection of a client; `heard` is when it last sent something, by the event loop's clock."""

    connections: set[Any]
    client: tuple[str, int] | None
    transport: Any
    heard: float

    @property
    def is_waiting(self) -> bool:
        """Return whether the server waits for the client."""


class Connections:
    """Counts connections per network; at most `most`, 0 for any number.

    Proxies on this machine and those in `proxies` (`FORWARDED_ALLOW_IPS`) have any number, because they
    connect for others.
    """

    def __init__(self, most: int, origins: Origins, proxies: str | list[str] = "127.0.0.1") -> None:
        self.most = most
        self.origins = origins
        self.files = 4 * raise_files() // 5
        self.is_proxy = ProxyHeadersMiddleware(_no_app, proxies).trusted_hosts.__contains__
        self.counts: Counter[str] = Counter()
        self.counted: dict[OpenConnection, str] = {}

    def opened(self, connection: OpenConnection) -> bool:
        """Count a new connection; false if its network has too many.

        If file descriptors run short, the connection that has been silent for longest is ended.
        """
        if len(connection.connections) > self.files and not _end_silent(connection):
            return False
        address = connection.client[0] if connection.client else LOOPBACK[0]
        if not self.most or address in LOOPBACK or self.is_proxy(address):
            return True
        name = network(address)
        if self.counts[name] >= self.most:
            return False
        self.counts[name] += 1
        self.counted[connection] = name
        return True

    def closed(self, connection: OpenConnection) -> None:
        """Remove a connection from the count."""
        if (name := self.counted.pop(connection, None)) is not None:
            self.counts[name] -= 1
            if not self.counts[name]:
                del self.counts[name]


def _end_silent(newest: OpenConnection) -> bool:
    """End the connection that has been waiting for its client for longest; false if there is none."""
    kind = type(newest)
    waiting = [
        each
        for each in newest.connections
        if isinstance(each, kind) and each is not newest and each.is_waiting
    ]
    if not waiting:
        return False
    min(waiting, key=lambda each: each.heard).transport.abort()
    return True


def raise_files() -> int:
    """Return the number of file descriptors of this process, raised as far as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        return most
    return most if soft == resource.RLIM_INFINITY else soft


async def _no_app(*_: object) -> None:
    """Stand for the application of a middleware that only knows its proxies."""
