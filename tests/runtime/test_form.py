"""What may call itself a statement."""

from typing import Any

import pytest

from runtime.xapi.form import MalformedStatement, check_statement
from tests.runtime.test_xapi import AGENT, STATEMENT

GROUP = {"objectType": "Group", "member": [AGENT]}
PART = {name: STATEMENT[name] for name in ("actor", "verb", "object")}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"id": "01a2068e-90a6-76e1-a2f0-a9250e0d4fa0", "timestamp": "2026-01-01T00:00:00Z"},
        {"actor": GROUP},
        {"object": {**AGENT, "objectType": "Agent"}},
        {"object": {"objectType": "StatementRef", "id": "01a2068e-90a6-76e1-a2f0-a9250e0d4fa0"}},
        {"object": {**PART, "objectType": "SubStatement"}},
        {"context": {"team": GROUP, "language": "en-US", "contextActivities": {"category": []}}},
        {"result": {"score": {"raw": 3, "min": 0, "max": 5}, "extensions": {"urn:a": [None]}}},
        {"version": "1.0.3"},
    ],
)
def test_statements(values: dict[str, Any]) -> None:
    check_statement({**STATEMENT, **values})


@pytest.mark.parametrize(
    "values",
    [
        {"id": "1"},
        {"extra": 1},
        {"actor": None},
        {"actor": {}},
        {"actor": {**AGENT, "openid": "https://example.org"}},
        {"actor": {"mbox": "ada@example.org"}},
        {"actor": {"objectType": "Group"}},
        {"actor": {**AGENT, "member": []}},
        {"actor": {"objectType": "Group", "member": [GROUP]}},
        {"verb": {"id": "passed"}},
        {"verb": {"id": "urn:a", "display": {"not a tag": "a"}}},
        {"object": {"id": "quiz"}},
        {"object": {"objectType": "Thing", "id": "urn:a"}},
        {"object": {**PART, "objectType": "SubStatement", "id": "01a2068e-90a6-76e1-a2f0-a9250e0d4fa0"}},
        {"object": {**PART, "objectType": "SubStatement", "object": {**PART, "objectType": "SubStatement"}}},
        {"object": AGENT | {"objectType": "Agent"}, "context": {"platform": "a"}},
        {"result": {"score": {"scaled": 1.1}}},
        {"result": {"score": {"raw": 6, "min": 0, "max": 5}}},
        {"result": {"score": {"raw": True}}},
        {"result": {"duration": "90 s"}},
        {"result": {"duration": "P"}},
        {"result": {"success": "yes"}},
        {"context": {"registration": "1"}},
        {"context": {"team": AGENT}},
        {"context": {"extensions": {"a": 1}}},
        {"timestamp": "2026-01-01"},
        {"timestamp": "2026-01-01T00:00:00-00:00"},
        {"version": "2.0.0"},
        {"verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}},
        {"attachments": [{"usageType": "urn:a"}]},
    ],
)
def test_what_is_none(values: dict[str, Any]) -> None:
    with pytest.raises(MalformedStatement):
        check_statement({**STATEMENT, **values})


@pytest.mark.parametrize("given", [None, [], "a", 1, {}])
def test_what_is_no_object(given: Any) -> None:
    with pytest.raises(MalformedStatement):
        check_statement(given)
