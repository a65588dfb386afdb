"""The subgraph over HTTP: its secret, and whom a router asks for."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app import Scholagraph
from graph.federation.subgraph import subgraph_schema
from graph.http.subgraph import SubgraphEndpoint
from graph.limits.gate import AdmissionControl
from models.postgres.database import Database
from serving.finish import Finish
from settings.environment import Settings
from tests.serving.conftest import signed_in
from tests.serving.test_endpoint import code
from tests.world import World

Connect = Callable[..., httpx.AsyncClient]
SERVICE = {"query": "{ _service { sdl } }"}


@pytest.fixture
def connect(database: Database) -> Connect:
    """Makes a router for a subgraph with these settings."""

    def make(**settings: Any) -> httpx.AsyncClient:
        chosen = Settings(**settings)
        app = Scholagraph(
            {
                "/subgraph": SubgraphEndpoint(
                    subgraph_schema(chosen.subgraph_rules),
                    chosen,
                    AdmissionControl(chosen),
                    Finish(chosen.cors),
                )
            }
        )
        app.state.database = database
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")

    return make


async def test_who_knows_the_secret_is_answered(connect: Connect) -> None:
    router = connect(router_secret="open sesame")
    answer = await router.post("/subgraph", json=SERVICE, headers={"router-authorization": "open sesame"})
    assert answer.status_code == 200
    assert "@key" in answer.json()["data"]["_service"]["sdl"]


@pytest.mark.parametrize("given", [None, "", "open", "open sesame ", "OPEN SESAME", "\xe9"])
async def test_nobody_else_is(connect: Connect, given: str | None) -> None:
    headers = [] if given is None else [(b"router-authorization", given.encode("latin-1"))]
    router = connect(router_secret="open sesame")
    for answer in (
        await router.post("/subgraph", json=SERVICE, headers=headers),
        await router.get("/subgraph", params=SERVICE, headers=headers),
        await router.post("/subgraph", content=b"{", headers=headers),
    ):
        assert (answer.status_code, code(answer)) == (401, "UNAUTHENTICATED")


async def test_without_a_secret_anybody_is(connect: Connect) -> None:
    assert (await connect().post("/subgraph", json=SERVICE)).status_code == 200


async def test_a_router_passes_its_client_on(connect: Connect, world: World) -> None:
    router = connect(router_secret="open sesame")
    viewer = await signed_in(world)
    asked = {"query": "{ viewer { id } }"}
    headers = {"router-authorization": "open sesame"}
    answer = await router.post("/subgraph", json=asked, headers=headers)
    assert answer.json() == {"data": {"viewer": None}}
    answer = await router.post("/subgraph", json=asked, headers={**headers, **viewer})
    assert answer.json()["data"]["viewer"]


async def test_a_router_may_name_many_objects(connect: Connect) -> None:
    them = [{"__typename": "Course", "slug": f"course-{number:080}"} for number in range(1000)]
    query = "query($them: [_Any!]!) { _entities(representations: $them) { __typename } }"
    asked = {"query": query, "variables": {"them": them}}
    router = connect(router_secret="open sesame")
    answer = await router.post("/subgraph", json=asked, headers={"router-authorization": "open sesame"})
    assert answer.json() == {"data": {"_entities": [None] * 1000}}
    assert (await connect().post("/subgraph", json=asked)).status_code == 413


@pytest.mark.parametrize("rules", ["none", "authenticated", "scopes"])
async def test_rules_are_told_where_they_are_wanted_and_kept_always(connect: Connect, rules: str) -> None:
    router = connect(subgraph_rules=rules)
    sdl = (await router.post("/subgraph", json=SERVICE)).json()["data"]["_service"]["sdl"]
    assert ("@authenticated" in sdl) == (rules != "none")
    assert ("@requiresScopes" in sdl) == (rules == "scopes")
    asked = {"query": 'mutation { createToken(input: {label: "x"}) { secret } }'}
    (error,) = (await router.post("/subgraph", json=asked)).json()["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_trace_is_told_where_it_is_wanted(connect: Connect) -> None:
    asked = {"query": "{ __typename }"}
    wanted = {"apollo-federation-include-trace": "ftv1"}
    router = connect()
    answer = (await router.post("/subgraph", json=asked, headers=wanted)).json()
    assert answer["data"] == {"__typename": "Query"}
    assert list(answer["extensions"]) == ["ftv1"]
    for other in ({}, {"apollo-federation-include-trace": "ftv2"}):
        assert "extensions" not in (await router.post("/subgraph", json=asked, headers=other)).json()


ENTITIES = {"query": '{ _entities(representations: [{__typename: "Course", slug: "x"}]) { __typename } }'}


@pytest.mark.parametrize("documents", ["any", "apq", "trusted"])
async def test_who_knows_the_secret_writes_documents_of_its_own(connect: Connect, documents: str) -> None:
    router = connect(router_secret="open sesame", documents=documents, env="production")
    for asked in (SERVICE, ENTITIES):
        answer = await router.post("/subgraph", json=asked, headers={"router-authorization": "open sesame"})
        assert "errors" not in answer.json()
        answer = await router.post("/subgraph", json=asked)
        assert (answer.status_code, code(answer)) == (401, "UNAUTHENTICATED")


async def test_documents_are_trusted_alike_without_a_secret(connect: Connect) -> None:
    for documents in ("apq", "trusted"):
        for asked in (SERVICE, ENTITIES):
            answer = await connect(documents=documents).post("/subgraph", json=asked)
            assert code(answer) == "DOCUMENT_NOT_PERSISTED"


@pytest.mark.parametrize("graphiql", [None, False, True])
async def test_nobody_is_a_router_in_production_without_a_secret(
    connect: Connect, graphiql: bool | None
) -> None:
    router = connect(env="production", graphiql=graphiql)
    for headers in ({}, {"router-authorization": ""}, {"router-authorization": "None"}):
        for asked in (SERVICE, ENTITIES, {"query": "{ __typename }"}):
            answer = await router.post("/subgraph", json=asked, headers=headers)
            assert (answer.status_code, code(answer)) == (401, "UNAUTHENTICATED")
        assert (await router.get("/subgraph", params=SERVICE, headers=headers)).status_code == 401
        assert (await router.put("/subgraph", headers=headers)).status_code == 401
