"""Fixtures of generated requests: they may write anything, so they have a server of their own."""

from collections.abc import Iterator

import pytest

from conformance.service import Service, started


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """Server of generated requests."""
    with started() as running:
        yield running
