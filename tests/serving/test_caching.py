"""Answers that caches may keep."""

import hashlib
import json

import httpx
import pytest

from models.postgres.base import new_id
from tests.serving.conftest import signed_in
from tests.world import World


async def persisted(client: httpx.AsyncClient, text: str) -> dict[str, str]:
    """The parameters of a GET that names a document by its hash."""
    extension = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(text.encode()).hexdigest()}}
    assert (await client.post("/graphql", json={"query": text, "extensions": extension})).status_code == 200
    return {"extensions": json.dumps(extension)}


@pytest.fixture
async def parameters(client: httpx.AsyncClient) -> dict[str, str]:
    return await persisted(client, f"{{ a{new_id().replace('-', '')}: __typename }}")


async def test_a_persisted_query_of_nobody_in_particular_has_a_tag(
    client: httpx.AsyncClient, parameters: dict[str, str]
) -> None:
    first = await client.get("/graphql", params=parameters)
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    assert first.headers["cache-control"] == "public, no-cache"
    assert first.headers["vary"] == "Accept, Accept-Language, Authorization, Cookie"
    for known in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = await client.get("/graphql", params=parameters, headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = await client.get("/graphql", params=parameters, headers={"if-none-match": 'W/"other"'})
    assert (other.status_code, other.json()) == (200, first.json())
    head = await client.head("/graphql", params=parameters)
    assert (head.status_code, head.headers["etag"]) == (200, tag)


async def test_other_answers_are_not_kept(
    client: httpx.AsyncClient, parameters: dict[str, str], world: World
) -> None:
    failing = await persisted(client, '{ node(id: "x") { id } }')
    answers = [
        await client.get("/graphql", params=parameters, headers=await signed_in(world)),
        await client.get("/graphql", params={"query": "{ __typename }"}),
        await client.get("/graphql", params={**parameters, "variables": "["}),
        await client.get("/graphql", params=failing),
        await client.get("/graphql", params={"documentId": "unknown"}),
    ]
    for answer in answers:
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
