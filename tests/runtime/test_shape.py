"""In what form statements are answered."""

from typing import Any

import pytest

from runtime.xapi.shape import shown

AGENT = {"objectType": "Agent", "name": "Ada", "mbox": "mailto:ada@example.org"}
VERB = {"id": "urn:did", "display": {"en-US": "did", "de": "tat"}}
ACTIVITY = {
    "id": "urn:a",
    "definition": {"name": {"fr": "un", "de": "eins"}, "extensions": {"urn:e": {"name": {}}}},
}
STATEMENT: dict[str, Any] = {
    "actor": {"objectType": "Group", "name": "All", "member": [AGENT]},
    "verb": VERB,
    "object": {"objectType": "SubStatement", "actor": AGENT, "verb": VERB, "object": ACTIVITY},
    "authority": AGENT,
    "context": {
        "instructor": AGENT,
        "language": "en",
        "contextActivities": {"parent": [ACTIVITY]},
        "team": {"objectType": "Group", "mbox": "mailto:all@example.org", "member": [AGENT]},
    },
    "result": {"response": "a"},
}


def test_ids_alone_name_everything() -> None:
    agent = {"objectType": "Agent", "mbox": "mailto:ada@example.org"}
    assert shown(STATEMENT, "ids", ("en",)) == {
        "actor": {"objectType": "Group", "member": [agent]},
        "verb": {"id": "urn:did"},
        "object": {
            "objectType": "SubStatement",
            "actor": agent,
            "verb": {"id": "urn:did"},
            "object": {"id": "urn:a"},
        },
        "authority": agent,
        "context": {
            "instructor": agent,
            "language": "en",
            "contextActivities": {"parent": [{"id": "urn:a"}]},
            "team": {"objectType": "Group", "mbox": "mailto:all@example.org"},
        },
        "result": {"response": "a"},
    }


@pytest.mark.parametrize(
    ("languages", "display", "name"),
    [
        (("de", "en"), {"de": "tat"}, {"de": "eins"}),
        (("en",), {"en-US": "did"}, {"fr": "un"}),
        (("en-gb", "en"), {"en-US": "did"}, {"fr": "un"}),
    ],
)
def test_the_canonical_form_has_one_language(
    languages: tuple[str, ...], display: dict[str, str], name: dict[str, str]
) -> None:
    found = shown(STATEMENT, "canonical", languages)
    assert found["verb"]["display"] == found["object"]["verb"]["display"] == display
    definition = found["object"]["object"]["definition"]
    assert definition["name"] == name
    assert definition["extensions"] == ACTIVITY["definition"]["extensions"]  # type: ignore[index]
    assert found["actor"] == STATEMENT["actor"]
    assert shown(STATEMENT, "exact", languages) == STATEMENT
