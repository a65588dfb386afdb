"""A small graph and a platform on it, for tests of the machinery that need no database."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from graphql import ExecutionResult, GraphQLError, build_schema, graphql
from starlette.applications import Starlette
from starlette.requests import Request

from rest.dialect import Dialect
from rest.platform import Platform
from rest.route import routes
from serving.platform_pages import page_routes

SCHEMA = build_schema(
    """
    interface Node { id: ID! }
    type Book implements Node {
      id: ID! title: String! kind: Kind! author: Author pages: Int isOpen: Boolean!
      tags: [Tag!]! related: [Node!]!
    }
    type Author implements Node { id: ID! name: String! }
    type Tag { shelf: Kind! name: String! weight: Int }
    enum Kind { NOVEL SHORT_STORY }
    type BookConnection { nodes: [Book!]! totalCount: Int! pageInfo: PageInfo! }
    type PageInfo { endCursor: String hasNextPage: Boolean! }
    input BookFilter { kind: Kind pages: Int }
    type Query {
      book(id: ID, title: String): Book
      node(id: ID!): Node
      books(filter: BookFilter, first: Int, after: String): BookConnection!
      fails(code: String): String
      several(ids: [ID!], kinds: [Kind!]): [Book!]!
    }
    type Mutation {
      rename(id: ID!, title: String!): RenamePayload!
      put(id: ID!, title: String!): PutPayload!
      shelve(books: [BookInput!]!): ShelvePayload!
      cover(id: ID!, upload: String!): CoverPayload!
    }
    input BookInput { title: String! }
    type PutPayload { book: Book isNew: Boolean userErrors: [UserError!]! }
    type ShelvePayload { outcomes: [Outcome!]! userErrors: [UserError!]! }
    type Outcome { title: String! isDone: Boolean! }
    type CoverPayload { upload: String userErrors: [UserError!]! }
    type RenamePayload { book: Book userErrors: [UserError!]! }
    type UserError { code: String! message: String! field: [String!] }
    """
)

AUTHOR = {"__typename": "Author", "id": "a", "name": "Ada"}


def book(number: int, **values: Any) -> dict[str, Any]:
    """A book; the first of two kinds, without an author unless one is given."""
    return {
        "__typename": "Book",
        "id": str(number),
        "title": f"Book {number}",
        "kind": "NOVEL",
        "author": None,
        "pages": number,
        "isOpen": True,
        "tags": [],
        "related": [],
        **values,
    }


class Shelf:
    """Root of the graph: resolvers over `books`; notes what was executed."""

    def __init__(self, *books: dict[str, Any]) -> None:
        self.found = {each["id"]: each for each in books}
        self.executed: list[tuple[str, Mapping[str, Any]]] = []

    def book(self, _: Any, id: str | None = None, title: str | None = None) -> Any:  # noqa: A002
        if id is not None:
            return self.found.get(id)
        return next((each for each in self.found.values() if each["title"] == title), None)

    def node(self, _: Any, id: str) -> Any:  # noqa: A002
        return AUTHOR if id == "a" else self.found.get(id)

    def books(self, _: Any, filter: Any = None, first: int = 2, after: str | None = None) -> Any:  # noqa: A002
        rows = [each for each in self.found.values() if not filter or each["kind"] == filter.get("kind")]
        start = int(after or 0)
        part = rows[start : start + first]
        edge = {"endCursor": str(start + len(part)), "hasNextPage": start + first < len(rows)}
        return {"nodes": part, "totalCount": len(rows), "pageInfo": edge}

    def fails(self, _: Any, code: str | None = None) -> str:
        raise GraphQLError("It failed.", extensions={"code": code, "retryAfter": 2} if code else {})

    def rename(self, _: Any, id: str, title: str) -> Any:  # noqa: A002
        if not title:
            return {"book": None, "userErrors": [{"code": "INVALID_INPUT", "message": "A title, please."}]}
        if id not in self.found:
            return {"book": None, "userErrors": [{"code": "NOT_FOUND", "message": "There is none."}]}
        self.found[id]["title"] = title
        return {"book": self.found[id], "userErrors": []}

    def several(self, _: Any, ids: Any = None, kinds: Any = None) -> Any:
        rows = self.found.values() if ids is None else [self.found[each] for each in ids]
        return [each for each in rows if kinds is None or each["kind"] in kinds]

    def put(self, _: Any, id: str, title: str) -> Any:  # noqa: A002
        if not title:
            errors = [
                {"code": "INVALID_INPUT", "message": message, "field": ["title"]}
                for message in ("Give a title.", "Give a longer one.")
            ]
            return {"book": None, "isNew": None, "userErrors": errors}
        is_new = id not in self.found
        self.found[id] = book(int(id), title=title)
        return {"book": self.found[id], "isNew": is_new, "userErrors": []}

    def shelve(self, _: Any, books: Any) -> Any:
        outcomes = [{"title": each["title"], "isDone": each["title"] != "full"} for each in books]
        return {"outcomes": outcomes, "userErrors": []}

    def cover(self, _: Any, id: str, upload: str) -> Any:  # noqa: A002
        del id
        return {"upload": upload, "userErrors": []}

    async def execute(self, document: str, variables: Mapping[str, Any], _: Request) -> ExecutionResult:
        self.executed.append((document, variables))
        return await graphql(SCHEMA, document, self, variable_values=dict(variables))


class Library(Platform):
    """A platform whose folder is the test's."""

    def __init__(self, folder: Path, dialect: Dialect) -> None:
        super().__init__("library", "Library", "/api", "/api", dialect, ("/oauth2",))
        self.__dict__["at"] = folder

    @property
    def folder(self) -> Path:
        return Path(self.__dict__["at"])


def written(folder: Path, documents: Mapping[str, str], rows: str = "") -> Path:
    """`folder` with these documents by file name, and these lines in `routes.tsv`."""
    (folder / "routes.tsv").write_text("method\tpath\tpurpose\tstate\tsource\n" + rows)
    for name, text in documents.items():
        (folder / f"{name}.graphql").write_text(text)
    return folder


def client(
    folder: Path,
    shelf: Shelf,
    documents: Mapping[str, str],
    rows: str = "",
    dialect: Dialect | None = None,
    hosts: Mapping[str, str] | None = None,
) -> httpx.AsyncClient:
    """A client of an application that serves these documents."""
    platform = Library(written(folder, documents, rows), dialect or Dialect())
    app = Starlette(routes=routes(SCHEMA, shelf.execute, hosts, [platform], pages=page_routes))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")
