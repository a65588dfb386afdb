"""Pages of other origins: what they may read, and what a browser may not be made to send."""

import httpx
import pytest

from settings.environment import several_origins
from tests.serving.conftest import Connect

APP = "https://app.example.org"
ASKED = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type",
}
QUERY = {"query": "{ __typename }"}


def told(answer: httpx.Response) -> dict[str, str]:
    """What an answer tells a browser."""
    return {
        name.removeprefix("access-control-"): value
        for name, value in answer.headers.items()
        if name.startswith("access-control-")
    }


async def test_no_other_origin_reads_answers_unless_it_is_set(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json=QUERY, headers={"origin": APP})
    assert (answer.status_code, told(answer)) == (200, {})
    asked = await client.options("/graphql", headers={"origin": APP, **ASKED})
    assert (asked.status_code, told(asked)) == (204, {})


async def test_a_named_origin_reads_answers_and_sends_cookies(connect: Connect) -> None:
    client = connect(cors=several_origins(f"{APP}, https://other.example.org"))
    answer = await client.post("/graphql", json=QUERY, headers={"origin": APP})
    assert told(answer)["allow-origin"] == APP
    assert told(answer)["allow-credentials"] == "true"
    assert "X-Request-Id" in told(answer)["expose-headers"]
    assert answer.headers["vary"] == "Origin"
    asked = await client.options("/graphql", headers={"origin": APP, **ASKED})
    assert asked.status_code == 204
    assert told(asked) | {"expose-headers": ""} == {
        "allow-origin": APP,
        "allow-credentials": "true",
        "allow-methods": "GET, HEAD, POST, PUT, DELETE, OPTIONS",
        "allow-headers": "authorization,content-type",
        "max-age": "86400",
        "expose-headers": "",
    }
    stranger = await client.post("/graphql", json=QUERY, headers={"origin": "https://evil.example"})
    assert (stranger.status_code, told(stranger)) == (200, {})


async def test_every_origin_may_read_but_sends_no_cookies(connect: Connect) -> None:
    answer = await connect(cors=several_origins("*")).post("/graphql", json=QUERY, headers={"origin": APP})
    assert told(answer)["allow-origin"] == "*"
    assert "allow-credentials" not in told(answer)


@pytest.mark.parametrize(
    "headers",
    [
        {"apollo-require-preflight": "true"},
        {"x-apollo-operation-name": "A"},
        {"content-type": "application/json"},
    ],
)
async def test_a_get_with_cookies_proves_that_no_foreign_page_made_it(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    async def status(**sent: str) -> int:
        return (await client.get("/graphql", params=QUERY, headers=sent)).status_code

    cookie = {"cookie": "session=a"}
    assert await status(**headers) == 200
    assert await status(**cookie, **headers) == 200
    for simple in ({}, {"content-type": "text/plain"}, {"apollo-require-preflight": ""}):
        assert await status(**cookie, **simple) == 403
