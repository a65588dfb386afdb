"""Operating system user that runs an embedded PostgreSQL; PostgreSQL refuses to run as root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

SHARED = Path("/var/lib/scholagraph")
"""Root's folder for files that the server's user must reach if the home or the binaries are closed to it."""

PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Environment variables passed to the server; no others, so no secret, `PGPORT` or `PGOPTIONS` is."""


class ClusterError(Exception):
    """Raised when PostgreSQL is not available; has reason, advice and the end of the server's log."""


@dataclass(frozen=True)
class ServerAccount:
    """A user of this machine; `switch` is whether this process, as root, must become that user."""

    name: str
    uid: int
    gid: int
    switch: bool

    @classmethod
    def for_data(cls, data: Path) -> Self:
        """Return the user that runs the server on folder `data`.

        This process's user; if that is root, the owner of `data`, else `postgres`, else `nobody`. Raises
        `ClusterError` if `data` belongs to another user, or if root finds no user to run the server.
        """
        mine = os.geteuid()
        found = data.stat() if data.exists() else None
        if mine != 0:
            if found and found.st_uid != mine:
                raise ClusterError(
                    f"{data} belongs to user {found.st_uid} (was it started as root?): "
                    "run as that user, or set SCHOLAGRAPH_HOME to a folder of your own."
                )
            return cls(str(mine), mine, os.getegid(), switch=False)
        if found and found.st_uid != 0:
            return cls(str(found.st_uid), found.st_uid, found.st_gid, switch=True)
        for name in ("postgres", "nobody"):
            try:
                user = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(name, user.pw_uid, user.pw_gid, switch=True)
        raise ClusterError(
            "PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as: "
            "create one (useradd --system postgres), or start Scholagraph as an ordinary user."
        )

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program as this user to its end, with output and errors combined in `stdout`.

        Ctrl-C in the terminal does not reach it: this process ends it.
        """
        return subprocess.run(
            command,
            check=False,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd="/",  # the current folder may be closed to the user
            env=self.environment(),
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
        )

    def start(self, *command: str | Path, log: Path) -> subprocess.Popen[bytes]:
        """Start a program as this user, detached from the terminal: Ctrl-C there must not reach it."""
        log.touch(mode=0o600)
        with log.open("ab") as output:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=self.environment(),
                start_new_session=True,
                user=self.uid if self.switch else None,
                group=self.gid if self.switch else None,
                extra_groups=[] if self.switch else None,
            )

    def can_enter(self, path: Path) -> bool:
        """Check whether the user may enter a folder or run a program; the system decides, including ACLs."""
        return not self.switch or self.run("test", "-x", path).returncode == 0

    def own(self, folder: Path) -> None:
        """Make the user the owner of a folder created for it."""
        folder.chmod(0o700)
        if self.switch:
            os.chown(folder, self.uid, self.gid)

    @staticmethod
    def environment() -> dict[str, str]:
        """Return the environment of the user's programs; messages are English, because errors quote them."""
        return {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {"LC_ALL": "C"}


def shared_folder() -> Path:
    """Return `SHARED`, created if missing; raise `ClusterError` if another user can write to it."""
    SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    state = SHARED.lstat()
    if state.st_uid != 0 or state.st_mode & 0o022:
        raise ClusterError(f"{SHARED} must be a folder of root that no other user can write to.")
    SHARED.chmod(0o755)
    return SHARED
