"""What reaches a connection from outside: URLs, libpq's variables, defaults of roles and databases."""

import os
from collections.abc import Callable
from traceback import format_exception
from urllib.parse import quote

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import text

from models.postgres.address import WATCHED, conninfo
from models.postgres.cluster import PostgresCluster
from models.postgres.database import Database
from models.postgres.refusal import DatabaseRefused
from settings.environment import settings as chosen

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:p%40ss@db.example.org:6432/learning?tcp_user_timeout=7",
        "postgres://db/lms?application_name=My%20LMS&sslrootcert=/etc/my%20ca.pem",
        "postgresql://me:a+b@db/lms?options=-c%20search_path%3Dlms%20-c%20work_mem%3D8MB",
        "postgresql://me@h1:5432,h2:5433/lms?target_session_attrs=read-write",
        "postgresql://[::1]:5432,127.0.0.1/lms",
        "postgresql:///lms?service=learning",
        "postgresql://%2Fvar%2Frun%2Fpostgresql/lms",
        "postgresql:///lms?host=/tmp/x&port=5432&user=me@server",
        "postgresql://me:p?w#x:y,z@db/lms",
        "  postgresql:///\n",
    ],
)
def test_a_url_is_read_as_libpq_reads_it(url: str) -> None:
    asked = {**conninfo_to_dict(url.strip()), "client_encoding": "UTF8"}
    assert conninfo_to_dict(conninfo(url)) == {**WATCHED, **asked}


@settings(max_examples=200, deadline=None)
@given(user=st.text(CHARACTERS, min_size=1), password=st.text(CHARACTERS, min_size=1))
def test_every_character_may_be_in_a_password(user: str, password: str) -> None:
    read = conninfo_to_dict(
        conninfo(f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@db/lms")
    )
    assert (read["user"], read["password"], read["host"]) == (user, password, "db")


SPECIAL = "@:/?#[]%& =,+;'\"\\\t$é"
PIECES = ("Zq7x", "Wk9y", "Vj3z")


@pytest.mark.parametrize("separator", SPECIAL)
def test_no_part_of_a_password_is_told(separator: str) -> None:
    """Whether the URL is refused, or read and then not reached, as nothing listens on its port."""
    for other in SPECIAL:
        password = f"{PIECES[0]}{separator}{PIECES[1]}{other}{PIECES[2]}"
        urls = [
            f"postgresql://me:{password}@127.0.0.1:1/lms",
            f"postgresql://127.0.0.1:1/lms?user=me&password={password}",
        ]
        if "@" not in password:  # else libpq's host is what follows it
            urls.append(f"postgresql://me:{password}/lms")
        for url in urls:
            with pytest.raises((DatabaseRefused, psycopg.OperationalError)) as refused:
                psycopg.connect(conninfo(url)).close()
            told = "".join(format_exception(refused.value))
            assert not any(piece in told for piece in PIECES), told


@pytest.mark.parametrize("port", ["0", "65536", "http", "12345678901234567890", "\u0665"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(DatabaseRefused, match="not a URL that libpq can read"):
        conninfo(f"postgresql:///lms?port={port}")


@pytest.mark.parametrize(
    "url", ["mysql://db/lms", "postgresql+psycopg://db/lms", "POSTGRESQL://db", "host=db", "db/lms"]
)
def test_other_schemes_are_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(
        DatabaseRefused, match=r"^SCHOLAGRAPH_DATABASE_URL must begin with postgresql://.*\.$"
    ):
        conninfo(url)


VARIABLES = {
    "PGHOSTADDR": "127.0.0.1",
    "PGSERVICE": "nothere",
    "PGREQUIREAUTH": "scram-sha-256",
    "PGREQUIREPEER": "nobody-of-this-name",
    "PGCHANNELBINDING": "require",
    "PGCLIENTENCODING": "LATIN1",
    "PGDATESTYLE": "nonsense",
    "PGTZ": "nonsense",
    "PGGEQO": "nonsense",
    "PGSSLMODE": "nonsense",
    "PGOPTIONS": "-c default_transaction_read_only=on",
    "PGTARGETSESSIONATTRS": "standby",
    "PGPORT": "1",
    "PGUSER": "nobody",
    "PGDATABASE": "nothere",
    "PGPASSFILE": "/nothere",
}


def test_no_variable_of_libpq_reaches_the_embedded_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**VARIABLES, "PGP_KEYRING": "mine"}.items():
        monkeypatch.setenv(name, value)
    with PostgresCluster.temporary(chosen().postgres) as cluster, psycopg.connect(cluster.url) as connection:
        found = connection.execute("SHOW transaction_read_only").fetchone()
    assert found == ("off",)
    assert [name for name in os.environ if name.startswith("PG")] == ["PGP_KEYRING"]


DEFAULTS = {
    "DateStyle": "German",
    "IntervalStyle": "sql_standard",
    "TimeZone": "Asia/Kathmandu",
    "client_encoding": "LATIN1",
    "standard_conforming_strings": "off",
    "escape_string_warning": "off",
    "extra_float_digits": "0",
    "bytea_output": "escape",
    "array_nulls": "off",
    "default_transaction_isolation": "serializable",
    "statement_timeout": "1",
}
VALUES = """
SELECT '2026-02-03T04:05:06.7Z'::timestamptz::text, '1 day 02:03'::interval::text, 'a\\b', 0.1::float8 / 3,
    '\\x00ff'::bytea, %(given)s::TEXT[], 'Grüße — 日本', current_setting('transaction_isolation')
"""


async def test_defaults_of_a_database_and_a_role_change_nothing(
    make_database: Callable[[], str], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_database()
    given = {"given": ["ü", None]}
    right = await database.fetch(VALUES, given)
    with psycopg.connect(url, autocommit=True) as connection:
        for name, value in DEFAULTS.items():
            connection.execute(f"ALTER DATABASE {connection.info.dbname} SET {name} = '{value}'")
    for name, value in {"PGDATESTYLE": "SQL", "PGTZ": "Asia/Kathmandu", "PGCLIENTENCODING": "LATIN1"}.items():
        monkeypatch.setenv(name, value)
    other = Database(url, pool_size=1)
    await other.open()
    try:
        assert await other.fetch(VALUES, given) == right
        async with other.transaction() as session:
            level = await session.scalar(text("SHOW transaction_isolation"))
            word = await session.scalar(text("SELECT CAST(:word AS text)"), {"word": "Grüße — 日本"})
    finally:
        await other.close()
    assert (level, word) == ("read committed", "Grüße — 日本")


async def test_what_the_operator_means_reaches_a_database_of_theirs(
    migrated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGAPPNAME", "lms")
    monkeypatch.setenv("PGOPTIONS", "-c work_mem=7MB")
    opened = Database(migrated, pool_size=1)
    await opened.open()
    try:
        sql = "SELECT current_setting('application_name'), current_setting('work_mem')"
        assert await opened.fetch(sql, {}) == [("lms", "7MB")]
    finally:
        await opened.close()
