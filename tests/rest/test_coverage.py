"""`routes.tsv` is complete and agrees with the operations."""

import re

import pytest

from graph.declaring.schema import public_schema
from rest.coverage import CLIENTS, Row, State, coverage
from rest.document import load
from rest.platform import PLATFORMS, Platform

DOCUMENTED = {"xikolo": 45, "openedx": 372, "scormcloud": 29, "versal": 126}
"""Number of routes that each source document names."""

platforms = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)


@platforms
def test_served_rows_are_the_operations(platform: Platform) -> None:
    operations = load(platform.folder, platform.prefix, public_schema)
    served = [(row.method, row.template) for row in platform.rows if row.state is State.SERVED]
    assert len(served) == len(set(served))
    assert set(served) == {(operation.method, operation.path) for operation in operations}


@platforms
def test_every_documented_route_has_one_row(platform: Platform) -> None:
    listed = [(row.method, row.template) for row in platform.rows]
    assert len(listed) == len(set(listed))
    assert platform.coverage.documented == DOCUMENTED[platform.name]
    assert all(row.purpose for row in platform.rows)


@platforms
def test_operations_are_described_and_named_for_their_platform(platform: Platform) -> None:
    for operation in load(platform.folder, platform.prefix, public_schema):
        assert operation.name.startswith(f"{platform.name}_")
        assert re.search(r"\.$", operation.description), operation.name


def test_counts() -> None:
    rows = [
        Row("GET", "/a", "read", State.SERVED, "Xikolo"),
        Row("PUT", "/a", "write", State.OPEN, "Xikolo"),
        Row("GET", "/b/:id/:name", "read", State.SERVED, CLIENTS),
    ]
    counted = coverage("p", rows)
    assert (counted.served, counted.documented, counted.beyond) == (1, 2, 1)
    assert rows[2].template == "/b/{id}/{name}"
    assert Row("GET", "/c?name=", "find", State.OPEN, "Xikolo").template == "/c"
