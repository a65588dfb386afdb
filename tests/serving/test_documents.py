"""Persisted documents: by hash as clients send them, by id as an operator loaded them."""

import hashlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from graph.http import documents
from graph.http.documents import DocumentCache, FoundDocument
from graph.http.media import GRAPHQL
from models.postgres.base import new_id
from models.postgres.database import Database
from resolvers.operations import persisted_document
from tests.serving.conftest import Connect


def fresh() -> str:
    """A valid document that nobody has sent before."""
    return f"query Fresh {{ a{new_id().replace('-', '')}: __typename }}"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def by_hash(text: str, **more: Any) -> dict[str, Any]:
    """A call that names a document by its hash alone."""
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha(text)}}, **more}


async def post(client: httpx.AsyncClient, call: Any, accept: str = "*/*") -> tuple[int, Any]:
    """Status, and the one error or else the data."""
    answer = await client.post("/graphql", json=call, headers={"accept": accept})
    body = answer.json()
    (given,) = body.get("errors", [body.get("data")])
    return answer.status_code, given


@pytest.fixture
async def trusted(database: Database) -> Callable[..., Any]:
    """Trusts documents by id."""

    async def trust(**texts: str) -> None:
        async with database.transaction() as session:
            assert (await persisted_document.trust(session, texts))[1] == []

    return trust


async def test_a_document_is_sent_once_and_then_named_by_its_hash(connect: Connect) -> None:
    text, client, elsewhere = fresh(), connect(), connect()
    for accept in ("*/*", GRAPHQL):
        status, error = await post(client, by_hash(text), accept)
        assert (status, error["message"]) == (200, "PersistedQueryNotFound")
        assert error["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    sent = await post(client, by_hash(text, query=text))
    assert sent[0] == 200
    assert list(sent[1].values()) == ["Query"]
    assert await post(client, by_hash(text)) == sent
    assert await post(elsewhere, by_hash(text)) == sent
    parameters = {"extensions": f'{{"persistedQuery":{{"version":1,"sha256Hash":"{sha(text).upper()}"}}}}'}
    assert (await elsewhere.get("/graphql", params=parameters)).json()["data"] == sent[1]
    assert (await post(client, {"documentId": f"sha256:{sha(text)}"})) == sent


async def test_a_document_found_once_costs_no_statement(connect: Connect, database: Database) -> None:
    text = fresh()
    await post(connect(), by_hash(text, query=text))
    found = DocumentCache("any")
    first = await found.remembered(sha(text), database)
    assert first == FoundDocument(text, sha(text))
    closed = Database("postgresql://nowhere.invalid/none", pool_size=1)
    assert await found.remembered(sha(text), closed) == first


@pytest.mark.parametrize(
    ("extension", "message"),
    [
        ({"version": 1, "sha256Hash": "0" * 64}, "provided sha does not match query"),
        ({"version": 2, "sha256Hash": "0" * 64}, "Unsupported persisted query version"),
        ("a", "Unsupported persisted query version"),
        ({"version": 1}, "'sha256Hash' is a SHA-256 in hexadecimal."),
        ({"version": 1, "sha256Hash": "a\0"}, "'sha256Hash' is a SHA-256 in hexadecimal."),
    ],
)
async def test_what_cannot_be_persisted_is_a_bad_request(
    client: httpx.AsyncClient, extension: Any, message: str
) -> None:
    call = {"query": fresh(), "extensions": {"persistedQuery": extension}}
    status, error = await post(client, call)
    assert (status, error["message"], error["extensions"]["code"]) == (400, message, "BAD_REQUEST")


async def test_only_valid_documents_are_kept(client: httpx.AsyncClient) -> None:
    text = "{ nothing }"
    assert (await post(client, by_hash(text, query=text)))[1]["extensions"][
        "code"
    ] == "GRAPHQL_VALIDATION_FAILED"
    assert (await post(client, by_hash(text)))[1]["message"] == "PersistedQueryNotFound"


async def test_trusted_documents_go_by_their_ids(connect: Connect, trusted: Any) -> None:
    relay, codegen = fresh(), fresh()
    md5 = hashlib.md5(relay.encode(), usedforsecurity=False).hexdigest()
    await trusted(**{md5: relay, sha(codegen): codegen})
    client = connect(documents="trusted")
    for call in ({"documentId": md5}, {"documentId": f"sha256:{sha(codegen)}"}, by_hash(codegen)):
        status, data = await post(client, call)
        assert (status, list(data.values())) == (200, ["Query"])
    got = await client.get(
        "/graphql", params={"documentId": md5, "variables": "{}", "operationName": "Fresh"}
    )
    assert list(got.json()["data"].values()) == ["Query"]


@pytest.mark.parametrize("id_", ["unknown", "", "a b", "sha256:" + "0" * 64, "x" * 300, "a\0", "x-a:b"])
async def test_an_unknown_id_is_one_error(client: httpx.AsyncClient, id_: str) -> None:
    status, error = await post(client, {"documentId": id_})
    assert (status, error["extensions"]["code"]) == (200, "DOCUMENT_NOT_FOUND")
    assert (await post(client, {"documentId": id_}, GRAPHQL))[0] == 400


async def test_an_id_and_a_text_do_not_go_together(client: httpx.AsyncClient) -> None:
    assert (await post(client, {"documentId": "a", "query": "{ __typename }"}))[0] == 400


async def test_a_server_may_execute_trusted_documents_alone(connect: Connect) -> None:
    text = fresh()
    await post(connect(), by_hash(text, query=text))
    client = connect(documents="trusted")
    codes = {
        "text": "DOCUMENT_NOT_PERSISTED",
        "hash": "PERSISTED_QUERY_NOT_SUPPORTED",
        "hash and text": "DOCUMENT_NOT_PERSISTED",
        "id": "DOCUMENT_NOT_FOUND",
    }
    calls = {
        "text": {"query": text},
        "hash": by_hash(text),
        "hash and text": by_hash(text, query=text),
        "id": {"documentId": f"sha256:{sha(text)}"},
    }
    for way, call in calls.items():
        assert (await post(client, call))[1]["extensions"]["code"] == codes[way], way


async def test_a_server_may_want_all_documents_persisted(connect: Connect) -> None:
    text, client = fresh(), connect(documents="apq")
    assert (await post(client, {"query": text}))[1]["extensions"]["code"] == "DOCUMENT_NOT_PERSISTED"
    assert (await post(client, by_hash(text, query=text)))[0] == 200
    assert list((await post(client, by_hash(text)))[1].values()) == ["Query"]


async def test_a_document_that_becomes_trusted_is_found(
    connect: Connect, trusted: Any, database: Database
) -> None:
    text = fresh()
    await post(connect(), by_hash(text, query=text))
    strict = DocumentCache("trusted")
    assert await strict.remembered(sha(text), database) is None
    await trusted(**{sha(text): text})
    assert await strict.remembered(sha(text), database) == FoundDocument(text, sha(text), is_trusted=True)


async def test_an_id_stands_for_one_text_for_good(database: Database, trusted: Any) -> None:
    id_ = new_id()
    await trusted(**{id_: "{ a }"})
    async with database.transaction() as session:
        assert await persisted_document.trust(session, {id_: "{ a }"}) == (0, [])
        assert await persisted_document.trust(session, {id_: "{ b }", new_id(): "{ c }"}) == (1, [id_])
    assert await persisted_document.find(database, id_) == ("{ a }", True)


async def test_the_oldest_of_clients_documents_go(
    lone_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persisted_document, "MOST_UNTRUSTED", 2)
    monkeypatch.setattr(documents, "FORGET_EVERY", 4)
    async with lone_database.transaction() as session:
        await persisted_document.trust(session, {"trusted": "{ a }"})
    kept = DocumentCache("any")
    for number in range(4):
        await kept.keep(FoundDocument("{ a }", str(number)), lone_database, f"user {number}")
    left = [each for each in ["trusted", *"0123"] if await persisted_document.find(lone_database, each)]
    assert left == ["trusted", "2", "3"]


async def test_a_process_remembers_no_more_than_it_should(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "MOST_BYTES", 2 * (documents.OF_ENTRY + 200))
    known, own = DocumentCache("any"), [new_id() for _ in "abc"]
    for id_ in own[:2]:
        await known.keep(FoundDocument("{ a }", id_), database, "user 1")
    assert await known.remembered(own[0], database)
    await known.keep(FoundDocument("{ a }", own[2]), database, "user 1")
    assert [known._remembered.get(id_) is not None for id_ in own] == [True, False, True]
    assert await known.remembered(own[1], database)


def of_length(number: int, length: int) -> str:
    return f"query A{number} {{ __typename }} #".ljust(length, "a")


async def test_a_sender_stores_a_bounded_length(
    lone_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persisted_document, "MOST_BYTES_OF_SENDER", 10_000)
    kept = DocumentCache("any")
    async with lone_database.transaction() as session:
        await persisted_document.trust(session, {"trusted": of_length(0, 20_000)})
    await kept.keep(FoundDocument(of_length(0, 4_000), "other"), lone_database, "address 10.0.0.2")
    for number in range(20):
        await kept.keep(
            FoundDocument(of_length(number, 4_000), str(number)), lone_database, "address 10.0.0.1"
        )
    rows = await lone_database.fetch("SELECT id FROM persisted_documents ORDER BY id", {})
    assert [id_ for (id_,) in rows] == ["18", "19", "other", "trusted"]


async def test_all_senders_together_store_a_bounded_length(
    lone_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persisted_document, "MOST_BYTES", 10_000)
    monkeypatch.setattr(documents, "FORGET_EVERY", 1)
    kept = DocumentCache("any")
    async with lone_database.transaction() as session:
        await persisted_document.trust(session, {"trusted": of_length(0, 20_000)})
    for number in range(8):
        await kept.keep(FoundDocument(of_length(number, 4_000), str(number)), lone_database, f"user {number}")
    rows = await lone_database.fetch("SELECT id FROM persisted_documents ORDER BY id", {})
    assert [id_ for (id_,) in rows] == ["6", "7", "trusted"]
