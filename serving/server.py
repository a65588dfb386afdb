"""Runs everything in one process: PostgreSQL if need be, migrations, demo data, the application."""

import asyncio
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
import uvicorn
from starlette.applications import Starlette

from models.postgres.cluster import ClusterError, HomeInUse, PostgresCluster
from models.postgres.migrate import migrate
from models.storage.objects import FileStore
from serving.pages import DemoViewer
from settings import logs
from settings.environment import ROOT, Settings

Say = Callable[[str], None]

STOP_WAIT = 10
"""Seconds for which a worker may go on with what it does when the server ends."""

URL_NOTE = "database-url"
"""File of the home folder that names the database while a process runs it, for that user's commands."""


@contextmanager
def running_database(settings: Settings, say: Say) -> Iterator[str]:
    """URL of a database in its newest form: the one that is set, else our own, started and watched over."""
    if settings.database_url is not None:
        migrate(settings.database_url)
        yield settings.database_url
        return
    with (
        PostgresCluster.start(settings.home_folder, settings.postgres, say=say) as cluster,
        watched(cluster, say),
    ):
        note = settings.home_folder / URL_NOTE
        note.unlink(missing_ok=True)  # of a process that was killed
        migrate(cluster.url)
        note.touch(mode=0o600)
        note.write_text(cluster.url)
        try:
            yield cluster.url
        finally:
            note.unlink(missing_ok=True)


@contextmanager
def reachable_database(settings: Settings, say: Say) -> Iterator[str]:
    """The same for a short command; where another process runs the home's database, that one.

    Raises `HomeInUse` while the other process is still starting it.
    """
    with ExitStack() as started:
        try:
            url = started.enter_context(running_database(settings, say))
        except HomeInUse:
            try:
                url = (settings.home_folder / URL_NOTE).read_text()
            except FileNotFoundError:
                url = ""
            if not url:
                raise
        yield url


@contextmanager
def watched(cluster: PostgresCluster, say: Say) -> Iterator[None]:
    """Start PostgreSQL again whenever it ends by itself, however often that fails, as on a full disk."""
    over = threading.Event()

    def watch() -> None:
        failure = ""
        while not over.wait(1):
            try:
                if cluster.revive():
                    failure = ""
                    say("PostgreSQL had ended and was started again.")
            except (ClusterError, OSError, psycopg.Error) as error:
                if failure != (failure := str(error)):
                    say(f"PostgreSQL had ended and cannot be started: {failure}")

    watcher = threading.Thread(target=watch, name="postgres-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


@contextmanager
def working(settings: Settings, url: str, say: Say) -> Iterator[None]:
    """Run a worker in a process of its own, so that imports slow no reads down; again whenever it ends."""
    over = threading.Event()
    environment = {
        **os.environ,
        "SCHOLAGRAPH_DATABASE_URL": url,
        "SCHOLAGRAPH_HOME": str(settings.home_folder),
    }

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, str(ROOT / "cli.py"), "worker", "--attached"]
        return subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)

    process = start()

    def watch() -> None:
        nonlocal process
        while not over.wait(1):
            if process.poll() is not None:
                say("The worker had ended and was started again.")
                process = start()

    watcher = threading.Thread(target=watch, name="worker-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(timeout=STOP_WAIT)
        except subprocess.TimeoutExpired:
            process.kill()


class DemoData(Protocol):
    """Demo data: viewers whose tokens GraphiQL offers, and values of its examples' variables."""

    @property
    def viewers(self) -> Sequence[DemoViewer]:
        """Viewers in the order of GraphiQL's menu."""
        ...

    @property
    def examples(self) -> Mapping[str, Any]:
        """Values by the name of the variable."""
        ...


CreateApp = Callable[[Settings, str, FileStore, Sequence[DemoViewer], Mapping[str, Any]], Starlette]
LoadDemo = Callable[[str, FileStore, Path, Say], Coroutine[Any, Any, DemoData]]


def serve(settings: Settings, say: Say, create_app: CreateApp, load_demo: LoadDemo) -> None:
    """Serve the application until interrupted; its own database gets the demo data.

    The last line printed names the address and the demo viewers' tokens.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    logs.set_up(settings.log_level, as_json=settings.in_production)
    if settings.telemetry:
        begin_telemetry()
    listener = listen(settings)
    objects = FileStore(settings.objects)
    with running_database(settings, say) as url:
        demo: DemoData | None = None
        if not settings.database_url:
            demo = asyncio.run(load_demo(url, objects, settings.home_folder, say))
        app = create_app(settings, url, objects, demo.viewers if demo else (), demo.examples if demo else {})
        gc.collect()
        gc.freeze()  # the application stays, too: collections have requests to look through, and nothing else
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        with ExitStack() as beside:
            if settings.worker == "inside":
                beside.enter_context(working(settings, url, say))
            Server(app, lambda: say(_welcome(f"http://{shown}:{port}/", demo))).run(sockets=[listener])


def begin_telemetry() -> None:
    """Open spans; exits with one line where the packages for them are missing."""
    try:
        from serving import telemetry

        telemetry.begin()
    except ImportError:
        sys.exit(
            "scholagraph: spans need more packages: .venv/bin/pip install -e '.[telemetry]' in the clone."
        )


def listen(settings: Settings) -> socket.socket:
    """The socket to serve on, taken before anything slow is done; exits with one line where it is in use."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        sys.exit(f"scholagraph: cannot serve on {settings.host} port {settings.port}: {error.strerror}.")
    return listener


LARGEST_MESSAGE = 256 * 1024
"""Bytes of a WebSocket's message."""

DRAIN = 20
"""Seconds for which requests may go on once the server is to end."""

FAREWELL = 0.5
"""Seconds for which a server that is to end answers on, ending each connection with its answer: a client that
were cut off between two requests might send the next at that moment, and not know what became of it."""

UNREAD = 30_000
"""Milliseconds after which a connection is dropped that takes nothing of what it is sent."""


class Server(uvicorn.Server):
    """Uvicorn, which tells when it answers, and has connections that stay open end before it does."""

    def __init__(self, app: Starlette, started: Callable[[], None]) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            ws="websockets-sansio",
            ws_max_size=LARGEST_MESSAGE,
            ws_per_message_deflate=False,  # its windows would be most of what an idle socket costs
            timeout_graceful_shutdown=DRAIN,
        )
        super().__init__(config)
        self._state = app.state
        self._tell = started

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Have clients go elsewhere, then end."""
        if (streams := getattr(self._state, "streams", None)) is not None:
            streams.leave()
        state = self.server_state
        state.default_headers = [*state.default_headers, (b"connection", b"close")]
        for _ in range(round(FAREWELL / 0.1)):
            await asyncio.sleep(0.1)
            if not state.connections or self.force_exit:
                break
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        if self.started:
            self._tell()


def _welcome(address: str, demo: DemoData | None) -> str:
    tokens = ", ".join(f"{viewer.label} {viewer.token}" for viewer in demo.viewers) if demo else ""
    return f"Scholagraph is ready at {address}" + (f" (demo tokens: {tokens})" if tokens else "")
