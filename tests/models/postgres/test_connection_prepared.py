"""Prepared statements behind a proxy that gives a client now this session, now that one."""

import asyncio
import os
import pwd
import random
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from models.postgres import connection as reads
from models.postgres.address import conninfo
from models.postgres.cluster import PostgresCluster
from models.postgres.connection import PostgresConnection, Question
from models.postgres.database import Database
from models.postgres.migrate import migrate

SQL = [f"SELECT {number}, %(given)s::TEXT" for number in range(12)]


def question(number: int) -> tuple[Question, list[tuple[int, str]]]:
    """A statement, and the rows that are right."""
    return (SQL[number], {"given": f"of {number}"}), [(number, f"of {number}")]


@pytest.fixture
async def sessions(migrated: str) -> AsyncIterator[list[PostgresConnection]]:
    async with AsyncExitStack() as opened:
        made = [await PostgresConnection.connect(conninfo(migrated), autocommit=True) for _ in range(4)]
        for each in made:
            opened.push_async_callback(each.close)
            each.statement_timeout = 5.0
        yield made


def shuffle(random_: random.Random, sessions: list[PostgresConnection]) -> None:
    """Give the clients each other's sessions, as a proxy does between two transactions."""
    behind = [each.pgconn for each in sessions]
    random_.shuffle(behind)
    for client, session in zip(sessions, behind, strict=True):
        client.pgconn = session


@pytest.mark.parametrize("seed", range(5))
async def test_rows_are_those_of_the_statement(
    sessions: list[PostgresConnection], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(reads, "MOST_PREPARED", 6)
    random_ = random.Random(seed)
    for _ in range(60):
        shuffle(random_, sessions)
        for client in sessions:
            asked = [question(random_.randrange(len(SQL))) for _ in range(random_.choice([1, 1, 2, 5]))]
            assert await client.ask([each for each, _ in asked]) == [rows for _, rows in asked]


async def test_a_statement_that_the_session_has_already_is_used(sessions: list[PostgresConnection]) -> None:
    asked, rows = question(1)
    assert await sessions[0].ask([asked]) == [rows]
    sessions[0]._read_names.clear()
    assert await sessions[0].ask([asked, question(2)[0], asked]) == [rows, question(2)[1], rows]
    count = "SELECT count(*) FROM pg_prepared_statements"
    assert await sessions[0].ask([(count, {})]) == [[(3,)]]


async def test_an_error_keeps_the_statements_before_it(sessions: list[PostgresConnection]) -> None:
    fails: Question = ("SELECT 1 / %(n)s::INTEGER", {"n": 0})
    asked, rows = question(3)
    for _ in range(2):
        with pytest.raises(psycopg.errors.DivisionByZero):
            await sessions[0].ask([asked, fails, question(4)[0]])
        assert await sessions[0].ask([asked]) == [rows]
    assert asked[0] in sessions[0]._read_names


@contextmanager
def pgbouncer(cluster: PostgresCluster) -> Iterator[str]:
    """PgBouncer with three sessions for all of its clients; the URL to connect by."""
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("needs pgbouncer")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with TemporaryDirectory(prefix="scholagraph-") as folder:
        Path(folder).chmod(0o755)
        file = Path(folder, "pgbouncer.ini")
        behind = psycopg.conninfo.conninfo_to_dict(cluster.url)
        file.write_text(
            f"[databases]\nlms = host={behind['host']} port={behind['port']} dbname={behind['dbname']} "
            f"user={behind['user']}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            "auth_type = any\npool_mode = transaction\ndefault_pool_size = 3\n"
        )
        file.chmod(0o644)
        owner = pwd.getpwuid(cluster.data.stat().st_uid)
        user = owner.pw_uid if os.geteuid() == 0 else None
        with subprocess.Popen(
            [program, file], user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as running:
            try:
                yield f"postgresql://{behind['user']}@127.0.0.1:{port}/lms"
            finally:
                running.terminate()


async def connected(url: str) -> Database:
    """Connections by the proxy, once it listens."""
    database = Database(url, pool_size=3)
    await database.open()
    return database


async def test_pgbouncer_in_transaction_mode_answers_what_was_asked(cluster: PostgresCluster) -> None:
    with pgbouncer(cluster) as url:
        await asyncio.to_thread(migrate_when_ready, url)
        databases = [await connected(url) for _ in range(3)]

        async def work(client: int) -> int:
            random_ = random.Random(client)
            for _ in range(100):
                asked = [question(random_.randrange(len(SQL))) for _ in range(random_.choice([1, 1, 2, 5]))]
                found = await databases[client % 3].fetch_all([each for each, _ in asked])
                assert found == [rows for _, rows in asked]
            return 100

        try:
            assert sum(await asyncio.gather(*map(work, range(6)))) == 600
        finally:
            for each in databases:
                await each.close()


def migrate_when_ready(url: str) -> None:
    """Migrate through the proxy, which must leave no lock behind: the second time would wait for it."""
    for _ in range(100):
        with suppress(psycopg.OperationalError):
            psycopg.connect(conninfo(url)).close()
            break
        time.sleep(0.1)
    migrate(url)
    migrate(url)
