"""What tests of the whole graph share."""

from collections.abc import AsyncIterator, Callable

import pytest

from tests.conftest import fresh
from tests.policy_rows import Stage, build


@pytest.fixture(scope="session")
async def stage(make_database: Callable[[], str]) -> AsyncIterator[Stage]:
    """Rows of every kind in every state, in a database with nothing else; nobody changes them."""
    async with fresh(make_database) as database:
        yield await build(database)
