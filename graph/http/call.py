"""Parameters of GraphQL requests, read from the body or the URL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect
from starlette.types import Receive

from resolvers.operations.json_text import read_json_text
from resolvers.operations.refusal import Refusal

MOST_PARAMETERS = 50
"""Maximum number of URL parameters."""

NO_VALUES: Mapping[str, Any] = {}


@dataclass(slots=True)
class GraphQLRequest:
    """One requested operation: its operation document as text, id or hash, and its parameters."""

    query: str | None
    document_id: str | None
    operation_name: str | None
    variables: Mapping[str, Any]
    extensions: Mapping[str, Any]


def call_of(given: Any) -> GraphQLRequest:
    """Return the request in a JSON value; raise `Refusal` if it is invalid. Unknown entries are ignored."""
    if type(given) is not dict:
        raise Refusal("BAD_REQUEST", "A request is a JSON object.")
    get = given.get
    query, document_id, name = get("query"), get("documentId"), get("operationName")
    variables, extensions = get("variables"), get("extensions")
    if not (query is None or type(query) is str):
        raise Refusal("BAD_REQUEST", "'query' is a string.")
    if not (document_id is None or type(document_id) is str):
        raise Refusal("BAD_REQUEST", "'documentId' is a string.")
    if not (name is None or type(name) is str):
        raise Refusal("BAD_REQUEST", "'operationName' is a string.")
    if not (variables is None or type(variables) is dict):
        raise Refusal("BAD_REQUEST", "'variables' is an object.")
    if not (extensions is None or type(extensions) is dict):
        raise Refusal("BAD_REQUEST", "'extensions' is an object.")
    return GraphQLRequest(query, document_id, name or None, variables or NO_VALUES, extensions or NO_VALUES)


def call_of_address(query_string: bytes) -> GraphQLRequest:
    """Return the request in a URL's query string; raise `Refusal` if it is invalid. Empty parameters count as
    omitted.
    """
    try:
        pairs = parse_qsl(query_string.decode("ascii"), errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError as error:
        raise Refusal("BAD_REQUEST", "The parameters of the URL are not UTF-8, or too many.") from error
    given: dict[str, Any] = dict(pairs)
    for name in ("variables", "extensions"):
        if (text := given.get(name)) is not None:
            given[name] = parsed(text.encode(), f"'{name}'")
    return call_of(given)


def parsed(text: bytes, what: str) -> Any:
    """Return a JSON value; raise `Refusal` if the text is not JSON in UTF-8, or nested too deeply."""
    try:
        return read_json_text(text)
    except ValueError as error:
        raise Refusal("BAD_REQUEST", f"{what} is not JSON: {error}.") from error


async def read_body(receive: Receive, most: int, length: str | None = None) -> bytes:
    """Return the whole body; raise `Refusal` as soon as it is known to exceed `most` bytes.

    `length` is the announced length. Raises `ClientDisconnect` if the client disconnects meanwhile.
    """
    if length is not None and (not length.isdecimal() or int(length[:20]) > most):
        raise too_large(most)
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body"):
        chunks = bytearray(body)
        while message.get("more_body") and len(chunks) <= most:
            message = await receive()
            chunks += message.get("body", b"")
        body = bytes(chunks)
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    if len(body) > most:
        raise too_large(most)
    return body


def too_large(most: int) -> Refusal:
    """Return the refusal of a body of more than `most` bytes."""
    return Refusal("PAYLOAD_TOO_LARGE", f"The body exceeds {most:,} bytes.", {"Connection": "close"})
