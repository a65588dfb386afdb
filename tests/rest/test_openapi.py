"""OpenAPI descriptions of platforms."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from openapi_spec_validator import validate
from starlette.applications import Starlette

from graph.declaring.schema import public_schema
from rest.coverage import State
from rest.platform import PLATFORMS, Platform
from rest.route import routes
from tests.rest.book_platform import Shelf
from tests.rest.openapi_contract import contract

RECORDINGS = Path(__file__).parent / "recordings" / "xikolo"
platforms = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)


@platforms
def test_a_description_is_valid_and_tells_every_served_route(platform: Platform) -> None:
    told = contract(platform.name)
    validate(told)
    served = {(row.method.lower(), row.template) for row in platform.rows if row.state is State.SERVED}
    assert served == {(method, path) for path, methods in told["paths"].items() for method in methods}


async def test_a_description_is_served_below_the_platforms_name() -> None:
    app = Starlette(routes=routes(public_schema, Shelf().execute))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        response = await http.get("/xikolo/openapi.json")
    assert response.json() == contract("xikolo")


def test_who_may_send_several_at_once_is_told() -> None:
    paths = contract("xikolo")["paths"]
    several = set()
    for path, methods in paths.items():
        content = methods.get("post", {}).get("requestBody", {"content": {}})["content"]
        for each in content.values():
            if "anyOf" in each["schema"]["properties"].get("data", {}):
                several.add(path)
    assert several == {"/api/v2/tracking-events"}


def test_of_an_enrollment_all_is_said() -> None:
    told = contract("xikolo")
    read = told["paths"]["/api/v2/enrollments/{id}"]["patch"]
    sent = read["requestBody"]["content"]["application/vnd.api+json"]["schema"]["properties"]["data"]
    assert sent["properties"]["attributes"]["properties"] == {"completed": {"type": "boolean"}}
    assert sent["required"] == ["type", "id"]
    attributes = told["components"]["schemas"]["enrollments"]["properties"]["attributes"]
    assert attributes["required"] == ["certificates", "completed", "reactivated", "proctored", "created_at"]
    listed = told["paths"]["/api/v2/courses"]["get"]
    names = {"filter[channel]", "filter[document]", "page[size]", "page[number]", "include", "If-None-Match"}
    assert {each["name"] for each in listed["parameters"]} == names


@platforms
def test_every_parameter_has_a_description_and_a_fitting_example(platform: Platform) -> None:
    for path, methods in contract(platform.name)["paths"].items():
        for method, told in methods.items():
            for each in told["parameters"]:
                place = f"{method} {path} {each['name']}"
                assert re.fullmatch(r"(?!(An?|The) )[A-Z].+\.", each.get("description", "")), place
                assert "example" in each, place
                Draft202012Validator(each["schema"]).validate(each["example"])


@platforms
def test_every_line_of_the_parameters_names_a_served_one(platform: Platform) -> None:
    served = {
        (method.upper(), path, each["name"])
        for path, methods in contract(platform.name)["paths"].items()
        for method, told in methods.items()
        for each in told["parameters"]
    }
    file = platform.folder / "parameters.tsv"
    lines = file.read_text().splitlines()[1:] if file.exists() else []
    for line in lines:
        method, path, name, *_ = line.split("\t")
        assert any(
            method in ("*", one) and path in ("*", other) and name == third for one, other, third in served
        ), line


def test_examples_are_those_of_recorded_requests() -> None:
    paths = contract("xikolo")["paths"]
    recorded: dict[tuple[str, str, str], set[str]] = {}
    for file in RECORDINGS.glob("*.json"):
        recording = json.loads(file.read_text())
        request, route = recording["request"], recording["route"]
        if recording["response"]["status"] >= 300:
            continue
        url = urlsplit(request["path"])
        match = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route) + "/?", url.path)
        assert match is not None, file
        for name, value in [*match.groupdict().items(), *parse_qsl(url.query)]:
            recorded.setdefault((route, request["method"].lower(), name), set()).add(value)
    assert len(recorded) > 50
    for (route, method, name), values in recorded.items():
        (told,) = (each for each in paths[route][method]["parameters"] if each["name"] == name)
        example = told["example"]
        text = ",".join(example) if isinstance(example, list) else str(example)
        assert (text.lower() if isinstance(example, bool) else text) in values, f"{method} {route} {name}"
