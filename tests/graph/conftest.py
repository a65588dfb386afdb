"""What tests of the whole graph share."""

from collections.abc import AsyncIterator, Callable

import pytest

from models.database import Database
from models.migrate import migrate
from tests.stage import Stage, build


@pytest.fixture(scope="session")
async def stage(make_database: Callable[[], str]) -> AsyncIterator[Stage]:
    """Rows of every kind in every state, in a database with nothing else; nobody changes them."""
    url = make_database()
    migrate(url)
    database = Database(url, pool_size=4)
    await database.open()
    yield await build(database)
    await database.close()
