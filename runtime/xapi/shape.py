"""Formats of statements in responses (xAPI 1.0.3, part three, 2.1.3: `format`)."""

from collections.abc import Mapping, Sequence
from typing import Any

FORMATS = ("exact", "ids", "canonical")
IDENTIFYING = ("objectType", "id", "mbox", "mbox_sha1sum", "openid", "account")
TEXTS = ("display", "name", "description")


def shown(statement: dict[str, Any], form: str, languages: Sequence[str]) -> dict[str, Any]:
    """Return a statement as stored, reduced to ids (`ids`), or in one language (`canonical`).

    `languages` are those of the request, by descending preference.
    """
    if form == "ids":
        return _of_ids(statement)
    return _in_language(statement, languages) if form == "canonical" else statement


def _of_ids(statement: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(statement)
    for name in ("actor", "object", "authority"):
        if name in found:
            found[name] = _brief(found[name])
    found["verb"] = {"id": statement["verb"]["id"]}
    if "context" in found:
        context = dict(found["context"])
        for name in ("instructor", "team"):
            if name in context:
                context[name] = _brief(context[name])
        if related := context.get("contextActivities"):
            context["contextActivities"] = {
                name: [_brief(each) for each in several] for name, several in related.items()
            }
        found["context"] = context
    return found


def _brief(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return the identifiers of an agent, group or activity; an anonymous group keeps its members."""
    if named.get("objectType") == "SubStatement":
        return _of_ids(named)
    found = {name: named[name] for name in IDENTIFYING if name in named}
    if found.keys() <= {"objectType"} and "member" in named:
        found["member"] = [_brief(each) for each in named["member"]]
    return found


def _in_language(value: Any, languages: Sequence[str]) -> Any:
    """Return the value with one language in each language map; other values are unchanged."""
    if isinstance(value, list):
        return [_in_language(each, languages) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {
        name: _preferred(each, languages)
        if name in TEXTS and isinstance(each, Mapping)
        else each
        if name == "extensions"
        else _in_language(each, languages)
        for name, each in value.items()
    }


def _preferred(texts: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    """Return the text in the preferred language, in a variant of it, or else the first text."""
    by_tag = {tag.lower(): tag for tag in texts}
    for wanted in languages:
        for tag in (wanted, *(each for each in by_tag if each.startswith(f"{wanted}-"))):
            if tag in by_tag:
                return {by_tag[tag]: texts[by_tag[tag]]}
    return dict(list(texts.items())[:1])
