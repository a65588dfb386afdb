"""Requests to addresses that somebody else chose."""

import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ingest.fetch import FetchError, Network, download, is_public, post
from tests.ingest.file_server import Site, site

__all__ = ["site"]

OURS = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 (an address among others)
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
]


@pytest.mark.parametrize("address", OURS)
def test_our_own_network_is_not_the_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_the_internet_is(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://example.org/", "does not start with https"),
        ("file:///etc/passwd", "does not start with https"),
        ("https://user:word@example.org/", "has no host, or has a user"),
        ("https:///x", "has no host"),
        ("https://[::1", "is invalid"),
        ("https://x:99999/", "is invalid"),
        ("https://127.0.0.1/", "not in the internet"),
        ("https://2130706433/", "not in the internet"),
        ("https://localhost/", "not in the internet"),
        ("https://host.invalid/", "is unknown"),
    ],
)
def test_addresses_are_refused(tmp_path: Path, url: str, message: str) -> None:
    with pytest.raises(FetchError, match=message):
        download(url, tmp_path / "x", 10, Network.INTERNET)


def test_one_private_address_among_several_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Any] = [(0, 0, 0, "", (address, 443)) for address in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(FetchError, match="not in the internet"):
        download("https://example.org/", tmp_path / "x", 10, Network.INTERNET)


def test_a_host_is_asked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    site.files["/a"] = b"x"
    asked = []
    real = socket.getaddrinfo

    def count(*given: Any, **more: Any) -> Any:
        asked.append(given[0])
        return real(*given, **more)

    monkeypatch.setattr(socket, "getaddrinfo", count)
    download(f"{site.url}/a".replace("127.0.0.1", "localhost"), tmp_path / "x", 10, Network.INTRANET)
    assert asked.count("localhost") == 1


def test_a_file_is_fetched_in_parts(tmp_path: Path, site: Site) -> None:
    site.files["/a"] = b"x" * 200_000
    heard: list[float] = []
    download(f"{site.url}/a", tmp_path / "x", 200_000, Network.INTRANET, heard.append)
    assert (tmp_path / "x").stat().st_size == 200_000
    assert heard[-1] == 1.0
    assert len(heard) > 2
    with pytest.raises(FetchError, match="larger than 199,999 bytes"):
        download(f"{site.url}/a", tmp_path / "x", 199_999, Network.INTRANET)


def test_redirects_are_followed_three_times_and_checked(tmp_path: Path, site: Site) -> None:
    site.files["/end"] = b"x"
    site.moved = {f"/{number}": f"/{number + 1}" for number in range(1, 4)} | {"/4": "/end"}
    with pytest.raises(FetchError, match="more than 3 times"):
        download(f"{site.url}/1", tmp_path / "x", 10, Network.INTRANET)
    assert download(f"{site.url}/2", tmp_path / "x", 10, Network.INTRANET) == ""
    site.moved["/out"] = "file:///etc/passwd"
    with pytest.raises(FetchError, match="does not start with https"):
        download(f"{site.url}/out", tmp_path / "x", 10, Network.INTRANET)


def test_what_is_not_taken_is_an_error(tmp_path: Path, site: Site) -> None:
    site.refusals = 1
    with pytest.raises(FetchError, match="status 503"):
        post(f"{site.url}/x", b"{}", Network.INTRANET)
    post(f"{site.url}/x", b"{}", Network.INTRANET)
    assert site.sent == [{}]
    with pytest.raises(FetchError, match="status 404"):
        download(f"{site.url}/none", tmp_path / "x", 10, Network.INTRANET)


@pytest.mark.parametrize(
    "part", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"], ids=["head", "body"]
)
def test_a_host_that_drips_is_left_in_time(tmp_path: Path, part: bytes) -> None:
    """Each byte comes in time; the whole would take for ever."""
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        line, _ = listener.accept()
        with line, suppress(OSError):
            line.sendall(part)
            while True:
                line.sendall(b"x")
                time.sleep(0.05)

    threading.Thread(target=drip, daemon=True).start()
    began = time.monotonic()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    with listener, pytest.raises(FetchError, match=r"too long|cannot be reached"):
        download(url, tmp_path / "x", 10**6, Network.INTRANET, longest=0.5)
    assert time.monotonic() - began < 5
