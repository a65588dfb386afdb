"""What nobody expects, and a database that is away: masked, coded, named by the request."""

from typing import Any, NoReturn

import httpx
import pytest
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from graph.http import endpoint
from graph.http.media import GRAPHQL, JSON
from resolvers.operations.context import Context

COURSES = {"query": "query Courses { courses(first: 1) { nodes { id } } }"}


class SecretError(Exception):
    """Something whose text is for nobody's eyes."""


def raising(error: Exception) -> Any:
    async def failing(*_: Any, **__: Any) -> NoReturn:
        raise error

    return failing


@pytest.mark.parametrize("media", [JSON, GRAPHQL])
async def test_an_unexpected_error_of_a_field_is_masked_and_named_by_its_request(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, media: str
) -> None:
    monkeypatch.setattr(Context, "fetch", raising(SecretError("password")))
    answer = await client.post("/graphql", json=COURSES, headers={"accept": media})
    assert answer.status_code == 200
    (error,) = answer.json()["errors"]
    request_id = answer.headers["x-request-id"]
    assert error["path"] == ["courses"]
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id}
    assert "password" not in answer.text
    assert "password" in caplog.text


@pytest.mark.parametrize("media", [JSON, GRAPHQL])
async def test_an_unexpected_error_around_an_operation_is_a_500_of_the_same_form(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, media: str
) -> None:
    monkeypatch.setattr(endpoint, "run_measured", raising(SecretError("password")))
    answer = await client.post("/graphql", json=COURSES, headers={"accept": media})
    assert (answer.status_code, answer.headers["content-type"]) == (500, f"{media}; charset=utf-8")
    body = answer.json()
    assert list(body) == ["errors"]
    request_id = answer.headers["x-request-id"]
    assert body["errors"][0]["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id}
    assert "password" not in answer.text
    assert "password" in caplog.text


@pytest.mark.parametrize(
    ("error", "code"), [(PoolTimeout(), "POOL_TIMEOUT"), (OperationalError(), "SERVICE_UNAVAILABLE")]
)
async def test_a_database_that_is_away_is_told_with_when_to_come_back(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    monkeypatch.setattr(Context, "fetch", raising(error))
    answer = await client.post("/graphql", json=COURSES)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["errors"][0]["extensions"]["code"] == code
