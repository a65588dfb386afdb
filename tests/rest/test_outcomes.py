"""Parts on a made-up platform: statuses by outcome, lists, raw bodies, HTML, errors by field, enum words."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from models.storage.objects import FileStore
from resolvers.access.viewer import Role, Viewer
from rest.dialect import Dialect
from rest.errors import FIELDS, MESSAGE, ErrorForm
from rest.route import routes
from tests.rest.book_platform import SCHEMA, Library, Shelf, book, written

ERRORS = "userErrors { code message field }"
BOOKS = f"""
mutation put($id: ID!, $title: String! @body(at: "title"))
@http(method: PUT, path: "/api/books/{{id:number}}", created: 201, errors: "fields") {{
  put(id: $id, title: $title) {{ book {{ id title }} isNew @created {ERRORS} }}
}}
mutation shelve($books: [BookInput!]! @body(at: "", each: {{title: "name"}}))
@http(method: POST, path: "/api/books") {{
  shelve(books: $books) {{
    outcomes @batch(field: "isDone", some: 207, none: 409) {{ title isDone }} {ERRORS}
  }}
}}
mutation cover($id: ID!, $upload: String! @raw)
@http(method: POST, path: "/api/books/{{id}}/cover", body: RAW) {{
  cover(id: $id, upload: $upload) {{ upload {ERRORS} }}
}}
query commas($ids: [ID!] @param(name: "id", parts: COMMAS)) @http(method: GET, path: "/api/books/commas") {{
  several(ids: $ids) {{ id }}
}}
query repeats($ids: [ID!] @param(name: "id", parts: REPEATS))
@http(method: GET, path: "/api/books/repeats") {{
  several(ids: $ids) {{ id }}
}}
query both($ids: [ID!] @param(name: "id", parts: BOTH), $kinds: [Kind!] @param(name: "kind", parts: BOTH))
@http(method: GET, path: "/api/books/both") {{
  several(ids: $ids, kinds: $kinds) {{ id kind @word }}
}}
query page($id: ID) @http(method: GET, path: "/api/books/{{id}}.html", shape: "html") {{
  book(id: $id) @pluck(field: "title") {{ title }}
}}
"""
WORDS = "enum\tvalue\tword\nKind\tSHORT_STORY\ttale\n"


class Words(Dialect):
    errors = {  # noqa: RUF012
        "": ErrorForm({"detail": MESSAGE}),
        "fields": ErrorForm({"field_errors": FIELDS}, statuses={422: 400}),
    }


@pytest.fixture
async def http(tmp_path: Path) -> Any:
    shelf = Shelf(book(1, title="<b>One</b>"), book(2), book(3, kind="SHORT_STORY"))
    folder = written(tmp_path, {"books": BOOKS})
    (folder / "words.tsv").write_text(WORDS)
    app = Starlette(routes=routes(SCHEMA, shelf.execute, platforms=[Library(folder, Words())]))
    app.state.objects = FileStore("memory:///")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test/api/") as client:
        yield client


async def test_the_status_tells_what_was_created(http: httpx.AsyncClient) -> None:
    made = await http.put("books/9", json={"title": "Nine"})
    assert (made.status_code, made.json()) == (201, {"book": {"id": "9", "title": "Nine"}})
    again = await http.put("books/9", json={"title": "Nine again"})
    assert (again.status_code, again.json()["book"]["title"]) == (200, "Nine again")


async def test_messages_stand_by_their_field(http: httpx.AsyncClient) -> None:
    refused = await http.put("books/9", json={"title": ""})
    assert (refused.status_code, refused.json()) == (400, {"field_errors": {"title": ["Give a title."]}})


@pytest.mark.parametrize(
    ("names", "status"), [(["a", "b"], 200), (["a", "full"], 207), (["full"], 409), (["full", "full"], 409)]
)
async def test_the_status_of_a_batch_is_that_of_its_outcomes(
    http: httpx.AsyncClient, names: list[str], status: int
) -> None:
    answer = await http.post("books", json=[{"name": name} for name in names])
    assert answer.status_code == status
    assert [each["title"] for each in answer.json()["outcomes"]] == names


async def test_the_whole_body_is_a_file(http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    class Context:
        viewer = Viewer("u", Role.MEMBER)

    async def context_for(_: Request) -> Any:
        return Context

    monkeypatch.setattr("rest.body.context_for", context_for)
    assert (await http.post("books/1/cover", content=b"PNG")).status_code == 403
    Context.viewer = Viewer("u", Role.STAFF)
    answer = await http.post("books/1/cover", content=b"PNG", headers={"content-type": "image/png"})
    assert answer.status_code == 200
    store: FileStore = http._transport.app.state.objects  # type: ignore[attr-defined]
    kept = await store.adopt(answer.json()["upload"])
    assert kept.size == 3


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        ("commas?id=1, 2", "12"),
        ("repeats?id=1&id=3", "13"),
        ("both?id=1,2&id=3", "123"),
        ("both?id=", ""),
        ("both", "123"),
        ("both?kind=tale", "3"),
        ("both?kind=novel,tale&id=2,3", "23"),
    ],
)
async def test_lists_as_parameters(http: httpx.AsyncClient, path: str, ids: str) -> None:
    answer = await http.get(f"books/{path}")
    assert [each["id"] for each in answer.json()] == list(ids)


async def test_enum_values_have_the_words_of_the_platform(http: httpx.AsyncClient) -> None:
    answer = await http.get("books/both?id=2,3")
    assert [each["kind"] for each in answer.json()] == ["novel", "tale"]


async def test_html_is_sent_as_such(http: httpx.AsyncClient) -> None:
    answer = await http.get("books/1.html")
    assert answer.text == "<b>One</b>"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
