"""Manifests of trusted documents, in the formats of Relay's compiler, graphql-codegen and Apollo's tool."""

from collections.abc import Mapping
from typing import Any

import orjson
from graphql import GraphQLSchema

from graph.execution.execute import prepare
from graph.http.documents import canonical, is_id

APOLLO = "apollo-persisted-query-manifest"


class ManifestError(Exception):
    """Raised if a manifest cannot be loaded, with all reasons; written for the operator."""


def read_manifest(content: bytes) -> dict[str, str]:
    """Return texts of documents by canonical id; raise `ManifestError` if a file is no manifest."""
    try:
        given = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise ManifestError(f"is not JSON: {error}.") from error
    if not isinstance(given, dict):
        raise ManifestError("is no manifest: it is not a JSON object.")
    entries = _of_apollo(given) if given.get("format") == APOLLO else given
    documents: dict[str, str] = {}
    for id_, text in entries.items():
        if not is_id(id_) or not isinstance(text, str):
            raise ManifestError(f"is no manifest: {id_!r} is not the id of a document's text.")
        documents[canonical(id_)] = text
    return documents


def _of_apollo(given: Mapping[str, Any]) -> dict[str, Any]:
    operations = given.get("operations")
    if given.get("version") != 1 or not isinstance(operations, list):
        raise ManifestError("is a manifest of Apollo's, but not of version 1.")
    try:
        return {str(each["id"]): each["body"] for each in operations}
    except (KeyError, TypeError) as error:
        raise ManifestError("is a manifest of Apollo's with an operation without 'id' or 'body'.") from error


def check_documents(schema: GraphQLSchema, documents: Mapping[str, str]) -> None:
    """Raise `ManifestError` with the errors of all documents: trusted documents must be executable."""
    wrong = [
        f"{id_}: {error.message}" for id_, text in documents.items() for error in prepare(schema, text).errors
    ]
    if wrong:
        raise ManifestError("has documents that are not valid:\n" + "\n".join(wrong))
