"""Response schemas of SCORM Cloud, built from the graph (SCORM Cloud and its Python client 5.0.0)."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

STANDARDS: Mapping[str, str] = {
    "SCORM_1_2": "SCORM12",
    "SCORM_2004_2ND_EDITION": "SCORM20042NDEDITION",
    "SCORM_2004_3RD_EDITION": "SCORM20043RDEDITION",
    "SCORM_2004_4TH_EDITION": "SCORM20044THEDITION",
    "AICC": "AICC",
    "TIN_CAN": "XAPI",
    "CMI5": "CMI5",
}
"""Values of `courseLearningStandard`."""

TYPES: Mapping[str, str] = {"SCO": "SCO", "ASSIGNABLE_UNIT": "SCO", "ASSET": "ASSET"}
"""Values of `activityType` by the graph's kind of an activity."""

SOURCES: Mapping[str, str] = {
    "DEFAULT": "default",
    "APPLICATION": "application",
    "COURSE": "course",
    "VERSION": "course",
}
"""Values of `effectiveValueSource`, which knows no level of its own for a version."""

OBJECTS: Mapping[str, str] = {
    "Activity": "objectActivity",
    "Agent": "objectAgentGroup",
    "Group": "objectAgentGroup",
    "StatementRef": "objectStatementReference",
    "SubStatement": "objectSubStatement",
}
"""Where a statement's object stands, by its type."""


def course(found: Json, version: Json | None) -> Json:
    """`CourseSchema` of a course as one version of it, or as none where it came without a package."""
    told: Json = {
        "id": found["reference"] or found["id"],
        "title": found["title"],
        "created": found["createdAt"],
        "updated": found["updatedAt"],
        "courseLearningStandard": "UNKNOWN",
        "tags": found["tags"],
        "dispatched": False,
    }
    if version is None:
        return told
    told |= {
        "xapiActivityId": version["identifier"],
        "activityId": version["identifier"],
        "created": version["createdAt"],
        "updated": max(found["updatedAt"], version["updatedAt"]),
        "version": version["number"],
        "courseLearningStandard": STANDARDS.get(version["standard"], "UNKNOWN"),
    }
    if "registrations" in version:
        told["registrationCount"] = version["registrations"]["totalCount"]
    if "metadataTitle" in version:
        told["metadata"] = metadata(version)
    if "items" in version:
        told["rootActivity"] = root_activity(found["title"], version)
    return told


def metadata(version: Json) -> Json:
    """`MetadataSchema`."""
    language = next(iter(version["languages"]), None)
    return {
        "title": version["metadataTitle"],
        "titleLanguage": language,
        "description": version["description"],
        "descriptionLanguage": language,
        "duration": version["duration"],
        "typicalTime": version["typicalTime"],
        "keywords": version["keywords"],
    }


def root_activity(title: str, version: Json) -> Json:
    """`CourseActivitySchema` of the whole tree: clusters, and the activities in them, in their order."""
    nodes: dict[str | None, Json] = {None: _aggregation(version["identifier"], title)}
    for section in version["sections"]:
        nodes[section["id"]] = _aggregation(section["id"], section["title"])
    for section in version["sections"]:
        parent = section["parent"]["id"] if section["parent"] else None
        nodes[parent]["children"].append(nodes[section["id"]])
    for item in version["items"]:
        nodes[item["section"]["id"]]["children"].append(_leaf(item))
    return nodes[None]


def _aggregation(identifier: str, title: str) -> Json:
    return {
        "externalIdentifier": "",
        "itemIdentifier": identifier,
        "resourceIdentifier": "",
        "activityType": "AGGREGATION",
        "href": "",
        "scaledPassingScore": "",
        "title": title,
        "children": [],
    }


def _leaf(item: Json) -> Json:
    activity = item["content"] or {}
    score = activity.get("masteryScore")
    return {
        "externalIdentifier": "",
        "itemIdentifier": activity.get("identifier", ""),
        "resourceIdentifier": activity.get("resourceIdentifier") or "",
        "activityType": TYPES.get(activity.get("kind", ""), "UNKNOWN"),
        "href": f"{activity.get('launchPath', '')}{activity.get('launchQuery', '')}",
        "scaledPassingScore": "" if score is None else str(score),
        "title": item["title"],
        "children": [],
    }


def files(found: list[Json]) -> Json:
    """`FileListSchema`."""
    told = [{"path": each["path"], "size": each["size"], "modified": each["createdAt"]} for each in found]
    return {"files": told}


def settings(found: list[Json]) -> Json:
    """`SettingListSchema`."""
    return {"settingItems": [_setting(each) for each in found]}


def _setting(found: Json) -> Json:
    told: Json = {
        "id": found["name"],
        "effectiveValue": found["value"],
        "effectiveValueSource": SOURCES[found["source"]],
    }
    if found["ownValue"] is not None:
        told["explicitValue"] = found["ownValue"]
    if "type" in found:
        told["metadata"] = {
            "default": found["default"],
            "dataType": found["type"].lower(),
            "settingDescription": found["description"],
            "validValues": [
                {"value": each["value"], "valueDescription": each["description"]} for each in found["choices"]
            ],
        }
    return told


def statement(document: Json) -> Json:
    """`XapiStatement`: a statement whose object stands in the field of its type."""
    told = {name: value for name, value in document.items() if name not in ("object", "version")}
    target = dict(document["object"])
    kind = target.get("objectType", "Activity")
    told[OBJECTS[kind]] = statement(target) if kind == "SubStatement" else target
    for name in ("actor", "authority"):
        if name in told:
            told[name] = {"objectType": "Agent", **told[name]}
    return told
