"""Manifests of trusted documents, as three tools write them."""

import hashlib
import json
from typing import Any

import pytest

from graph.declaring.schema import public_schema
from graph.http.manifest import ManifestError, check_documents, read_manifest

TEXT = "query Viewer { viewer { id } }"
SHA = hashlib.sha256(TEXT.encode()).hexdigest()
MANIFESTS: dict[str, Any] = {
    "Relay": {"0" * 32: TEXT},
    "graphql-codegen": {f"sha256:{SHA}": TEXT},
    "Apollo": {
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": [{"id": SHA, "name": "Viewer", "type": "query", "body": TEXT}],
    },
}


@pytest.mark.parametrize("tool", MANIFESTS)
def test_each_tools_manifest_is_read(tool: str) -> None:
    documents = read_manifest(json.dumps(MANIFESTS[tool]).encode())
    assert documents == {"0" * 32 if tool == "Relay" else SHA: TEXT}
    check_documents(public_schema, documents)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is not JSON"),
        ("[]", "it is not a JSON object"),
        ('{"a": 7}', "'a' is not the id"),
        ('{"a b": "{ a }"}', "'a b' is not the id"),
        ('{"format": "apollo-persisted-query-manifest", "version": 2}', "not of version 1"),
        (
            '{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{}]}',
            "without 'id' or 'body'",
        ),
    ],
)
def test_another_file_is_refused(content: str, message: str) -> None:
    with pytest.raises(ManifestError, match=message):
        read_manifest(content.encode())


def test_all_that_is_wrong_is_told() -> None:
    with pytest.raises(ManifestError) as refused:
        check_documents(public_schema, {"one": "{", "two": TEXT, "three": "{ nothing }"})
    assert [line.partition(":")[0] for line in str(refused.value).splitlines()[1:]] == ["one", "three"]
