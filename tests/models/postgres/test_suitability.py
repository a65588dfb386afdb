"""Databases that do not suit end a start with one sentence, which says what to do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest
from sqlalchemy import make_url

import cli
from models.postgres import suitability
from models.postgres.base import new_id
from models.postgres.migrate import migrate
from models.postgres.refusal import DatabaseRefused
from settings.environment import settings


@dataclass(frozen=True)
class Place:
    """A database of one test, and a role that may connect to it."""

    url: str
    role: str

    def execute(self, *statements: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            for each in statements:
                connection.execute(each.format(role=self.role, database=connection.info.dbname).encode())

    @property
    def as_role(self) -> str:
        return make_url(self.url).set(username=self.role).render_as_string(hide_password=False)


@pytest.fixture
def place(make_database: Callable[[], str]) -> Iterator[Place]:
    made = Place(make_database(), f"role_{new_id().replace('-', '')}")
    made.execute("CREATE ROLE {role} LOGIN")
    yield made
    made.execute("DROP OWNED BY {role}", "ALTER DATABASE {database} RESET ALL", "DROP ROLE {role}")


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        (
            [],
            r'Role "{role}" may not create tables in schema "public" .*: GRANT CREATE ON SCHEMA "public" TO',
        ),
        (
            ["GRANT CREATE ON SCHEMA public TO {role}"],
            r'may not create schema "jobs" .*: GRANT CREATE ON DATA',
        ),
        (["ALTER ROLE {role} SET search_path = nothere"], r'search_path of role "{role}" has no schema'),
        (
            [
                "CREATE TABLE alembic_version (version_num text)",
                "INSERT INTO alembic_version VALUES ('ae1027a6acf')",
                "GRANT SELECT ON alembic_version TO {role}",
            ],
            r'Table "alembic_version" in schema "public" .* belongs to another program',
        ),
        (
            ["CREATE TABLE alembic_version (id int)", "GRANT SELECT ON alembic_version TO {role}"],
            r'Table "alembic_version" in schema "public" .* belongs to another program',
        ),
        (
            [
                "CREATE TABLE alembic_version (version_num text)",
                "INSERT INTO alembic_version VALUES ('9999')",
                "GRANT SELECT ON alembic_version TO {role}",
            ],
            r"is at revision 9999, which a newer version of Scholagraph has made: start that version",
        ),
        (["CREATE TABLE alembic_version (version_num text)"], r"permission denied for table alembic_version"),
        (["CREATE TABLE users (id int)"], r'Table "users" in schema "public" .* belongs to another program'),
        (["CREATE VIEW courses AS SELECT 1"], r'Table "courses" in schema "public" .* belongs to another'),
        (
            ["GRANT ALL ON SCHEMA public TO {role}", "CREATE SCHEMA jobs"],
            r'Schema "jobs" of database .* belongs to another program: give Scholagraph a database',
        ),
        (
            ["ALTER DATABASE {database} SET default_transaction_read_only = on"],
            r"is read-only and lacks migrations: migrate it where",
        ),
        (["ALTER ROLE {role} NOLOGIN"], r"cannot be reached: .* role \"{role}\" is not permitted to log in"),
    ],
)
def test_a_database_that_does_not_suit_is_refused(place: Place, statements: list[str], message: str) -> None:
    place.execute(*statements)
    with pytest.raises(DatabaseRefused, match=message.replace("{role}", place.role)) as refused:
        migrate(place.as_role)
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_another_encoding_is_refused(migrated: str, encoding: str) -> None:
    name = f"encoded_{new_id().replace('-', '')}"
    url = make_url(migrated).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(migrated, autocommit=True) as connection:
        locale = f"ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
        connection.execute(f"CREATE DATABASE {name} {locale}".encode())
    with pytest.raises(
        DatabaseRefused, match=rf"^The database needs encoding UTF8, but {name} has {encoding}\.$"
    ):
        migrate(url)


def test_an_older_server_is_refused(migrated: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suitability, "OLDEST", 99)
    with pytest.raises(DatabaseRefused, match=r"^PostgreSQL 99 or newer is needed, but the server is 1\d\."):
        migrate(migrated)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql://127.0.0.1:1/lms", r"cannot be reached: .*port 1 failed: Connection refused\.$"),
        (
            "postgresql://127.0.0.1:1,127.0.0.2:2/lms",
            r"port 1 failed: .*; .*port 2 failed: Connection refused\.$",
        ),
        (
            "postgresql://host.invalid/lms",
            r"cannot be reached: failed to resolve host 'host\.invalid': .*\.$",
        ),
        ("postgresql:///lms?service=nothere", r"definition of service \"nothere\" not found\.$"),
        (
            "postgresql:///lms?host=/nothere",
            r"/nothere/\.s\.PGSQL\.5432\" failed: No such file or directory\.$",
        ),
        ("postgresql:///lms?sslmode=perhaps", r"invalid sslmode value: \"perhaps\"\.$"),
        ("postgresql:///lms?sslmod=disable", r"not a URL that libpq can read: .*\.$"),
        ("postgresql://me:p/w@db/lms", r"may be part of the password: .*\.$"),
        ("mysql://db/lms", r"must begin with postgresql://"),
    ],
)
def test_a_command_ends_with_one_line(monkeypatch: pytest.MonkeyPatch, url: str, message: str) -> None:
    monkeypatch.setenv("SCHOLAGRAPH_DATABASE_URL", url)
    settings.cache_clear()
    try:
        with pytest.raises(SystemExit, match=f"^scholagraph: .*{message}") as end:
            cli.main(["migrate"])
    finally:
        settings.cache_clear()
    assert "\n" not in str(end.value.code)


def test_a_missing_database_is_named(migrated: str) -> None:
    url = make_url(migrated).set(database="nothere").render_as_string(hide_password=False)
    with pytest.raises(DatabaseRefused, match=r'cannot be reached: .*database "nothere" does not exist\.$'):
        migrate(url)


def test_a_role_with_the_named_grants_may_migrate(place: Place) -> None:
    place.execute(
        'GRANT CREATE ON SCHEMA "public" TO {role}', "GRANT CREATE ON DATABASE {database} TO {role}"
    )
    migrate(place.as_role)
    migrate(place.as_role)
