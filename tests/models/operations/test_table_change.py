"""Triggers that note changes: on tables of ours alone, in any schema, for every writer."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from alembic import command
from sqlalchemy import make_url

from models import Base
from models.operations.table_change import UNWATCHED
from models.postgres.base import new_id
from models.postgres.database import Database
from models.postgres.migrate import _run, migrate
from resolvers.operations.table_change import look

TRIGGERS = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'note_change'"
OLD = """
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {}
FOR EACH STATEMENT EXECUTE FUNCTION note_change()
"""
ORGANIZATION = "INSERT INTO {}organizations (id, slug, name) VALUES (gen_random_uuid(), '{}', 'O')"


@pytest.fixture
def role(migrated: str, make_database: Callable[[], str]) -> Iterator[tuple[str, str]]:
    """URL of a database that is empty, and a role that owns nothing in it."""
    url, name = make_database(), f"shop_{new_id().replace('-', '')}"
    execute(url, f"CREATE ROLE {name} LOGIN")
    yield url, name
    execute(url, f"DROP OWNED BY {name} CASCADE")
    execute(url, f"DROP ROLE {name}")


def execute(url: str, *statements: str) -> list[tuple[object, ...]]:
    """Run statements; the rows of the last one, if it has any."""
    with psycopg.connect(url, autocommit=True) as connection:
        for each in statements:
            cursor = connection.execute(each.encode())
        return cursor.fetchall() if cursor.description else []


def logged_in(url: str, role: str) -> str:
    return make_url(url).set(username=role).render_as_string(hide_password=False)


def watched(url: str) -> set[object]:
    return {name for (name,) in execute(url, TRIGGERS)}


def test_a_table_of_another_program_gets_no_trigger(role: tuple[str, str]) -> None:
    url, shop = role
    execute(url, "CREATE TABLE orders (id int)", f"GRANT INSERT ON orders TO {shop}")
    execute(url, f"CREATE TABLE spatial (id int); ALTER TABLE spatial OWNER TO {shop}")
    migrate(url)
    execute(url, f"CREATE TABLE later (id int); ALTER TABLE later OWNER TO {shop}")
    migrate(url)
    assert watched(url) == set(Base.metadata.tables) - UNWATCHED
    execute(logged_in(url, shop), "INSERT INTO orders VALUES (2)", "INSERT INTO spatial VALUES (1)")
    assert execute(url, "SELECT count(*) FROM table_changes") == [(0,)]


@pytest.mark.parametrize("is_own", [True, False])
def test_a_trigger_of_an_earlier_version_is_dropped(role: tuple[str, str], is_own: bool) -> None:
    url, shop = role
    _run(url, lambda config: command.upgrade(config, "0024"))
    execute(url, "CREATE TABLE orders (id int)", f"GRANT INSERT ON orders TO {shop}")
    execute(url, OLD.format("orders"), OLD.format("users"))
    if not is_own:
        owner = f"own_{shop}"
        name = make_url(url).database
        execute(url, f"CREATE ROLE {owner} LOGIN", f"ALTER DATABASE {name} OWNER TO {owner}")
        for kind, found in execute(url, OBJECTS):
            execute(url, f"ALTER {kind} {found} OWNER TO {owner}")
        execute(url, f"ALTER TABLE orders OWNER TO {shop}")
        migrate(logged_in(url, owner))
        execute(url, f"REASSIGN OWNED BY {owner} TO CURRENT_USER", f"DROP OWNED BY {owner}")
        execute(url, f"DROP ROLE {owner}")
    else:
        migrate(url)
    assert watched(url) == set(Base.metadata.tables) - UNWATCHED
    execute(logged_in(url, shop), "INSERT INTO orders VALUES (2)")


OBJECTS = """
SELECT 'TABLE', oid::regclass::text FROM pg_class
WHERE relkind IN ('r', 'p') AND relnamespace IN ('public'::regnamespace, 'jobs'::regnamespace)
UNION ALL SELECT 'SCHEMA', nspname::text FROM pg_namespace WHERE nspname IN ('public', 'jobs')
UNION ALL SELECT 'FUNCTION', oid::regprocedure::text FROM pg_proc
WHERE pronamespace IN ('public'::regnamespace, 'jobs'::regnamespace)
UNION ALL SELECT 'TYPE', typnamespace::regnamespace || '.' || typname FROM pg_type
WHERE typnamespace = 'jobs'::regnamespace AND typtype = 'e'
"""


@pytest.mark.parametrize("way", ["url", "role", "renamed"])
async def test_changes_in_another_schema_are_noted(role: tuple[str, str], way: str) -> None:
    url, name = role
    execute(url, 'CREATE SCHEMA "Lms"')
    parts = make_url(url)
    place = parts.update_query_dict({"options": '-c search_path="Lms"'}).render_as_string(hide_password=False)
    place = place.replace("+", "%20")
    if way == "role":
        execute(url, f'ALTER DATABASE {parts.database} SET search_path = "Lms"')
        place = url
    migrate(place)
    if way == "renamed":
        execute(url, 'ALTER SCHEMA "Lms" RENAME TO learning')
        place = place.replace("%22Lms%22", "learning")
        migrate(place)
    schema = "learning" if way == "renamed" else '"Lms"'
    assert watched(place) == set(Base.metadata.tables) - UNWATCHED
    database = Database(place, pool_size=1)
    await database.open()
    try:
        before, _ = await look(database, None, ())
        assert not (await look(database, before, ["organizations"]))[1]
        # Another program writes, with another search path and no right on `table_changes`.
        execute(url, f"GRANT USAGE ON SCHEMA {schema} TO {name}")
        execute(url, f"GRANT INSERT ON {schema}.organizations TO {name}")
        execute(logged_in(url, name), ORGANIZATION.format(f"{schema}.", "o"))
        assert (await look(database, before, ["organizations"]))[1]
    finally:
        await database.close()


def test_only_we_may_make_the_trigger(role: tuple[str, str]) -> None:
    """Its function writes with our rights."""
    url, shop = role
    migrate(url)
    execute(url, f"CREATE SCHEMA shop AUTHORIZATION {shop}", f"GRANT CREATE ON SCHEMA public TO {shop}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match=r"function public\.note_change"):
        execute(
            logged_in(url, shop),
            "CREATE TABLE shop.orders (id int)",
            OLD.format("shop.orders").replace("note_change()", "public.note_change()"),
        )
