"""The home folder of an embedded PostgreSQL: who holds it, which data are in it, and how they get there."""

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
"""The superuser that every cluster has; whoever may enter the folder of its socket may be it."""

CHARACTER_TYPES = ("C.UTF-8", "en_US.UTF-8", "C")
"""Locales that tell letters from other characters, best first: no system has to have the first two."""


class HomeInUse(ClusterError):  # noqa: N818 (it is no mistake, and reads as what it says)
    """Another process runs the cluster of this home; the message names its id."""


@contextmanager
def hold_home(home: Path) -> Iterator[None]:
    """Make `home` if it is missing, and hold its `lock`, which the system frees however the process ends.

    A new home is for us alone; as root, also for the server's user to pass through. Raises `HomeInUse`.
    """
    if not home.exists():
        home.mkdir(parents=True)
        home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    lock = home / "lock"
    lock.touch(mode=0o600)
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
    """Binaries for `home`: those that fit its data, if it has any and no `choice` forces others."""
    kept = {int(path.name[9:]) for path in home.iterdir() if re.fullmatch(r"postgres-\d+", path.name)}
    binaries = find_binaries(choice, kept)
    if kept and binaries.major not in kept:
        versions = " and ".join(str(major) for major in sorted(kept))
        if choice is None:
            raise ClusterError(
                f"{home} holds data of PostgreSQL {versions}, but what was found is PostgreSQL "
                f"{binaries.version}: install PostgreSQL {versions}, or set SCHOLAGRAPH_POSTGRES="
                f"{binaries.source} to begin with an empty database beside them."
            )
        say(f"Data of PostgreSQL {versions} in {home} stay as they are; this is {binaries.version}.")
    return binaries


def make_data(data: Path, binaries: Binaries, account: ServerAccount, *, durable: bool) -> None:
    """Make the folder `data`, whole or not at all; a link, if `account` cannot pass through its home."""
    home = data.parent
    for unfinished in home.glob(f"{data.name}.new-*"):  # killed on the way
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
    """Run `initdb`: UTF-8 in the order of code points, the same with every PostgreSQL."""
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
    raise ClusterError(f"{binaries.folder / 'initdb'} could not fill {folder}:\n{ended.stdout.strip()}")
