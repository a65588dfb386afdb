"""Requests as the apps send them, with their responses from the academy, to the last field."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from rest.coverage import State
from rest.platform import PLATFORMS
from tests.rest.xikolo.attribute_table import Name, table
from tests.rest.xikolo.conftest import Xikolo

FOLDER = Path(__file__).parents[1] / "recordings" / "xikolo"
FILES = sorted(FOLDER.glob("*.json"))


def recorded(file: Path) -> Any:
    return json.loads(file.read_text())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_recording(file: Path, academy: Xikolo) -> None:
    recording = recorded(file)
    request, wanted = recording["request"], recording["response"]
    sent = {key: request[key] for key in ("json", "data", "headers") if key in request}
    response = await academy(request["method"], request["path"], request.get("token"), **sent)
    assert response.status_code == wanted["status"], response.text
    assert response.headers["access-control-allow-origin"] == "*"
    for name, value in wanted["headers"].items():
        assert response.headers.get(name) == value
    assert_alike(
        response.json() if "json" in wanted else response.text, wanted.get("json", wanted.get("text"))
    )
    assert len(academy.statements) <= recording["statements"], "\n\n".join(academy.statements)


def assert_alike(found: Any, wanted: Any) -> None:
    """Check equality, except for values that are new each time: `/…/` is a regular expression to match."""
    if isinstance(wanted, dict):
        assert isinstance(found, dict)
        assert list(found) == list(wanted)
        for key, value in wanted.items():
            assert_alike(found[key], value)
    elif isinstance(wanted, list):
        assert isinstance(found, list)
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            assert_alike(one, other)
    elif isinstance(wanted, str) and re.fullmatch(r"/\^.*\$/", wanted):
        assert re.fullmatch(wanted[1:-1], found)
    else:
        assert (type(found), found) == (type(wanted), wanted)


def test_every_filter_include_and_writable_attribute_is_recorded() -> None:
    asked = {Name(*each) for file in FILES for each in asks(file)}
    wanted = {
        name
        for name, line in table().items()
        if name.part == "filter" or line.mark in ("includable", "writable")
    }
    assert wanted <= asked, wanted - asked


def asks(file: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the names that a successful recorded request uses."""
    recording = recorded(file)
    if recording["response"]["status"] >= 300:
        return
    type_ = recording["route"].removeprefix("/api/v2").strip("/").split("/")[0]
    request = recording["request"]
    for key, value in parse_qsl(urlsplit(request["path"]).query):
        if key.startswith("filter["):
            yield type_, "filter", key[7:-1]
        elif key == "include":
            yield from ((type_, "relationship", name) for name in value.split(","))
    data = request.get("json", {}).get("data", [])
    for each in data if isinstance(data, list) else [data]:
        yield from ((type_, "attribute", name) for name in each.get("attributes", ()))


def test_every_served_route_is_recorded() -> None:
    served = {(row.method, row.template) for row in PLATFORMS[0].rows if row.state is State.SERVED}
    requests = [recorded(file) for file in FILES]
    assert served == {
        (each["request"]["method"], each["route"]) for each in requests if each["response"]["status"] < 300
    }
