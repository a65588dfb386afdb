"""OpenAPI descriptions of platforms."""

import httpx
import pytest
from openapi_spec_validator import validate
from starlette.applications import Starlette

from graph.declaring.schema import public_schema
from rest.coverage import State
from rest.platform import PLATFORMS, Platform
from rest.route import routes
from tests.rest.book_platform import Shelf
from tests.rest.openapi_contract import contract

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
