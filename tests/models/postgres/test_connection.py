"""Reads by libpq's own calls: values there and back, errors, many at once, statements that are forgotten."""

import asyncio
import select
import socket
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import OperationalError
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import DivisionByZero

from models.postgres import address
from models.postgres import connection as reads
from models.postgres.address import conninfo
from models.postgres.connection import PostgresConnection, Question, encoded, numbered
from models.postgres.database import Database
from models.postgres.value import InvalidValue

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def test_parameters_are_numbered_by_name() -> None:
    found = numbered("SELECT %(a)s::INTEGER %% %(b)s::INTEGER + %(a)s::INTEGER")
    assert found.text == b"SELECT $1::INTEGER % $2::INTEGER + $1::INTEGER"
    assert found.names == ("a", "b")


def test_a_silent_network_is_noticed_where_the_url_does_not_say_otherwise() -> None:
    read = conninfo_to_dict(
        conninfo("postgresql://me:p%40ss@db.example.org:6432/learning?tcp_user_timeout=7")
    )
    given = {"user": "me", "password": "p@ss", "host": "db.example.org", "port": "6432", "dbname": "learning"}
    assert read == {**address.WATCHED, **given, "client_encoding": "UTF8", "tcp_user_timeout": "7"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(words=st.lists(TEXT | st.none()), text=TEXT)
async def test_texts_come_back_as_they_went(database: Database, words: list[str | None], text: str) -> None:
    sql = "SELECT %(words)s::TEXT[], %(text)s::TEXT"
    assert await database.fetch(sql, {"words": words, "text": text}) == [(words, text)]


@pytest.mark.parametrize(
    ("of", "value"),
    [
        ("INTEGER", -7),
        ("BIGINT[]", [1, 2**40]),
        ("DOUBLE PRECISION", 0.1),
        ("BOOLEAN", True),
        ("BOOLEAN[]", [True, False, None]),
        ("BYTEA", b"\0\xff"),
        ("TIMESTAMPTZ", datetime(2026, 2, 28, 23, 59, 59, 5, tzinfo=UTC)),
        ("INTERVAL", timedelta(minutes=90, microseconds=1)),
        ("TEXT", None),
        ("TEXT[]", []),
    ],
)
async def test_values_come_back_as_they_went(database: Database, of: str, value: Any) -> None:
    assert await database.fetch(f"SELECT %(value)s::{of}", {"value": value}) == [(value,)]


@pytest.mark.parametrize("value", ["a\0b", ["a\0b"]])
def test_a_text_that_no_database_holds_is_refused(value: Any) -> None:
    with pytest.raises(InvalidValue):
        encoded(value)


async def test_of_many_the_first_that_fails_tells(database: Database) -> None:
    fails: Question = ("SELECT 1 / %(n)s::INTEGER", {"n": 0})
    good: Question = ("SELECT 2", {})
    for _ in range(3):
        with pytest.raises(DivisionByZero):
            await database.fetch_all([good, fails, good])
        with pytest.raises(DivisionByZero):
            await database.fetch_all([fails])
        assert await database.fetch_all([good, good]) == [[(2,)], [(2,)]]


async def test_more_than_a_socket_takes_goes_both_ways(database: Database) -> None:
    text = "x" * 2_000_000
    echo = ("SELECT %(text)s::TEXT", {"text": text})
    assert await database.fetch_all([echo] * 4) == [[(text,)]] * 4


async def test_a_forgotten_statement_is_prepared_again(lone_database: Database) -> None:
    async with lone_database._pool.connection() as connection:
        assert isinstance(connection, PostgresConnection)
        await connection.execute("CREATE TABLE kept (n INTEGER)")
        await connection.execute("INSERT INTO kept VALUES (1)")
        for _ in range(2):
            assert await connection.ask([("SELECT * FROM kept", {})]) == [[(1,)]]
        await connection.execute("DEALLOCATE ALL")
        assert await connection.ask([("SELECT * FROM kept", {})]) == [[(1,)]]
        await connection.execute("ALTER TABLE kept ADD m INTEGER DEFAULT 2")
        assert await connection.ask([("SELECT * FROM kept", {})]) == [[(1, 2)]]


async def test_no_more_is_prepared_than_is_kept(
    lone_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "MOST_PREPARED", 5)
    async with lone_database._pool.connection() as connection:
        assert isinstance(connection, PostgresConnection)
        for number in range(20):
            assert await connection.ask([(f"SELECT {number}", {})]) == [[(number,)]]
        count = "SELECT count(*) FROM pg_prepared_statements"
        assert await connection.ask([(count, {})]) == [[(5,)]]


async def test_a_server_that_ends_before_it_has_read_all_is_noticed() -> None:
    """Its last words are there to be read and the socket is reset: a loop may tell of both but once."""

    def serve(listener: socket.socket) -> None:
        accepted, _ = listener.accept()
        with accepted:
            accepted.recv(4096)
            accepted.sendall(b"R\0\0\0\x08\0\0\0\0" + b"Z\0\0\0\x05I")
            select.select([accepted], [], [], 20)
            words = b"SFATAL\0C57P01\0Mterminating connection\0\0"
            accepted.sendall(b"E" + (len(words) + 4).to_bytes(4) + words)

    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{folder}/.s.PGSQL.5432")
        listener.listen()
        serving = asyncio.create_task(asyncio.to_thread(serve, listener))
        connection = await PostgresConnection.connect(f"host={folder} port=5432 user=x sslmode=disable")
        async with asyncio.timeout(5):
            with pytest.raises(OperationalError):
                await connection.ask([("SELECT 1", {})])
        assert connection.broken
        await serving
