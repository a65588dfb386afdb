"""Migrations: there is one way up and one down, and they lead to what the models describe."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from models import Base
from models.postgres.migrate import configuration, demolish, migrate

CATALOG = """
SELECT 'column', table_name, column_name, concat_ws(' ', data_type, udt_name, is_nullable, column_default,
    is_identity)
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'routine', '', proname, pg_get_functiondef(p.oid)
FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'type', '', typname, typtype::text FROM pg_type
WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
UNION ALL
SELECT 'extension', '', extname, '' FROM pg_extension
"""
"""Everything in a database that migrations make."""


def catalog(url: str) -> set[tuple[Any, ...]]:
    return set(read(url, lambda connection: [tuple(row) for row in connection.execute(text(CATALOG))]))


def read(url: str, what: Callable[[Connection], list[Any]]) -> list[Any]:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.connect() as connection:
        return what(connection)


def test_there_is_one_head() -> None:
    script = ScriptDirectory.from_config(configuration())
    assert len(script.get_heads()) == len(script.get_bases()) == 1


def test_names_of_files_begin_with_revisions_in_their_order() -> None:
    """So that whoever starts knows the newest without loading them."""
    script = ScriptDirectory.from_config(configuration())
    walked = [(each.revision, Path(each.path).name.partition("_")[0]) for each in script.walk_revisions()]
    assert walked == sorted(((name, name) for _, name in walked), reverse=True)


def test_going_down_and_up_again_leads_to_the_same(make_database: Callable[[], str]) -> None:
    url = make_database()
    empty = catalog(url)
    migrate(url)
    built = catalog(url)
    assert {row[1] for row in built if row[0] == "column"} == {*Base.metadata.tables, "alembic_version"}
    demolish(url)
    left = {row for row in catalog(url) if "alembic_version" not in row}
    assert left - empty == {("extension", "", "pg_trgm", "")}  # other programs may use it by now
    assert empty <= left
    migrate(url)
    assert catalog(url) == built


def test_migrating_again_changes_nothing(make_database: Callable[[], str]) -> None:
    url = make_database()
    migrate(url)
    built = catalog(url)
    migrate(url)
    assert catalog(url) == built


def step(url: str, change: Callable[[Config, str], None], revision: str) -> set[tuple[Any, ...]]:
    """Take a database up or down to a revision; what it then holds."""
    config = configuration()
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        change(config, revision)
        connection.commit()
    return {row for row in catalog(url) if "alembic_version" not in row}


COLUMNS = """
SELECT table_name, column_name, udt_name,
    is_nullable = 'YES' OR column_default IS NOT NULL OR is_identity = 'YES'
FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
"""
"""Each column, its type, and whether a row may be written without it."""

NARROWED = {"0014": {("quizzes", "solution_rule")}}
"""Columns by the revision that took them away or demanded them; the one here is older than any release."""


def columns(url: str) -> dict[tuple[str, str], tuple[str, bool]]:
    rows = read(url, lambda connection: [tuple(row) for row in connection.execute(text(COLUMNS))])
    return {(table, name): (kind, is_optional) for table, name, kind, is_optional in rows}


def test_steps_lead_down_again_and_leave_the_version_before_at_work(
    make_database: Callable[[], str],
) -> None:
    """What its code reads is there, of its types, and what it does not know of it need not write.

    So servers of both versions work while one replaces the other: a change that takes something away comes a
    version after the code that no longer needs it, and is named in `NARROWED`.
    """
    url = make_database()
    script = ScriptDirectory.from_config(configuration())
    revisions = [each.revision for each in script.walk_revisions()][::-1]
    states, narrowed, before = {}, dict[str, set[tuple[str, str]]](), columns(url)
    for revision in revisions:
        states[revision] = step(url, command.upgrade, revision)
        after = columns(url)
        tables = {table for table, _ in before}
        lost = {each for each, (kind, _) in before.items() if after.get(each, ("", True))[0] != kind}
        demanded = {
            each
            for each, (_, is_optional) in after.items()
            if each[0] in tables and not is_optional and before.get(each, ("", True))[1]
        }
        if lost | demanded:
            narrowed[revision] = lost | demanded
        before = after
    assert narrowed == NARROWED
    for revision in revisions[-2::-1]:
        assert step(url, command.downgrade, revision) == states[revision], revision


def test_every_migration_says_what_it_is_about() -> None:
    script = ScriptDirectory.from_config(configuration())
    words = [each.doc for each in script.walk_revisions()]
    assert all(each and each.endswith(".") for each in words), words


def test_models_and_migrations_do_not_differ(migrated: str) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, Base.metadata))

    assert read(migrated, differences) == []


def test_every_constraint_and_index_is_named_as_the_models_name_it(migrated: str) -> None:
    """Names that Alembic does not compare: of primary keys, foreign keys and checks."""
    named = {
        (table.name, constraint.name)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
    }
    found = {
        (table, name)
        for kind, table, name, _ in catalog(migrated)
        if kind == "constraint" and table != "alembic_version"
    }
    assert {(table, name) for table, name in found if not name.endswith("_not_null")} == named


BEFORE_ACTORS = "0027"
STATEMENT = """
INSERT INTO statements (id, statement_id, actor_key, verb, is_voided, happened_at, document)
VALUES (gen_random_uuid(), gen_random_uuid(), %s, 'v', false, now(), %s)
"""


def test_each_actor_who_named_a_file_keeps_it(make_database: Callable[[], str]) -> None:
    """Files of statements from before they belonged to actors."""
    url = make_database()
    step(url, command.upgrade, BEFORE_ACTORS)
    hash_, other, unnamed = "a" * 64, "b" * 64, "c" * 64

    def rows(connection: psycopg.Connection[Any]) -> list[Any]:
        found = connection.execute("SELECT actor_key, sha2 FROM statement_attachments ORDER BY 1, 2")
        return found.fetchall()

    with psycopg.connect(url, autocommit=True) as connection:
        for sha2 in (hash_, other, unnamed):
            connection.execute(
                "INSERT INTO statement_attachments (id, sha2, digest, size)"
                " VALUES (gen_random_uuid(), %s, %s, 1)",
                (sha2, sha2),
            )
        for actor, document in (
            ("ada", f'{{"attachments": [{{"sha2": "{hash_.upper()}"}}]}}'),
            ("bob", f'{{"object": {{"attachments": [{{"sha2": "{hash_}"}}, {{"sha2": "{other}"}}]}}}}'),
            ("eve", "{}"),
        ):
            connection.execute(STATEMENT, (actor, document))
        migrate(url)
        kept = [(actor, sha2) for actor, sha2 in rows(connection) if actor]
        assert kept == [("ada", hash_), ("bob", hash_), ("bob", other)]
        step(url, command.downgrade, BEFORE_ACTORS)
        found = connection.execute("SELECT sha2 FROM statement_attachments ORDER BY 1").fetchall()
        assert found == [(hash_,), (other,), (unnamed,)]
