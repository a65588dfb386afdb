"""Statements with files over HTTP (xAPI 1.0.3, part three, 1.5.2)."""

import hashlib
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from graph.limits.gate import AdmissionControl
from models.postgres.database import Database
from models.storage.objects import FileStore
from resolvers.access.viewer import Role, Viewer
from resolvers.packages.statement_attachment import named_digests
from resolvers.people.application import CreateApplication, create_application
from runtime.xapi.multipart import read_multipart
from runtime.xapi.resources import xapi_routes
from settings.environment import Settings
from tests.runtime.test_xapi import AGENT, STATEMENT, STATEMENTS, VERSION

CONTENT = b"\r\n--not the boundary\r\n\x00\xff certificate"
SHA2 = hashlib.sha256(CONTENT).hexdigest()
ATTACHMENT: dict[str, Any] = {
    "usageType": "http://id.tincanapi.com/attachment/certificate-of-completion",
    "display": {"en-US": "Certificate", "de": "Zertifikat"},
    "contentType": "application/pdf",
    "length": len(CONTENT),
    "sha2": SHA2,
}
MIXED = {"Content-Type": 'multipart/mixed; boundary="abc"'}


def body_of(statement: Any, *files: tuple[Mapping[str, str], bytes]) -> bytes:
    """A body of parts, the first the statements."""
    parts = [({"Content-Type": "application/json"}, json.dumps(statement).encode()), *files]
    texts = [
        "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + b"\r\n" + content
        for headers, content in parts
    ]
    return b"".join(b"--abc\r\n" + text + b"\r\n" for text in texts) + b"--abc--\r\n"


def file_of(content: bytes, sha2: str | None = None, **headers: str) -> tuple[dict[str, str], bytes]:
    named = sha2 or hashlib.sha256(content).hexdigest()
    return {
        "Content-Type": "application/pdf",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": named,
        **headers,
    }, content


@pytest.fixture
async def clients(database: Database, tmp_path: Path) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Two applications with stores of their own."""
    app = Starlette(routes=xapi_routes(FileStore.in_folder(tmp_path)))
    app.state.database = database
    app.state.gate = AdmissionControl(Settings())
    opened = []
    for _ in range(2):
        async with database.transaction() as session:
            made = await create_application(session, Viewer(role=Role.STAFF), CreateApplication(name="Store"))
        credentials = b64encode(f"{made.application_id}:{made.secret}".encode()).decode()
        headers = {**VERSION, "Authorization": f"Basic {credentials}"}
        transport = httpx.ASGITransport(app)
        opened.append(httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers))
    yield opened
    for each in opened:
        await each.aclose()


async def send(client: httpx.AsyncClient, body: bytes) -> httpx.Response:
    return await client.post(STATEMENTS, content=body, headers=MIXED)


async def with_files(client: httpx.AsyncClient, **asked: str) -> tuple[Any, dict[str, bytes]]:
    """What is answered, and the files behind it by their hash."""
    answer = await client.get(STATEMENTS, params={"attachments": "true", **asked})
    assert answer.status_code == 200
    assert answer.headers["x-experience-api-version"] == "1.0.3"
    told, files = read_multipart(answer.headers["content-type"], answer.content)
    return json.loads(told), files


@pytest.mark.parametrize("where", ["statement", "substatement"])
async def test_a_file_comes_and_goes_with_its_statement(
    clients: list[httpx.AsyncClient], database: Database, where: str
) -> None:
    client, other = clients
    inner = {"objectType": "SubStatement", **STATEMENT, "attachments": [ATTACHMENT]}
    sent = {
        "statement": {**STATEMENT, "attachments": [ATTACHMENT]},
        "substatement": {**STATEMENT, "object": inner},
    }[where]
    (id_,) = (await send(client, body_of(sent, file_of(CONTENT)))).json()
    for asked in ({}, {"statementId": id_}):
        told, files = await with_files(client, **asked)
        assert files == {SHA2: CONTENT}
        kept = told if asked else told["statements"][0]
        assert kept["id"] == id_
    plain = (await client.get(STATEMENTS)).json()["statements"]
    assert len(plain) == 1
    # Who names the hash of another's file does not come by it.
    elsewhere = {**STATEMENT, "attachments": [{**ATTACHMENT, "fileUrl": "https://example.org/a.pdf"}]}
    assert (await other.post(STATEMENTS, json=elsewhere)).status_code == 200
    assert (await with_files(other))[1] == {}
    async with database.transaction() as session:
        assert await named_digests(session, [SHA2, "0"]) == {SHA2}


async def test_several_statements_may_share_a_file(clients: list[httpx.AsyncClient]) -> None:
    client, _ = clients
    sent = [{**STATEMENT, "attachments": [ATTACHMENT]} for _ in range(2)]
    sha2 = hashlib.sha512(b"a").hexdigest()
    sent[0]["attachments"] = [ATTACHMENT, {**ATTACHMENT, "sha2": sha2.upper(), "length": 1}]
    answer = await send(client, body_of(sent, file_of(CONTENT), file_of(b"a", sha2)))
    assert len(answer.json()) == 2
    told, files = await with_files(client)
    assert len(told["statements"]) == 2
    assert files == {SHA2: CONTENT, sha2: b"a"}


STATEMENT_WITH_ATTACHMENT = {**STATEMENT, "attachments": [ATTACHMENT]}
REFUSED_BODIES: dict[str, tuple[bytes, str]] = {
    "no part": (body_of(STATEMENT_WITH_ATTACHMENT), "has neither a 'fileUrl' nor a part"),
    "not named": (body_of(STATEMENT, file_of(CONTENT)), "No statement has an attachment with the hash"),
    "another content": (
        body_of(STATEMENT_WITH_ATTACHMENT, file_of(b"a", SHA2)),
        "is not the SHA-2 of its content",
    ),
    "another length": (
        body_of({**STATEMENT, "attachments": [{**ATTACHMENT, "length": 1}]}, file_of(CONTENT)),
        "bytes, not 1",
    ),
    "no hash": (
        body_of(STATEMENT_WITH_ATTACHMENT, ({"Content-Transfer-Encoding": "binary"}, b"a")),
        "is not the SHA-2",
    ),
    "not binary": (
        body_of(STATEMENT_WITH_ATTACHMENT, file_of(CONTENT, **{"Content-Transfer-Encoding": "base64"})),
        "must have the header 'Content-Transfer-Encoding: binary'",
    ),
    "no end": (
        body_of(STATEMENT_WITH_ATTACHMENT, file_of(CONTENT)).removesuffix(b"--abc--\r\n"),
        "does not end",
    ),
    "nothing": (b"", "does not end with its boundary"),
    "no JSON": (
        body_of(STATEMENT_WITH_ATTACHMENT).replace(b"application/json", b"text/plain"),
        "The first part must be",
    ),
    "no headers": (b"--abc\r\nContent-Type: application/json\r\n--abc--", "an empty line after"),
}


@pytest.mark.parametrize("how", REFUSED_BODIES)
async def test_what_does_not_fit_is_not_kept(clients: list[httpx.AsyncClient], how: str) -> None:
    client, _ = clients
    body, why = REFUSED_BODIES[how]
    answer = await send(client, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_REQUEST")
    assert why in answer.json()["message"]
    assert (await client.get(STATEMENTS)).json()["statements"] == []


async def test_bodies_have_bounds(clients: list[httpx.AsyncClient]) -> None:
    client, _ = clients
    assert (await client.post(STATEMENTS, json=STATEMENT_WITH_ATTACHMENT)).status_code == 400
    large = await send(client, b" " * (32 * 1024 * 1024 + 1))
    assert (large.status_code, large.json()["code"]) == (413, "REQUEST_ENTITY_TOO_LARGE")
    plain = await client.post(
        STATEMENTS, content=b" " * (2 * 1024 * 1024 + 1), headers={"Content-Type": "application/json"}
    )
    assert plain.status_code == 413
    unbound = await client.post(STATEMENTS, content=b"", headers={"Content-Type": "multipart/mixed"})
    assert unbound.json()["message"] == "A body of 'multipart/mixed' must name its boundary."


BOB = {"mbox": "mailto:bob@example.org"}


async def test_who_names_the_hash_of_another_learners_file_does_not_get_it(
    clients: list[httpx.AsyncClient],
) -> None:
    client, _ = clients
    await send(client, body_of({**STATEMENT, "attachments": [ATTACHMENT]}, file_of(CONTENT)))
    naming = {**STATEMENT, "actor": BOB, "attachments": [{**ATTACHMENT, "fileUrl": "https://example.org/a"}]}
    inner = {**STATEMENT, "actor": BOB, "object": {"objectType": "SubStatement", **naming, "actor": AGENT}}
    for thief in (naming, inner):
        (id_,) = (await client.post(STATEMENTS, json=thief)).json()
        assert (await with_files(client, statementId=id_))[1] == {}
    bobs = {"agent": json.dumps(BOB)}
    assert (await with_files(client, **bobs))[1] == {}
    assert (await with_files(client))[1] == {SHA2: CONTENT}
    await send(client, body_of({**STATEMENT, "actor": BOB, "attachments": [ATTACHMENT]}, file_of(CONTENT)))
    assert (await with_files(client, **bobs))[1] == {SHA2: CONTENT}
