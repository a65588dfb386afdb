"""Searches in texts use trigram indexes where the extension can be installed; else the start says so."""

import logging
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from models.postgres.migrate import migrate
from models.postgres.trigrams import SEARCHED, make_trigram_indexes
from resolvers.catalogue.course import COURSE, SHOWN_REFERENCE
from resolvers.loading.entity import Containing
from resolvers.people.user import USER


def test_every_column_that_is_searched_has_an_index() -> None:
    searches = [each for of in (COURSE, USER) for each in of.filters.values() if isinstance(each, Containing)]
    searched: list[Any] = [column for each in searches for column in each.columns]
    searched.remove(SHOWN_REFERENCE)  # of the courses of one application, by both filters
    searched.remove(SHOWN_REFERENCE)
    columns = {(column.table.name, column.name) for column in searched}
    assert columns == set(SEARCHED)


def test_a_search_reads_the_index(make_database: Callable[[], str]) -> None:
    url = make_database()
    migrate(url)
    with psycopg.connect(url) as connection:
        connection.execute("SET enable_seqscan = off")
        plan = connection.execute("EXPLAIN SELECT FROM courses WHERE title ILIKE %s", ["%abcdef%"]).fetchall()
    assert "ix_courses_title_trigrams" in str(plan)


def test_without_the_extension_one_line_says_so(
    make_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    url = make_database()
    migrate(url)
    with psycopg.connect(url) as connection:
        connection.execute("DROP EXTENSION pg_trgm CASCADE")
        execute = connection.execute

        def refused(query: Any, *given: Any) -> Any:
            if "CREATE EXTENSION" in query:
                raise InsufficientPrivilege("permission denied to create extension")
            return execute(query, *given)

        monkeypatch.setattr(connection, "execute", refused)
        with caplog.at_level(logging.WARNING):
            make_trigram_indexes(connection)
    assert [each.message for each in caplog.records if each.name == "models.migrate"] == [
        "Searches read whole tables: the extension pg_trgm is not installed in the database."
    ]
    migrate(url)
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT to_regclass('ix_users_name_trigrams') IS NOT NULL").fetchone()
    assert found == (True,)
