"""Documents of REST routes cost nothing at the start; each is prepared and planned once, at its first use."""

from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import get_named_type

from app import create_app
from graph.declaring.schema import public_schema
from graph.engine.plan import plan
from graph.execution.execute import known_documents, prepare
from models.storage.objects import FileStore
from rest.document import load
from rest.in_process import OUR_OWN, document_of
from rest.operation import Operation
from rest.platform import PLATFORMS
from rest.variable import FromInclude, FromQuery
from settings.environment import Settings
from tests.rest.xikolo.row_counts import token_of
from tests.world import World

NOWHERE = "00000000-0000-7000-8000-000000000000"


def operations() -> list[tuple[str, Operation]]:
    """Operations of all platforms, each with the prefix of its paths."""
    return [
        (f"/{each.name}", operation)
        for each in PLATFORMS
        for operation in load(each.folder, each.prefix, public_schema)
    ]


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the operations that are planned from now on, repeats included."""
    names: list[str] = []

    def noted(schema: Any, document: Any, operation: Any, *given: Any) -> Any:
        names.append(operation.name.value)
        return plan(schema, document, operation, *given)

    monkeypatch.setattr("graph.engine.run.plan", noted)
    document_of.cache_clear()
    known_documents.clear()
    return names


async def test_a_route_is_planned_at_its_first_use_and_never_again(
    planned: list[str], migrated: str, world: World, tmp_path: Path
) -> None:
    staff = {"Authorization": f"Bearer {await token_of(world, await world.staff())}"}
    app = create_app(Settings(home=tmp_path), migrated, FileStore.in_folder(tmp_path / "assets"))
    async with app.router.lifespan_context(app):
        assert (planned, document_of.cache_info().currsize) == ([], 0)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=staff) as http:
            reads = [each for each in operations() if each[1].method == "GET"]
            asked = sum([await read(http, *each) for each in reads])
            assert {operation.name for _, operation in reads} <= set(planned)
            planned.clear()
            kept = document_of.cache_info()
            assert sum([await read(http, *each) for each in reads]) == asked
    now = document_of.cache_info()
    assert (now.misses, planned) == (kept.misses, [])
    assert now.hits - kept.hits >= asked >= len(reads)


async def read(http: httpx.AsyncClient, below: str, operation: Operation) -> int:
    """Request missing objects with each choice of includes; return the number of requests."""
    sources = [each.source for each in operation.variables if each.is_required]
    wanted = {each.name for each in sources if isinstance(each, FromQuery)}
    given = dict.fromkeys({*wanted, *operation.any_of[:1]}, NOWHERE)
    numbers = {each.source.name for each in operation.variables if get_named_type(each.type).name == "Int"}
    path = operation.path
    for name in operation.parameter_names:
        value = "1" if name in numbers else NOWHERE
        path = path.replace(f"{{{name}:path}}", value).replace(f"{{{name}}}", value)
    named = [each.source.name for each in operation.variables if isinstance(each.source, FromInclude)]
    choices = list(product((False, True), repeat=len(named)))
    for chosen in choices:
        include = ",".join(name for name, is_wanted in zip(named, chosen, strict=True) if is_wanted)
        answer = await http.get(f"{below}{path}", params={**given, "include": include})
        assert answer.status_code in (200, 403, 404), f"{operation.name}: {answer.text}"
    return len(choices)


async def test_what_others_send_does_not_push_routes_out() -> None:
    (_, operation), *_ = operations()
    kept = document_of(operation.text)
    known_documents.clear()
    assert prepare(public_schema, operation.text, OUR_OWN) is not kept
    assert document_of(operation.text) is kept
