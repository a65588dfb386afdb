"""Files of statements from before they belonged to actors: each actor who named one keeps it."""

from collections.abc import Callable
from typing import Any

import psycopg
from alembic import command

from models.postgres.migrate import migrate
from tests.models.postgres.test_migrate import step

BEFORE = "0024"
STATEMENT = """
INSERT INTO statements (id, statement_id, actor_key, verb, is_voided, happened_at, document)
VALUES (gen_random_uuid(), gen_random_uuid(), %s, 'v', false, now(), %s)
"""


def test_each_actor_who_named_a_file_keeps_it(make_database: Callable[[], str]) -> None:
    url = make_database()
    step(url, command.upgrade, BEFORE)
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
        step(url, command.downgrade, BEFORE)
        found = connection.execute("SELECT sha2 FROM statement_attachments ORDER BY 1").fetchall()
        assert found == [(hash_,), (other,), (unnamed,)]
