"""Values that no door has refused: PostgreSQL's refusal becomes `InvalidValue`, for reads and writes."""

import pytest
from sqlalchemy import text

from models.postgres.database import Database
from models.postgres.value import InvalidValue


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("text", "a\0b"),
        ("text", "a\ud800b"),
        ("timestamptz", "300000-01-01"),
        ("int", "3000000000"),
        ("float8", "1e999"),
    ],
)
async def test_values_out_of_range(database: Database, type_: str, value: str) -> None:
    with pytest.raises(InvalidValue):
        await database.fetch(f"SELECT %(value)s::{type_}", {"value": value})
    with pytest.raises(InvalidValue):
        async with database.transaction() as session:
            await session.execute(text(f"SELECT CAST(CAST(:value AS text) AS {type_})"), {"value": value})


async def test_a_check_of_a_column(database: Database) -> None:
    with pytest.raises(InvalidValue, match="out of the range"):
        async with database.transaction() as session:
            await session.execute(text("INSERT INTO budgets (key, spent_until) VALUES ('x', '20000-01-01')"))


async def test_other_errors_stay_ours(database: Database) -> None:
    with pytest.raises(Exception, match="division by zero") as caught:
        await database.fetch("SELECT 1 / %(value)s::int", {"value": 0})
    assert not isinstance(caught.value, InvalidValue)
