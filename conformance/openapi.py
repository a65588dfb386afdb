"""Requests that schemathesis generates from a platform's OpenAPI description, and checks of the responses.

A response must not be a server error, nor have an undescribed status, media type or body.
"""

from collections.abc import Callable
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from conformance.service import Service
from graph.declaring.schema import public_schema
from rest.openapi import description
from rest.platform import PLATFORMS

EXAMPLES_PER_ROUTE = 25
"""Requests per route and viewer."""

RESPONSE_CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]

sent = settings(max_examples=EXAMPLES_PER_ROUTE, deadline=None, suppress_health_check=list(HealthCheck))
"""Number of requests that a test has generated, of any kind."""


def by_description(name: str) -> Callable[[Callable[..., None]], Any]:
    """Return a decorator: the test runs with requests as `case`, for each route of the platform."""
    (platform,) = (each for each in PLATFORMS if each.name == name)
    schema = schemathesis.openapi.from_dict(description(platform, public_schema))

    def decorate(test: Callable[..., None]) -> Any:
        return schema.parametrize()(sent(test))

    return decorate


def assert_described(case: Any, service: Service, name: str, headers: dict[str, str]) -> None:
    """Send a request to the platform of this name; check its response against the description.

    A generated `Content-Length` is removed, because the HTTP server itself would refuse the request.
    """
    for length in [each for each in case.headers or () if each.lower() == "content-length"]:
        del case.headers[length]
    case.call_and_validate(base_url=f"{service.origin}/{name}", headers=headers, checks=RESPONSE_CHECKS)
