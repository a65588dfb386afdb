"""Constraints of columns: every column has one, and rows from before them are repaired."""

from collections.abc import Callable

import pytest
from alembic import command
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from models import Base
from models.postgres.migrate import configuration, migrate
from models.postgres.value_check import condition

NAMED = "SELECT conname FROM pg_constraint WHERE conname LIKE '%_in_bounds' AND convalidated"


def test_every_column_has_its_constraint_in_the_database(migrated: str) -> None:
    wanted = {
        f"ck_{table.name}_{column.name}_in_bounds"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if condition(column) is not None
    }
    engine = create_engine(make_url(migrated).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.connect() as connection:
        assert set(connection.scalars(text(NAMED))) == wanted


def test_rows_from_before_the_constraints_are_repaired(make_database: Callable[[], str]) -> None:
    url = make_database()
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    config = configuration()
    deep, kept = "[" * 40 + "]" * 40, "[" * 32 + "null" + "]" * 32
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0024")
        connection.execute(
            text(
                "INSERT INTO statements (id, statement_id, actor_key, verb, is_voided, happened_at, document)"
                " VALUES (gen_random_uuid(), gen_random_uuid(), '', 'a', false, :late, CAST(:deep AS jsonb)),"
                " (gen_random_uuid(), gen_random_uuid(), '', 'b', false, 'infinity', '{}')"
            ),
            {"late": "10000-01-01 14:00:00+00", "deep": deep},
        )
        connection.commit()
    migrate(url)
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT verb, happened_at, document::text FROM statements ORDER BY 1")
        )
        (_, late, document), (_, never, other) = found.all()
        assert (late.year, never.year, document, other) == (9999, 9999, kept, "{}")
        with pytest.raises(IntegrityError, match="in_bounds"):
            connection.execute(text("UPDATE statements SET happened_at = '10000-01-01'"))
