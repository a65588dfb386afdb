"""Runs all parts of the server: PostgreSQL if necessary, migrations, demo data, the application."""

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
from functools import partial
from pathlib import Path
from typing import Any, Protocol, cast

import psycopg
import uvicorn
from starlette.applications import Starlette

from models.postgres.cluster import ClusterError, HomeInUse, PostgresCluster
from models.postgres.migrate import migrate
from models.storage.home import OTHERS, close_home
from models.storage.objects import FileStore
from serving.connections import Connections
from serving.cors import Origins
from serving.http_protocol import CountedSocket, HttpProtocol
from serving.pages import DemoViewer
from serving.welcome import SignIn, welcome
from settings import logs
from settings.environment import ROOT, Settings

Say = Callable[[str], None]

STOP_WAIT = 10
"""Seconds that a worker has to finish its jobs when the server ends."""

URL_NOTE = "database-url"
"""File in the home folder with the URL of the running database, for commands of the same user."""


def private() -> None:
    """Close the files that this process makes to other users."""
    os.umask(OTHERS)


@contextmanager
def running_database(settings: Settings, say: Say) -> Iterator[str]:
    """Yield the URL of a migrated database: the configured one, else an embedded one, which is started and
    watched.
    """
    private()
    if settings.database_url is not None:
        migrate(settings.database_url)
        yield settings.database_url
        return
    close_home(settings.home_folder)
    with (
        PostgresCluster.start(settings.home_folder, settings.postgres, say=say) as cluster,
        watched(cluster, say),
    ):
        note = settings.home_folder / URL_NOTE
        note.unlink(missing_ok=True)  # of a killed process
        migrate(cluster.url)
        note.touch(mode=0o600)
        note.write_text(cluster.url)
        try:
            yield cluster.url
        finally:
            note.unlink(missing_ok=True)


@contextmanager
def reachable_database(settings: Settings, say: Say) -> Iterator[str]:
    """Yield the URL of a database for a short command; the running one if another process uses the home.

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
    """Restart PostgreSQL whenever it ends by itself; failed restarts, as on a full disk, are retried."""
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
    """Run a worker in a separate process, so that imports do not slow reads down; restart it whenever it
    ends.
    """
    over = threading.Event()
    environment = {
        **os.environ,
        "SCHOLAGRAPH_DATABASE_URL": url,
        "SCHOLAGRAPH_HOME": str(settings.home_folder),
    }

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, str(ROOT / "cli.py"), "worker", "--attached"]
        # In a session of its own: Ctrl-C in the terminal reaches this process, which ends the worker.
        return subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, start_new_session=True)

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
    def sign_ins(self) -> Sequence[SignIn]:
        """Email addresses and passwords to sign in with."""
        ...

    @property
    def examples(self) -> Mapping[str, Any]:
        """Values by the name of the variable."""
        ...


CreateApp = Callable[[Settings, str, FileStore, Sequence[DemoViewer], Mapping[str, Any]], Starlette]
LoadDemo = Callable[[str, FileStore, Path, Say], Coroutine[Any, Any, DemoData]]


def serve(settings: Settings, say: Say, create_app: CreateApp, load_demo: LoadDemo) -> None:
    """Serve the application until interrupted; `load_demo` returns the demo of the database, if it has one.

    The last lines printed are those of `serving.welcome`. Tokens are printed nowhere.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    logs.set_up(settings.log_level, as_json=settings.in_production)
    if settings.telemetry:
        begin_telemetry()
    listener = listen(settings)
    private()
    close_home(settings.home_folder)
    objects = FileStore(settings.objects)
    asyncio.run(objects.check())
    with running_database(settings, say) as url:
        demo = asyncio.run(load_demo(url, objects, settings.home_folder, say))
        app = create_app(settings, url, objects, demo.viewers, demo.examples)
        people = demo.sign_ins if settings.offers_accounts else ()
        for warning in settings.warnings:
            say(warning)
        gc.collect()
        gc.freeze()  # garbage collection then scans only the objects of requests
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        with ExitStack() as beside:
            if settings.worker == "inside":
                beside.enter_context(working(settings, url, say))
            ready = welcome(f"http://{shown}:{port}/", people)
            Server(app, lambda: say(ready), settings).run(sockets=[listener])


def begin_telemetry() -> None:
    """Open spans; exit with one line if their packages are missing."""
    try:
        from serving import telemetry

        telemetry.begin()
    except ImportError:
        sys.exit(
            "scholagraph: spans need more packages: .venv/bin/pip install -e '.[telemetry]' in the clone."
        )


def listen(settings: Settings) -> socket.socket:
    """Return the socket to serve on, bound before any slow step; exit with one line if the port is in use."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD)
    try:
        listener.bind((settings.host, settings.port))
    except (OSError, TypeError, ValueError) as error:  # a host that cannot be encoded is one of the latter
        listener.close()
        reason = error.strerror if isinstance(error, OSError) else "this is no name of a host"
        sys.exit(f"scholagraph: cannot serve on {settings.host} port {settings.port}: {reason}.")
    return listener


LARGEST_MESSAGE = 256 * 1024
"""Maximum size of a WebSocket message, in bytes."""

DRAIN = 20
"""Seconds that requests may continue after the server starts to shut down."""

FAREWELL = 0.5
"""Seconds that a server continues to respond while it shuts down, closing each connection with its response:
a client that is disconnected between two requests could send the next one at this time, without learning
its result.
"""

UNREAD = 30_000
"""Milliseconds until a connection is closed if the client reads nothing."""


class Server(uvicorn.Server):
    """Uvicorn with bounded connections and a callback after its start, which ends open connections before it
    shuts down.
    """

    def __init__(self, app: Starlette, started: Callable[[], None], settings: Settings) -> None:
        config = uvicorn.Config(
            app,
            http=HttpProtocol,
            log_config=None,
            access_log=False,
            ws=CountedSocket,
            ws_max_size=LARGEST_MESSAGE,
            ws_per_message_deflate=False,  # compression windows would be most of the memory of an idle socket
            timeout_graceful_shutdown=DRAIN,
        )
        self.limits = Connections(settings.connections, Origins(settings.cors), config.forwarded_allow_ips)
        config.http = cast(type[asyncio.Protocol], partial(HttpProtocol, self.limits))
        super().__init__(config)
        self._state = app.state
        self._tell = started

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Make clients reconnect elsewhere, then shut down."""
        if (streams := getattr(self._state, "streams", None)) is not None:
            streams.leave()
        state = self.server_state
        state.default_headers = [*state.default_headers, (b"connection", b"close")]
        for _ in range(round(FAREWELL / 0.1)):
            await asyncio.sleep(0.1)
            if not state.connections or self.force_exit:
                break
        await super().shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        """Review the connections, once per second."""
        if counter % 10 == 0:
            now = asyncio.get_running_loop().time()
            for each in tuple(self.server_state.connections):
                if isinstance(each, HttpProtocol):
                    each.review(now)
        return await super().on_tick(counter)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then call the callback."""
        await super().startup(sockets)
        if self.started:
            self._tell()
