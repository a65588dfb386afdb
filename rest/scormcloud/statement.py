"""xAPI statements in SCORM Cloud's spelling: the object's type decides its field (XapiStatement)."""

from collections.abc import Mapping
from typing import Any

OBJECTS: Mapping[str, str] = {
    "Activity": "objectActivity",
    "Agent": "objectAgentGroup",
    "Group": "objectAgentGroup",
    "StatementRef": "objectStatementReference",
    "SubStatement": "objectSubStatement",
}
"""Fields of a statement's object by the object's type."""


def statement(document: Mapping[str, Any], origin: str) -> dict[str, Any]:
    """Return a statement of xAPI 1.0.3 as `XapiStatement`."""
    made = {name: value for name, value in document.items() if name not in ("object", "version")}
    target = dict(document["object"])
    kind = target.get("objectType", "Activity")
    made[OBJECTS[kind]] = statement(target, origin) if kind == "SubStatement" else target
    for name in ("actor", "authority"):
        if name in made:
            made[name] = {"objectType": "Agent", **made[name]}
    return made
