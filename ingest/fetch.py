"""Requests to untrusted URLs: never into the internal network, never larger than allowed.

A host is resolved once, all its addresses are checked, and the connection goes to one of them: a later change
of DNS has no effect. Redirects follow the same rules, three at most.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

MOST_REDIRECTS = 3
WAIT = 20.0
"""Timeout in seconds for a silent host."""

LONGEST = 600.0
"""Maximum duration of a download, in seconds."""

LONGEST_ANSWER = 60.0
"""Maximum duration of a POST request, in seconds."""

CHUNK = 64 * 1024
AGENT = "Scholagraph"
NOT_GLOBAL = tuple(
    map(
        ipaddress.ip_network,
        ("192.88.99.0/24", "fec0::/10", "3fff::/20", "5f00::/16", "2001::/23", "100::/63", "64:ff9b:1::/48"),
    )
)
"""Ranges of IANA's registries without the internet that `is_global` lets through in some version."""

TRANSLATION = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that embed IPv4 addresses (RFC 6052)."""


class Network(StrEnum):
    """Allowed targets of URLs: the internet by https only, or any host, also by http."""

    INTERNET = "internet"
    INTRANET = "intranet"


class FetchError(Exception):
    """Raised when a file cannot be fetched or sent; one sentence without internal details."""


def download(
    url: str,
    file: Path,
    limit: int,
    network: Network,
    said: Callable[[float], None] = lambda _: None,
    longest: float = LONGEST,
) -> str:
    """Download `url` into a file of at most `limit` bytes; return its media type, empty if unknown.

    `said` receives the downloaded ratio if the host sends the size. Raises FetchError, also after `longest`
    seconds.
    """
    until = time.monotonic() + longest
    for _ in range(MOST_REDIRECTS + 1):
        with _asked("GET", url, network, until) as answer:
            try:
                location = answer.getheader("Location")
                if answer.status in (301, 302, 303, 307, 308) and location:
                    url = urljoin(url, location)
                    continue
                if answer.status != http.client.OK:
                    raise FetchError(f"The URL returned status {answer.status}.")
                _save(answer, file, limit, until, said)
                return (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise FetchError("The connection was lost.") from error
    raise FetchError(f"The URL redirects more than {MOST_REDIRECTS} times.")


def post(url: str, body: bytes, network: Network) -> None:
    """Send JSON to `url`; raise FetchError unless the status is 2xx. Redirects are not followed."""
    with _asked("POST", url, network, time.monotonic() + LONGEST_ANSWER, body) as answer:
        if not 200 <= answer.status < 300:
            raise FetchError(f"The URL returned status {answer.status}.")


@contextmanager
def _asked(
    method: str, url: str, network: Network, until: float, body: bytes | None = None
) -> Iterator[http.client.HTTPResponse]:
    """Return the response with its body unread; reading ends at `until`, however slow the host is."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchError("The URL is invalid.") from error
    if parts.scheme not in (("https",) if network is Network.INTERNET else ("http", "https")):
        raise FetchError("The URL does not start with https://.")
    if not parts.hostname or parts.username is not None:
        raise FetchError("The URL has no host, or has a user.")
    port = port or (443 if parts.scheme == "https" else 80)
    headers = {"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    address = _resolved(parts.hostname, port, network)
    left = max(until - time.monotonic(), 0.001)
    connection = _Pinned(parts, port, address, min(WAIT, left))
    guard = threading.Timer(left, connection.cut)
    guard.daemon = True
    guard.start()
    try:
        try:
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
            raise FetchError("The host cannot be reached.") from error
        with answer:
            yield answer
    finally:
        guard.cancel()
        connection.close()


def _resolved(host: str, port: int, network: Network) -> str:
    """Return an address of the host, after checking all of them."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError("The host is unknown.") from error
    addresses = [str(each[4][0]).partition("%")[0] for each in found]
    if network is Network.INTERNET and not all(is_public(address) for address in addresses):
        raise FetchError("The host is not in the internet.")
    return addresses[0]


def is_public(address: str) -> bool:
    """Check whether an address is in the internet and embeds no address that is not."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in TRANSLATION:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner:
            return is_public(str(inner))
    is_inside = any(ip in each for each in NOT_GLOBAL if each.version == ip.version)
    return ip.is_global and not is_inside and not ip.is_multicast and not ip.is_reserved


class _Pinned(http.client.HTTPConnection):
    """A connection to a checked address, for the host in the URL."""

    def __init__(self, parts: SplitResult, port: int, address: str, wait: float) -> None:
        super().__init__(parts.hostname or "", port, timeout=wait)
        self.default_port = 443 if parts.scheme == "https" else 80
        self._is_encrypted = parts.scheme == "https"
        self._address = address
        self._line: socket.socket | None = None

    def connect(self) -> None:
        """Connect, by TLS for https."""
        self._line = self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._is_encrypted:
            context = ssl.create_default_context()
            secured = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self._line = self.sock = secured
            secured.do_handshake()

    def cut(self) -> None:
        """Shut the connection down from another thread; its reader then sees the end."""
        if self._line is not None:
            with suppress(OSError):
                socket.socket.shutdown(self._line, socket.SHUT_RDWR)


def _save(
    answer: http.client.HTTPResponse, file: Path, limit: int, until: float, said: Callable[[float], None]
) -> None:
    size = int(answer.getheader("Content-Length") or 0)
    if size > limit:
        raise FetchError(f"The file is larger than {limit:,} bytes.")
    got = 0
    with file.open("wb") as copy:
        while chunk := answer.read(CHUNK):
            got += len(chunk)
            if got > limit:
                raise FetchError(f"The file is larger than {limit:,} bytes.")
            copy.write(chunk)
            if size:
                said(got / size)
    if time.monotonic() > until:
        raise FetchError("The download takes too long.")
    if size and got != size:
        raise FetchError("The connection was lost.")
