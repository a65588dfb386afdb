"""Ctrl-C, as in a terminal: one line, at any time, and nothing is left running."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.sync.client import connect

from settings.environment import ROOT

PATIENCE = 60.0
SERVE = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell's background process lacks
import cli
cli.main(["serve"])
"""
STARTED = "Scholagraph is ready at "


@contextmanager
def terminal(home: Path, **variables: str) -> Iterator["subprocess.Popen[str]"]:
    """`scholagraph serve` on the embedded database, in a process group of its own as in a terminal."""
    environment = {
        **{name: value for name, value in os.environ.items() if name != "SCHOLAGRAPH_DATABASE_URL"},
        "PORT": "0",
        "SCHOLAGRAPH_HOME": str(home),
        **variables,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def interrupted(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Send Ctrl-C to the whole group; return the exit code and what was printed to stderr."""
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)
    return process.returncode, errors


def left_running(home: Path) -> list[str]:
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    return [line.decode(errors="replace") for line in lines if os.fsencode(home) in line]


def line_with(process: "subprocess.Popen[str]", word: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if word in line:
            return line
    raise AssertionError(process.stderr.read() if process.stderr else "")


@pytest.mark.parametrize("word", ["Preparing a database", "Writing"])
def test_during_the_start_it_is_one_line(tmp_path: Path, word: str) -> None:
    home = tmp_path / "home"
    with terminal(home) as process:
        line_with(process, word)
        time.sleep(0.2)  # into the step that the line announces
        assert interrupted(process) == (130, "Stopped.\n")
    assert left_running(home) == []


def test_with_open_subscriptions_it_is_one_line(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with terminal(home) as process:
        address = line_with(process, STARTED).removeprefix(STARTED).strip().rstrip("/")
        token = json.loads((home / "demo.json").read_text())["viewers"][0]["token"]
        url = f"{address.replace('http', 'ws')}/graphql"
        with connect(url, subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]
            hello = {"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}
            socket.send(json.dumps(hello))
            socket.recv()
            query = {"query": "subscription { itemVisited { cursor } }"}
            socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": query}))
            time.sleep(0.5)
            assert interrupted(process) == (130, "Stopped.\n")
    assert left_running(home) == []
