"""GraphQL over HTTP: forms of requests, media types, statuses, and what is turned away."""

import json
from typing import Any

import httpx
import pytest

from graph.http.media import GRAPHQL, JSON
from tests.serving.conftest import Connect, signed_in
from tests.world import World

QUERY = "{ __typename }"
HELLO = {"data": {"__typename": "Query"}}


def code(answer: httpx.Response) -> str:
    """The code of an answer that has one error and no data."""
    body = answer.json()
    assert list(body) == ["errors"], body
    (error,) = body["errors"]
    assert error["message"].endswith(".")
    return str(error["extensions"]["code"])


async def test_a_query_is_answered_by_post_and_by_get(client: httpx.AsyncClient) -> None:
    posted = await client.post("/graphql", json={"query": QUERY})
    assert (posted.status_code, posted.json()) == (200, HELLO)
    assert posted.headers["content-type"] == "application/json; charset=utf-8"
    assert posted.headers["content-length"] == str(len(posted.content))
    got = await client.get("/graphql", params={"query": QUERY})
    assert (got.status_code, got.json(), got.headers["cache-control"]) == (200, HELLO, "no-store")
    head = await client.head("/graphql", params={"query": QUERY})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]


async def test_all_parameters_go_by_get(client: httpx.AsyncClient) -> None:
    document = "query A { __typename } query B($skip: Boolean!) { __typename @skip(if: $skip) }"
    parameters = {"query": document, "operationName": "B", "variables": '{"skip": true}', "extensions": "{}"}
    assert (await client.get("/graphql", params=parameters)).json() == {"data": {}}
    for empty in ("operationName", "variables", "extensions", "documentId"):
        answer = await client.get("/graphql", params={"query": QUERY, empty: ""})
        assert answer.json() == HELLO, empty


async def test_the_media_type_is_the_one_that_is_asked_for(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": QUERY}, headers={"accept": GRAPHQL})
    assert answer.headers["content-type"] == f"{GRAPHQL}; charset=utf-8"
    refused = await client.post("/graphql", json={"query": QUERY}, headers={"accept": "text/html"})
    assert (refused.status_code, code(refused)) == (406, "NOT_ACCEPTABLE")
    assert refused.headers["content-type"] == "application/json; charset=utf-8"


OUTCOMES = [
    ({"query": "{"}, "GRAPHQL_PARSE_FAILED", 400),
    ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED", 422),
    ({"query": "query A { __typename } query B { __typename }"}, "BAD_USER_INPUT", 422),
    ({"query": QUERY, "operationName": "B"}, "BAD_USER_INPUT", 422),
    ({"query": "query($id: ID!) { node(id: $id) { id } }"}, "BAD_USER_INPUT", 422),
]


@pytest.mark.parametrize(("request_", "expected", "newest"), OUTCOMES)
async def test_what_is_not_executed_has_no_data_and_the_status_of_its_media_type(
    connect: Connect, request_: dict[str, Any], expected: str, newest: int
) -> None:
    statuses = {}
    for edition in ("2025", "2026"):
        client = connect(http_status=edition)
        for media in (JSON, GRAPHQL):
            answer = await client.post("/graphql", json=request_, headers={"accept": media})
            assert code(answer) == expected
            statuses[edition, media] = answer.status_code
    assert statuses == {
        ("2025", JSON): 200,
        ("2025", GRAPHQL): 400,
        ("2026", JSON): newest,
        ("2026", GRAPHQL): newest,
    }


async def test_data_with_errors_is_a_partial_success(connect: Connect) -> None:
    statuses = {}
    for edition in ("2025", "2026"):
        for media in (JSON, GRAPHQL):
            answer = await connect(http_status=edition).post(
                "/graphql", json={"query": '{ node(id: "x") { id } }'}, headers={"accept": media}
            )
            assert list(answer.json()) == ["errors", "data"]
            statuses[edition, media] = answer.status_code
    assert statuses.pop(("2026", GRAPHQL)) == 294
    assert set(statuses.values()) == {200}


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"NONSENSE",
    "half of an object": b'{"query":',
    "a string": json.dumps(QUERY).encode(),
    "a number": b"7",
    "null": b"null",
    "an empty object": b"{}",
    "a misspelt query": b'{"qeury": "{ __typename }"}',
    "a query that is a number": b'{"query": 7}',
    "a query that is an object": b'{"query": {"a": "b"}}',
    "a query that is a list": b'{"query": ["{ __typename }"]}',
    "variables as a string": b'{"query": "{ __typename }", "variables": "{}"}',
    "variables as a list": b'{"query": "{ __typename }", "variables": [7]}',
    "a name that is a number": b'{"query": "{ __typename }", "operationName": 7}',
    "extensions as a list": b'{"query": "{ __typename }", "extensions": []}',
    "an id that is a number": b'{"documentId": 7}',
    "no UTF-8": b'{"query": "{ __typename }\xff"}',
    "UTF-16": '{"query": "{ __typename }"}'.encode("utf-16"),
    "half of a surrogate pair": b'{"query": "{ __typename }", "operationName": "\\ud800"}',
    "JSON that is 30,000 deep": b"[" * 30_000 + b"]" * 30_000,
    "variables that are 5,000 deep": b'{"query": "{ __typename }", "variables": ' + b'{"a":' * 5000,
    "not a number": b'{"query": "{ __typename }", "variables": {"a": NaN}}',
}


@pytest.mark.parametrize("what", BODIES)
async def test_a_malformed_body_is_a_bad_request(client: httpx.AsyncClient, what: str) -> None:
    for media in (JSON, GRAPHQL):
        headers = {"content-type": "application/json", "accept": media}
        answer = await client.post("/graphql", content=BODIES[what], headers=headers)
        assert (answer.status_code, code(answer)) == (400, "BAD_REQUEST")
        assert answer.headers["content-type"] == f"{media}; charset=utf-8"


DOCUMENTS = {
    "fields that are 900 deep": "{a" * 900 + "}" * 900,
    "a list that is 1,900 deep": "{a(b:" + "[" * 1900 + "}",
    "a type that is 1,900 deep": "query($a:" + "[" * 1900 + "){a}",
    "a null character": "{ \0 }",
    "emptiness": "",
    "a comment": "# nothing",
    "a definition of a type": "type A { a: Int }",
    "fragments in a circle": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "too many tokens": "{" + " a" * 3000 + "}",
}


@pytest.mark.parametrize("what", DOCUMENTS)
async def test_a_hostile_document_is_a_coded_error(client: httpx.AsyncClient, what: str) -> None:
    answer = await client.post("/graphql", json={"query": DOCUMENTS[what]}, headers={"accept": GRAPHQL})
    assert answer.status_code == 400
    body = answer.json()
    assert list(body) == ["errors"]
    assert {error["extensions"]["code"] for error in body["errors"]} <= {
        "GRAPHQL_PARSE_FAILED",
        "GRAPHQL_VALIDATION_FAILED",
        "TOKEN_LIMIT",
        "DEPTH_LIMIT",
        "BAD_USER_INPUT",
    }


@pytest.mark.parametrize(
    "query_string",
    ["", "query=", "query=%FF", "query={a}&variables=x", "query={a}&variables=[]", "query={a}&extensions=7"],
)
async def test_a_malformed_address_is_an_error_of_the_client(
    client: httpx.AsyncClient, query_string: str
) -> None:
    answer = await client.get(f"/graphql?{query_string}", headers={"accept": GRAPHQL})
    assert answer.status_code == 400
    assert code(answer) in ("BAD_REQUEST", "GRAPHQL_PARSE_FAILED")


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"],
)
async def test_other_forms_of_bodies_are_refused(client: httpx.AsyncClient, content_type: str) -> None:
    headers = {"content-type": content_type} if content_type else {}
    answer = await client.post("/graphql", content=b'{"query": "{ a }"}', headers=headers)
    assert (answer.status_code, code(answer)) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_files_and_compressed_bodies_are_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", files={"0": b"a"}, data={"operations": "{}", "map": "{}"})
    assert (answer.status_code, code(answer)) == (415, "UNSUPPORTED_MEDIA_TYPE")
    answer = await client.post("/graphql", json={"query": QUERY}, headers={"content-encoding": "gzip"})
    assert (answer.status_code, code(answer)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "TRACE", "QUERY"])
async def test_other_methods_are_refused(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/graphql", json={"query": QUERY})
    assert (answer.status_code, code(answer)) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "GET, HEAD, POST, PUT, DELETE, OPTIONS"


async def test_options_tell_the_methods(client: httpx.AsyncClient) -> None:
    answer = await client.options("/graphql")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, POST, PUT, DELETE, OPTIONS")


async def test_only_queries_go_by_get(client: httpx.AsyncClient) -> None:
    document = 'mutation { logIn(input: {login: "a", password: "b"}) { secret } }'
    answer = await client.get("/graphql", params={"query": document})
    assert (answer.status_code, code(answer), answer.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "POST")


async def test_a_token_that_is_not_valid_is_told(client: httpx.AsyncClient) -> None:
    headers = {"authorization": "Bearer nobody"}
    answer = await client.post("/graphql", json={"query": QUERY}, headers=headers)
    assert (answer.status_code, code(answer)) == (401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_how_much_may_be_sent_depends_on_who_sends_it(client: httpx.AsyncClient, world: World) -> None:
    async def status(size: int, headers: dict[str, str]) -> int:
        body = json.dumps({"query": QUERY, "padding": ""})
        body = body[:-2] + "x" * (size - len(body)) + body[-2:]
        sent = {**headers, "content-type": "application/json"}
        answer = await client.post("/graphql", content=body, headers=sent)

        async def chunks() -> Any:
            for start in range(0, len(body), 50_000):
                yield body[start : start + 50_000].encode()

        streamed = await client.post("/graphql", content=chunks(), headers=sent)
        assert streamed.status_code == answer.status_code
        return answer.status_code

    for headers, most in (
        ({}, 64 * 1024),
        (await signed_in(world), 256 * 1024),
        (await signed_in(world, is_staff=True), 1024 * 1024),
    ):
        assert (await status(most, headers), await status(most + 1, headers)) == (200, 413)


async def test_batches_are_for_viewers_who_are_signed_in(client: httpx.AsyncClient, world: World) -> None:
    async def send(count: int, headers: dict[str, str]) -> httpx.Response:
        return await client.post("/graphql", json=[{"query": QUERY}] * count, headers=headers)

    anonymous = await send(1, {})
    assert (anonymous.status_code, code(anonymous)) == (400, "BAD_REQUEST")
    member = await signed_in(world)
    assert (await send(5, member)).json() == [HELLO] * 5
    for count in (0, 6):
        refused = await send(count, member)
        assert (refused.status_code, code(refused)) == (400, "BAD_REQUEST")
    staff = await send(20, await signed_in(world, is_staff=True))
    assert [each["data"] for each in staff.json()] == [HELLO["data"]] * 20


async def test_a_batch_answers_each_of_its_calls(client: httpx.AsyncClient, world: World) -> None:
    calls = [{"query": "{ viewer { id } }"}, {"query": "{"}, {"query": QUERY}]
    answer = await client.post("/graphql", json=calls, headers=await signed_in(world))
    assert answer.status_code == 200
    assert [list(each) for each in answer.json()] == [["data"], ["errors"], ["data"]]


async def test_nothing_of_a_batch_is_executed_where_one_of_it_is_no_call(
    client: httpx.AsyncClient, world: World
) -> None:
    headers = await signed_in(world)
    made = {"query": 'mutation { createToken(input: {label: "batch"}) { secret } }'}
    forged = {"query": QUERY, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}}
    for wrong in (forged, {}, 7):
        assert (await client.post("/graphql", json=[made, wrong], headers=headers)).status_code == 400
    tokens = {"query": "{ viewer { tokens { nodes { label } } } }"}
    left = (await client.post("/graphql", json=tokens, headers=headers)).json()
    assert [each["label"] for each in left["data"]["viewer"]["tokens"]["nodes"]] == ["test"]


async def test_production_tells_strangers_nothing_of_the_schema(connect: Connect) -> None:
    documents = ("{ cours { id } }", "{ __schema { queryType { name } } }", '{ __type(name: "A") { name } }')
    open_, discreet = connect(), connect(env="production")
    assert "Did you mean" in (await open_.post("/graphql", json={"query": documents[0]})).text
    for document in documents[1:]:
        assert "data" in (await open_.post("/graphql", json={"query": document})).json()
    for document in documents:
        answer = await discreet.post("/graphql", json={"query": document})
        codes = {error["extensions"]["code"] for error in answer.json()["errors"]}
        assert codes == {"GRAPHQL_VALIDATION_FAILED"}
        assert "Did you mean" not in answer.text


async def test_variables_get_no_suggestions_in_production_either(connect: Connect) -> None:
    request_ = {
        "query": "query($filter: CourseFilter) { courses(filter: $filter) { totalCount } }",
        "variables": {"filter": {"statu": "ACTIVE"}},
    }
    assert "Did you mean" in (await connect().post("/graphql", json=request_)).text
    assert "Did you mean" not in (await connect(env="production").post("/graphql", json=request_)).text


async def test_no_more_than_ten_errors_are_told(client: httpx.AsyncClient) -> None:
    for count in (9, 30):
        document = "{ viewer { " + " ".join(f"a{number}" for number in range(count)) + " } }"
        answer = await client.post("/graphql", json={"query": document})
        assert len(answer.json()["errors"]) == min(count, 10)


async def test_each_answer_names_its_request(client: httpx.AsyncClient) -> None:
    ids = [(await client.post("/graphql", json={"query": QUERY})).headers["x-request-id"] for _ in range(2)]
    assert len(set(ids)) == 2
    given = {"x-request-id": "proxy-7"}
    assert (await client.post("/graphql", headers=given)).headers["x-request-id"] == "proxy-7"
    forged = {"x-request-id": "a b"}
    assert (await client.post("/graphql", headers=forged)).headers["x-request-id"] != "a b"
