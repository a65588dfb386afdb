"""Requests that are written to keep a server busy, against a running one: `ORIGIN` and its `PID`.

`make hostile` prints what each costs: seconds of CPU, and megabytes of memory afterwards.
"""

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

HEAD = b"GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"


def requests() -> Iterator[tuple[str, bytes]]:
    """Names and bytes."""
    for header in (b"Accept", b"Accept-Encoding", b"Accept-Language", b"Content-Type"):
        yield f"{header.decode()} of 30 kB", HEAD + header + b": " + b'"\\' * 15_000 + b"\r\n\r\n"
    yield "head of 10 MB", HEAD + b"A: " + b"a" * 10_000_000
    yield "2,000,000 headers", HEAD + b"A:\r\n" * 2_000_000
    yield (
        "trailers of 10 MB",
        (
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: "
            + b"a" * 10_000_000
        ),
    )
    for name, body in (("20 MB", bytes(20_000_000)), ("60,000 brackets", b"[" * 60_000)):
        yield f"body of {name}", POST % (len(body), body)


def main() -> None:
    """Print the cost of each request; say what to set if there is no server."""
    if "ORIGIN" not in os.environ or "PID" not in os.environ:
        sys.stdout.write("Set ORIGIN and PID of a running server to measure hostile requests.\n")
        return
    place, process = urlsplit(os.environ["ORIGIN"]), Path("/proc", os.environ["PID"])
    for name, sent in requests():
        before = _cpu(process)
        with socket.create_connection((place.hostname or "", place.port or 80), timeout=30) as opened:
            with suppress(ConnectionError):
                opened.sendall(sent)
            with suppress(ConnectionError, TimeoutError):
                answer = opened.recv(100).partition(b"\r\n")[0].decode()
        time.sleep(0.2)
        sys.stdout.write(f"{_cpu(process) - before:8.2f} s {_memory(process):8} MB  {name}: {answer}\n")


def _cpu(process: Path) -> float:
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(process: Path) -> int:
    (line,) = (each for each in (process / "status").read_text().splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    main()
