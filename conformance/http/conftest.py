"""Fixtures of generated requests: they may write anything, so they have a server of their own."""

from collections.abc import Iterator

import pytest

from conformance.service import Service, started


@pytest.fixture(scope="session")
def service(in_production: bool) -> Iterator[Service]:
    """Server of generated requests."""
    with started(in_production=in_production) as running:
        yield running
