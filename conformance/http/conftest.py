"""Requests that are made up change whatever they may: they have a server of their own."""

from collections.abc import Iterator

import pytest

from conformance.service import Service, started


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """The server that made-up requests are sent to."""
    with started() as running:
        yield running
