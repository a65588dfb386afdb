"""Validation of statements (xAPI 1.0.3, part two).

Every check raises `MalformedStatement`, with the path of the value in the message.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from models.postgres.value import InvalidValue, check_json, number, timestamp
from resolvers.packages.experience import seconds

Check = Callable[[Any, str], None]

IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")
MBOX = re.compile(r"mailto:[^@\s]+@[^@\s]+")
SHA1 = re.compile(r"[0-9a-fA-F]{40}")
SHA2 = re.compile(r"[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128}")
TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
DURATION = re.compile(
    r"P(?=.)(?:\d+(?:\.\d+)?W|(?:\d+(?:\.\d+)?Y)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?D)?"
    r"(?:T(?=.)(?:\d+(?:\.\d+)?H)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?S)?)?)"
)
VERSION = re.compile(r"1\.0(?:\.\d+)?")
MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]{1,127}/[\w!#$&^.+-]{1,127}(?:[ \t]*;[ -~]{0,500})?", re.ASCII)
"""Media type that can be sent as a header: printable ASCII (RFC 6838, 4.2)."""

IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
INTERACTIONS = (
    "true-false",
    "choice",
    "fill-in",
    "long-fill-in",
    "matching",
    "performance",
    "sequencing",
    "likert",
    "numeric",
    "other",
)
VOIDED = "http://adlnet.gov/expapi/verbs/voided"


class MalformedStatement(ValueError):  # noqa: N818 (what a statement is)
    """Raised when a statement or request is malformed; the message is for the client."""


def check_value(one: Callable[[Any], object], given: Any, place: str) -> None:
    """Check a value by a function of `models.postgres.value`."""
    try:
        one(given)
    except InvalidValue as error:
        raise MalformedStatement(f"{place}: {error}") from error


def check_statement(given: Any, place: str = "statement") -> None:
    """Check a complete statement."""
    check_value(check_json, given, place)
    _fields(given, place, STATEMENT, ("actor", "verb", "object"))
    context = given.get("context", {})
    if given["object"].get("objectType", "Activity") != "Activity":
        for name in ("revision", "platform"):
            if name in context:
                raise MalformedStatement(f"{place}.context.{name} is only for activities.")
    if given["verb"]["id"] == VOIDED and given["object"].get("objectType") != "StatementRef":
        raise MalformedStatement(f"{place}.object of a voiding statement is a StatementRef.")


def check_agent(given: Any, place: str = "agent") -> None:
    """Check an agent, which has exactly one identifier, or a group, which may have members instead."""
    _fields(given, place, {**AGENT, "member": _list(check_agent)})
    named = [name for name in IDENTIFIERS if name in given]
    is_group = given.get("objectType", "Agent") == "Group"
    if len(named) > 1 or (not named and not is_group):
        raise MalformedStatement(f"{place} has exactly one of {', '.join(IDENTIFIERS)}.")
    if "member" in given and not is_group:
        raise MalformedStatement(f"{place}.member is only for groups.")
    if is_group and not named and "member" not in given:
        raise MalformedStatement(f"{place} needs an identifier or members.")
    if any(each.get("objectType") == "Group" for each in given.get("member", ())):
        raise MalformedStatement(f"{place}.member holds no groups.")


def _matching(pattern: re.Pattern[str], what: str) -> Check:
    def check(given: Any, place: str) -> None:
        if not isinstance(given, str) or pattern.fullmatch(given) is None:
            raise MalformedStatement(f"{place} is {what}.")

    return check


def _is(kind: type | tuple[type, ...], what: str) -> Check:
    def check(given: Any, place: str) -> None:
        if not isinstance(given, kind) or (isinstance(given, bool) and kind is not bool):
            raise MalformedStatement(f"{place} is {what}.")

    return check


def _one_of(*values: str) -> Check:
    def check(given: Any, place: str) -> None:
        if given not in values:
            raise MalformedStatement(f"{place} is one of {', '.join(values)}.")

    return check


def _list(each: Check) -> Check:
    def check(given: Any, place: str) -> None:
        _is(list, "a list")(given, place)
        for at, one in enumerate(given):
            each(one, f"{place}[{at}]")

    return check


def _map(key: Check, value: Check) -> Check:
    def check(given: Any, place: str) -> None:
        _is(dict, "an object")(given, place)
        for name, one in given.items():
            key(name, f"A key of {place}")
            value(one, f"{place}[{name}]")

    return check


def _object(fields: Mapping[str, Check], *needed: str) -> Check:
    return lambda given, place: _fields(given, place, fields, needed)


def _fields(given: Any, place: str, fields: Mapping[str, Check], needed: Sequence[str] = ()) -> None:
    if not isinstance(given, dict):
        raise MalformedStatement(f"{place} is an object.")
    if missing := [name for name in needed if name not in given]:
        raise MalformedStatement(f"{place} lacks {missing[0]!r}.")
    for name, value in given.items():
        if name not in fields:
            raise MalformedStatement(f"{place} has no field {name!r}.")
        fields[name](value, f"{place}.{name}")


def check_uuid(given: Any, place: str) -> None:
    """Check a UUID."""
    try:
        is_one = isinstance(given, str) and str(UUID(given)) == given.lower()
    except ValueError:
        is_one = False
    if not is_one:
        raise MalformedStatement(f"{place} is a UUID.")


def check_moment(given: Any, place: str) -> None:
    """Check a timestamp of ISO 8601; the unknown zone, `-00:00`, is invalid (4.2.7)."""
    check_value(timestamp, given, place)
    if "T" not in given.upper() or re.search(r"-00(?::?00)?$", given):
        raise MalformedStatement(f"{place} is a timestamp of ISO 8601.")


def _anything(_: Any, __: str) -> None:
    pass


def _number(given: Any, place: str) -> None:
    _is((int, float), "a number")(given, place)
    check_value(number, given, place)


def _duration(given: Any, place: str) -> None:
    _matching(DURATION, "a duration of ISO 8601")(given, place)
    check_value(seconds, given, place)


def _score(given: Any, place: str) -> None:
    _fields(given, place, dict.fromkeys(("scaled", "raw", "min", "max"), _number))
    low, raw, high = (given.get(name) for name in ("min", "raw", "max"))
    if not -1 <= given.get("scaled", 0) <= 1:
        raise MalformedStatement(f"{place}.scaled must be between -1 and 1.")
    steps = [each for each in (low, raw, high) if each is not None]
    if steps != sorted(steps) or (low is not None and low == high):
        raise MalformedStatement(f"{place} has its raw score between min and max.")


def _target(given: Any, place: str) -> None:
    if not isinstance(given, dict):
        raise MalformedStatement(f"{place} is an object.")
    match given.get("objectType", "Activity"):
        case "Activity":
            ACTIVITY_CHECK(given, place)
        case "Agent" | "Group":
            check_agent(given, place)
        case "StatementRef":
            REFERENCE(given, place)
        case "SubStatement":
            part = {name: check for name, check in STATEMENT.items() if name not in NOT_IN_PARTS}
            _fields(given, place, {**part, "objectType": _anything}, ("actor", "verb", "object"))
            if given["object"].get("objectType") == "SubStatement":
                raise MalformedStatement(f"{place} must not contain a SubStatement.")
        case _:
            raise MalformedStatement(f"{place}.objectType is unknown.")


def _activities(given: Any, place: str) -> None:
    (_list(ACTIVITY_CHECK) if isinstance(given, list) else ACTIVITY_CHECK)(given, place)


def _group(given: Any, place: str) -> None:
    check_agent(given, place)
    if given.get("objectType") != "Group":
        raise MalformedStatement(f"{place} is a group.")


TEXT = _is(str, "a text")
LINK = _matching(IRI, "an IRI")
FLAG = _is(bool, "true or false")
TEXTS = _map(_matching(TAG, "a language tag"), TEXT)
EXTENSIONS = _map(LINK, _anything)
ACCOUNT = _object({"homePage": LINK, "name": TEXT}, "homePage", "name")
AGENT: dict[str, Check] = {
    "objectType": _one_of("Agent", "Group"),
    "name": TEXT,
    "mbox": _matching(MBOX, "an address such as mailto:a@example.org"),
    "mbox_sha1sum": _matching(SHA1, "a SHA-1 in hex"),
    "openid": LINK,
    "account": ACCOUNT,
}
COMPONENTS = _list(_object({"id": TEXT, "description": TEXTS}, "id"))
DEFINITION = _object(
    {
        "name": TEXTS,
        "description": TEXTS,
        "type": LINK,
        "moreInfo": LINK,
        "extensions": EXTENSIONS,
        "interactionType": _one_of(*INTERACTIONS),
        "correctResponsesPattern": _list(TEXT),
        **dict.fromkeys(("choices", "scale", "source", "target", "steps"), COMPONENTS),
    }
)
ACTIVITY_CHECK = _object({"objectType": _one_of("Activity"), "id": LINK, "definition": DEFINITION}, "id")
REFERENCE = _object({"objectType": _one_of("StatementRef"), "id": check_uuid}, "objectType", "id")
RESULT = _object(
    {
        "score": _score,
        "success": FLAG,
        "completion": FLAG,
        "response": TEXT,
        "duration": _duration,
        "extensions": EXTENSIONS,
    }
)
CONTEXT = _object(
    {
        "registration": check_uuid,
        "instructor": check_agent,
        "team": _group,
        "contextActivities": _object(dict.fromkeys(("parent", "grouping", "category", "other"), _activities)),
        "revision": TEXT,
        "platform": TEXT,
        "language": _matching(TAG, "a language tag"),
        "statement": REFERENCE,
        "extensions": EXTENSIONS,
    }
)
ATTACHMENT = _object(
    {
        "usageType": LINK,
        "display": TEXTS,
        "description": TEXTS,
        "contentType": _matching(MEDIA_TYPE, "a media type"),
        "length": _is(int, "a whole number"),
        "sha2": _matching(SHA2, "a SHA-2 in hex"),
        "fileUrl": LINK,
    },
    "usageType",
    "display",
    "contentType",
    "length",
    "sha2",
)

STATEMENT: dict[str, Check] = {
    "id": check_uuid,
    "actor": check_agent,
    "verb": _object({"id": LINK, "display": TEXTS}, "id"),
    "object": _target,
    "result": RESULT,
    "context": CONTEXT,
    "timestamp": check_moment,
    "stored": check_moment,
    "authority": check_agent,
    "version": _matching(VERSION, "1.0 or a later 1.0.x"),
    "attachments": _list(ATTACHMENT),
}
NOT_IN_PARTS = {"id", "stored", "version", "authority"}
"""Fields that are invalid in a SubStatement (2.4.4.3)."""
