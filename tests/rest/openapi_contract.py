"""Check of responses against a platform's OpenAPI description."""

import re
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from graph.declaring.schema import public_schema
from rest.openapi import description
from rest.platform import PLATFORMS


@cache
def contract(platform: str) -> Any:
    """The platform's description."""
    (chosen,) = (each for each in PLATFORMS if each.name == platform)
    return description(chosen, public_schema)


@cache
def _validators(platform: str, path: str, method: str, status: str) -> dict[str, Draft202012Validator]:
    """By media type."""
    told = contract(platform)
    content = told["paths"][path][method]["responses"][status].get("content", {})
    return {
        name: Draft202012Validator({**each["schema"], "components": told["components"]})
        for name, each in content.items()
    }


def assert_documented(platform: str, method: str, path: str, response: httpx.Response) -> None:
    """Check that the route documents the status, and that the body fits its schema."""
    told = contract(platform)["paths"]
    found = [each for each in told if re.fullmatch(re.sub(r"{\w+}", "[^/]+", each) + "/?", path)]
    exact = min(found, key=lambda each: each.count("{"), default=None)
    if exact is None or method.lower() not in told[exact]:
        return
    status = str(response.status_code)
    documented = told[exact][method.lower()]["responses"]
    assert status in documented, f"{method} {exact} documents no {status}"
    validators = _validators(platform, exact, method.lower(), status)
    media_type = response.headers.get("content-type", "").partition(";")[0]
    assert bool(validators) == bool(response.content), f"{method} {exact} {status}: {validators.keys()}"
    if response.content:
        sent = response.json() if media_type.endswith("json") else response.text
        errors = [f"{error.json_path}: {error.message}" for error in validators[media_type].iter_errors(sent)]
        assert not errors, errors[:5]
