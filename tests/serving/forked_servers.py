"""Forks servers that are to be killed: `python -m tests.serving.forked_servers DATABASE_URL HOME`.

It prints the port that all of them serve, and for each line that it reads the id of another server's process.
What a server needs is there before, so that there is one within milliseconds.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app import create_app
from models.storage.objects import FileStore
from serving.server import Server, listen
from settings.environment import ROOT, Settings


class Forks:
    """The process that forks. `port` is where its servers listen on 127.0.0.1, one at a time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.port = int(self._said())

    def another(self) -> int:
        """Id of a server that has just been started."""
        assert self._process.stdin
        self._process.stdin.write("another\n")
        self._process.stdin.flush()
        return int(self._said())

    def _said(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()


@contextmanager
def forks(url: str, home: Path) -> Iterator[Forks]:
    """Servers on the database at `url`, until the block ends."""
    command = [sys.executable, "-m", "tests.serving.forked_servers", url, str(home)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Forks(process)
        process.communicate(timeout=20)


def main(url: str, home: Path) -> None:
    """Fork whenever there is a line to be read."""
    settings = Settings(port=0, home=home)
    listener = listen(settings)
    listener.listen(100)
    tell(listener.getsockname()[1])
    app = create_app(settings, url, FileStore.in_folder(home / "assets"))
    for _ in sys.stdin:
        if (pid := os.fork()) == 0:
            Server(app, lambda: None, settings).run(sockets=[listener])
            os._exit(0)
        tell(pid)
        os.waitpid(pid, 0)


def tell(number: int) -> None:
    """Print a number at once."""
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
