"""Home folder of an embedded PostgreSQL: its lock, its data, and the creation of the data."""

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from models.postgres.server_account import ClusterError, ServerAccount, shared_folder
from models.postgres.server_binaries import Binaries, Source, find_binaries

ROLE = "scholagraph"
"""Superuser of every cluster; every process that can enter the folder of the socket can connect as it."""

CHARACTER_TYPES = ("C.UTF-8", "en_US.UTF-8", "C")
"""Locales that distinguish letters from other characters, best first; a system may lack the first two."""


class HomeInUse(ClusterError):  # noqa: N818 (it is no mistake, and reads as what it says)
    """Raised when another process runs the cluster of this home; the message has the id of that process."""


@contextmanager
def hold_home(home: Path) -> Iterator[None]:
    """Create `home` if missing, and hold its `lock`; the system releases the lock when the process ends.

    A new home is open only to this user; if created by root, the server's user may also pass through it.
    Raises `HomeInUse`.
    """
    lock = home / "lock"
    try:
        if not home.exists():
            home.mkdir(parents=True)
            home.chmod(0o711 if os.geteuid() == 0 else 0o700)
        lock.touch(mode=0o600)
    except OSError as error:
        raise ClusterError(
            f"{home} cannot be the home of the embedded database: {error.strerror}. "
            "Set SCHOLAGRAPH_HOME to a folder that this user can write to."
        ) from error
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read()
            raise HomeInUse(
                f"{home} is in use by process {holder}: end that one (kill {holder}), "
                "or give this one another folder in SCHOLAGRAPH_HOME."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def choose_binaries(home: Path, choice: Source | None, say: Callable[[str], None]) -> Binaries:
    """Return binaries for `home`: those that fit its data, if there are any and no `choice` forces others."""
    kept = {int(path.name[9:]) for path in home.iterdir() if re.fullmatch(r"postgres-\d+", path.name)}
    binaries = find_binaries(choice, kept)
    if kept and binaries.major not in kept:
        versions = " and ".join(str(major) for major in sorted(kept))
        if choice is None:
            raise ClusterError(
                f"{home} has data of PostgreSQL {versions}, but the binaries found are PostgreSQL "
                f"{binaries.version}: install PostgreSQL {versions}, or set SCHOLAGRAPH_POSTGRES="
                f"{binaries.source} to start with an empty database next to them."
            )
        say(f"Data of PostgreSQL {versions} in {home} stay as they are; this is {binaries.version}.")
    return binaries


def make_data(data: Path, binaries: Binaries, account: ServerAccount, *, durable: bool) -> None:
    """Create the folder `data`, completely or not at all; a link if `account` cannot enter its home."""
    home = data.parent
    for unfinished in home.glob(f"{data.name}.new-*"):  # left by a killed process
        shutil.rmtree(unfinished, ignore_errors=True)
    if not account.can_enter(home):
        home = Path(mkdtemp(prefix="home-", dir=shared_folder()))
        home.chmod(0o711)
    folder = Path(mkdtemp(prefix=f"{data.name}.new-", dir=home))
    try:
        account.own(folder)
        _fill(folder, binaries, account, durable=durable)
        folder.rename(home / data.name)
        if home != data.parent:
            data.unlink(missing_ok=True)  # a link to data that are gone
            data.symlink_to(home / data.name)
    except BaseException:
        shutil.rmtree(folder if home == data.parent else home, ignore_errors=True)
        raise


def _fill(folder: Path, binaries: Binaries, account: ServerAccount, *, durable: bool) -> None:
    """Run `initdb`: UTF-8, ordered by code points, the same with every PostgreSQL."""
    for character_type in CHARACTER_TYPES:
        ended = account.run(
            binaries.folder / "initdb",
            f"--pgdata={folder}",
            f"--username={ROLE}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            f"--lc-ctype={character_type}",
            "--text-search-config=simple",
            "--data-checksums",
            "--no-instructions",
            *([] if durable else ["--no-sync"]),
        )
        if ended.returncode == 0:
            return
        if "invalid locale" not in ended.stdout:
            break
    raise ClusterError(f"{binaries.folder / 'initdb'} could not fill {folder}: {_reason(ended.stdout)}.")


def _reason(output: str) -> str:
    """Return the last line of a program's output that names an error, else its last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()] or ["it printed nothing"]
    errors = [line for line in lines if re.search(r"error: |FATAL: |PANIC: |No space left", line)]
    return re.sub(r"^.*?(?:error|FATAL|PANIC): +", "", (errors or lines)[-1]).rstrip(".")
