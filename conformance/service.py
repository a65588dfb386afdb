"""Scholagraph, started as by an operator, with data, for clients to connect to."""

import asyncio
import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from conformance.people import People, populate
from models.storage.objects import FileStore
from serving.server import URL_NOTE
from settings.environment import ROOT

READY = re.compile(r"Scholagraph is ready at (http://[^/ ]+)")


@dataclass(frozen=True, slots=True)
class Service:
    """A running server; `tokens` are by role: learner, teacher, staff. `log` is its stderr."""

    origin: str
    tokens: Mapping[str, str]
    usernames: Mapping[str, str]
    examples: Mapping[str, Any]
    router_secret: str
    process_id: int
    log: Path

    @property
    def environment(self) -> dict[str, str]:
        """Return the same values as environment variables for a client program."""
        told = {
            "SCHOLAGRAPH_ORIGIN": self.origin,
            "SCHOLAGRAPH_ROUTER_SECRET": self.router_secret,
            "SCHOLAGRAPH_EXAMPLES": json.dumps(self.examples),
            "SCHOLAGRAPH_PYTHON": sys.executable,
        }
        told |= {f"SCHOLAGRAPH_{role.upper()}_TOKEN": token for role, token in self.tokens.items()}
        return {**own_environment(), **told}


@contextmanager
def started(*, in_production: bool = False, **variables: str) -> Iterator[Service]:
    """Start a server on a free port, with its own home and PostgreSQL, until the block ends.

    In production it has people of its own instead of the demo. `variables` are added to its environment.
    Raises `RuntimeError` if it ends before it is ready.
    """
    secret = secrets.token_urlsafe()
    with TemporaryDirectory(prefix="scholagraph-conformance-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL may run as another user than root
        home, log = Path(folder, "home"), Path(folder, "log")
        environment = {
            **own_environment(),
            "HOST": "127.0.0.1",
            "PORT": "0",
            "SCHOLAGRAPH_HOME": str(home),
            "SCHOLAGRAPH_LIMITS": "measure",
            "SCHOLAGRAPH_ROUTER_SECRET": secret,
            "SCHOLAGRAPH_ENV": "production" if in_production else "development",
            **variables,
        }
        with (
            log.open("wb") as errors,
            subprocess.Popen(
                [sys.executable, "-m", "cli", "serve"],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            ) as process,
        ):
            try:
                origin = _address(process, log)
                people = _people(home) if in_production else _demo(home)
                told = (people.tokens, people.usernames, people.examples)
                yield Service(origin, *told, secret, process.pid, log)
            finally:
                process.terminate()


def _demo(home: Path) -> People:
    note = json.loads((home / "demo.json").read_text())
    tokens = {each["role"]: each["token"] for each in note["viewers"]}
    return People(tokens, {each["role"]: each["username"] for each in note["viewers"]}, note["examples"])


def _people(home: Path) -> People:
    if (home / "demo.json").exists():
        raise RuntimeError("The server has made a demo in production.")
    objects = FileStore.in_folder(home / "assets")
    return asyncio.run(populate((home / URL_NOTE).read_text(), objects))


def own_environment() -> dict[str, str]:
    """Return this process's environment without Scholagraph's settings, except the choice of PostgreSQL."""
    return {
        name: value
        for name, value in os.environ.items()
        if name == "SCHOLAGRAPH_POSTGRES" or not name.startswith(("SCHOLAGRAPH_", "HOST", "PORT"))
    }


def _address(process: "subprocess.Popen[str]", log: Path) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if (ready := READY.match(line)) is not None:
            return ready[1]
    raise RuntimeError(f"The server ended before it was ready: {log.read_text()}")
