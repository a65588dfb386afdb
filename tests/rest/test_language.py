"""Language that a parameter asks for."""

from types import SimpleNamespace
from typing import Any

from starlette.requests import Request

from resolvers.access.viewer import LONGEST_LANGUAGES
from rest.dialect import Dialect
from rest.endpoint import Endpoint

OPERATION: Any = SimpleNamespace(auth=None, language="filter[language]")


def heard(language: str) -> str:
    """The header of the request that an endpoint continues with."""
    execute: Any = None
    endpoint = Endpoint("/books", Dialect(), execute, {}, frozenset())
    query = f"filter[language]={language}".encode()
    scope = {"type": "http", "query_string": query, "headers": [(b"accept-language", b"fr")]}
    return endpoint.heard(OPERATION, Request(scope)).headers["accept-language"]


def test_a_parameter_goes_before_the_header() -> None:
    assert heard("de") == "de, fr"


def test_only_the_beginning_of_a_parameter_is_read() -> None:
    assert heard("d" * 100_000) == "d" * LONGEST_LANGUAGES + ", fr"
