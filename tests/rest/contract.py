"""Holds responses against what a platform's OpenAPI description says of them."""

import re
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from graph.schema import public_schema
from rest.openapi import description
from rest.platform import PLATFORMS


@cache
def contract(platform: str) -> Any:
    """The platform's description."""
    (chosen,) = (each for each in PLATFORMS if each.name == platform)
    return description(chosen, public_schema)


@cache
def _validator(platform: str, path: str, method: str, status: str) -> Draft202012Validator | None:
    told = contract(platform)
    response = told["paths"][path][method]["responses"][status]
    for content in response.get("content", {}).values():
        return Draft202012Validator({**content["schema"], "components": told["components"]})
    return None


def assert_documented(platform: str, method: str, path: str, response: httpx.Response) -> None:
    """The status is one of those that the route documents, and the body is as it says."""
    told = contract(platform)["paths"]
    found = [each for each in told if re.fullmatch(re.sub(r"{\w+}", "[^/]+", each) + "/?", path)]
    exact = min(found, key=lambda each: each.count("{"), default=None)
    if exact is None or method.lower() not in told[exact]:
        return
    status = str(response.status_code)
    documented = told[exact][method.lower()]["responses"]
    assert status in documented, f"{method} {exact} documents no {status}"
    validator = _validator(platform, exact, method.lower(), status)
    if validator is not None:
        errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(response.json())]
        assert not errors, errors[:5]
