"""Sequencing rules of SCORM 2004, stored as in the manifest (IMS Simple Sequencing 1.0).

An element becomes an object: its attributes and child elements by local name, a child as a list of such
objects; `true`, `false` and numbers become JSON values. Text without child elements is under `text`.
"""

import re
from typing import Any

from ingest.package.element import Element, attribute, child, children
from ingest.xml import elements

NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?")

Rules = dict[str, Any]


def read_sequencing(owner: Element, manifest: Element) -> Rules | None:
    """Return the rules of an organization or item; the collection it refers to supplies the defaults."""
    own = child(owner, "sequencing")
    if own is None:
        return None
    rules = _value(own)
    if name := attribute(own, "idref"):
        for shared in children(child(manifest, "sequencingcollection"), "sequencing"):
            if attribute(shared, "id") == name:
                rules = {**_value(shared), **rules}
    return rules


def read_threshold(owner: Element) -> Rules | None:
    """Return the completion threshold of an item or an organization, in the 4th edition (CAM, 5.1.8).

    `completedByMeasure`, `minProgressMeasure` and `progressWeight`, those that are present.
    """
    element = child(owner, "completionthreshold")
    found = {
        name: _simple(value)
        for name in ("completedByMeasure", "minProgressMeasure", "progressWeight")
        if element is not None and (value := attribute(element, name.lower())) is not None
    }
    return found or None


def mastery_score(rules: Rules | None) -> float | None:
    """Return the measure from -1 to 1 that satisfies the primary objective; null if none does."""
    for objectives in (rules or {}).get("objectives", []):
        for primary in objectives.get("primaryObjective", []):
            if primary.get("satisfiedByMeasure") is not True:
                return None
            written = [each.get("text") for each in primary.get("minNormalizedMeasure", [])]
            # Default measure (IMS Simple Sequencing, 3.10).
            return float(written[0]) if written and isinstance(written[0], int | float) else 1.0
    return None


def _value(element: Element) -> Rules:
    found: Rules = {}
    for name in map(str, element.attrib):
        found[name.rpartition("}")[2]] = _simple(str(element.attrib[name]))
    for each in elements(element):
        found.setdefault(str(each.tag).rpartition("}")[2], []).append(_value(each))
    if not len(element) and (words := (element.text or "").strip()):
        found["text"] = _simple(words)
    return found


def _simple(text: str) -> Any:
    text = text.strip()
    if text in ("true", "false"):
        return text == "true"
    if NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text
