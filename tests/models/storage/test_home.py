"""The home is closed to other users, also one that an earlier version left open."""

import os
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from models.storage.home import close_home
from models.storage.objects import FileStore
from serving.server import private

HOME = 0o711 if os.geteuid() == 0 else 0o700


def modes(folder: Path) -> dict[str, int]:
    """Mode of each path below a folder, by its path."""
    paths = [path for path in folder.rglob("*") if not path.is_symlink()]
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in paths}


@pytest.fixture
def open_home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    for name in ("assets/ab/cd", "assets/uploads/x", "scratch/worker-1/y", "demo.json", "postgres-15/base/1"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("secret")
    (tmp_path / "outside").write_text("not ours")
    (home / "assets" / "link").symlink_to(tmp_path / "outside")
    for path in home.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
    (tmp_path / "outside").chmod(0o644)
    home.chmod(0o755)
    return home


def test_an_open_home_is_closed(open_home: Path) -> None:
    for _ in range(2):
        close_home(open_home)
        found = modes(open_home)
        assert stat.S_IMODE(open_home.stat().st_mode) == HOME
        own = {name: mode for name, mode in found.items() if not name.startswith("postgres-")}
        assert all(mode & 0o077 == 0 for mode in own.values()), own
        assert found["assets/ab"] == 0o700
        assert found["assets/ab/cd"] == 0o600
        assert found["postgres-15/base/1"] == 0o644, "PostgreSQL's own files are its own matter"
    assert stat.S_IMODE((open_home.parent / "outside").stat().st_mode) == 0o644


def test_a_home_is_made_closed(tmp_path: Path) -> None:
    close_home(tmp_path / "a" / "home")
    assert stat.S_IMODE((tmp_path / "a" / "home").stat().st_mode) == HOME


def test_a_home_that_is_none_is_left_to_its_user(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    close_home(tmp_path / "file")
    close_home(tmp_path / "file" / "home")


@pytest.fixture
def umask() -> Iterator[None]:
    """Restores what `private` sets for the whole process."""
    kept = os.umask(0o022)
    yield
    os.umask(kept)


@pytest.mark.usefixtures("umask")
async def test_files_of_the_store_are_closed(tmp_path: Path) -> None:
    async def upload() -> AsyncIterator[bytes]:
        yield b"x"

    private()
    close_home(tmp_path / "home")
    store = FileStore.in_folder(tmp_path / "home" / "assets")
    await store.keep_bytes(b"a package")
    await store.put_upload("u", upload())
    found = modes(tmp_path / "home")
    assert len(found) == 5, found
    assert set(found.values()) == {0o600, 0o700}
