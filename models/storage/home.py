"""Modes of the home folder: its content is for this user only."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

OTHERS = 0o077
"""Bits of a mode that belong to other users."""

PASS = 0o011
"""Bits that let other users pass through a folder, without a look into it."""

PARTS = ("assets", "scratch")
"""Folders in the home whose files may be from a version that left them open."""


def close_home(home: Path) -> None:
    """Create a home for this user only, or close an existing one: folders 0700, files 0600.

    If root owns it, others may pass through it: PostgreSQL runs as another user, below `postgres-<major>`.
    A home that cannot be used is left as it is: other steps of the start report it.
    """
    kept = OTHERS & ~PASS if os.geteuid() == 0 else OTHERS
    with suppress(OSError):
        if not home.exists():
            home.mkdir(parents=True)
            home.chmod(0o777 & ~kept)  # whatever the umask is
        home.chmod(stat.S_IMODE(home.stat().st_mode) & ~kept)
        for part in PARTS:
            if _is_open(home / part):
                for path in _below(home / part):
                    _close(path)
                _close(home / part)  # last: the next start then need not look again
        for path in home.iterdir():
            if path.is_file():
                _close(path)


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            yield Path(place, name)


def _is_open(path: Path) -> bool:
    return path.is_dir() and bool(path.stat().st_mode & OTHERS)


def _close(path: Path) -> None:
    """Close a path to other users; one that belongs to another user, or has gone, stays as it is."""
    with suppress(PermissionError, FileNotFoundError):
        if not path.is_symlink():
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)
