"""Kinds of attribute values and their conversion from the graph's (xikolo-core api/xikolo/endpoint/types)."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from graphql import FieldNode, GraphQLEnumType, GraphQLScalarType, NameNode, get_named_type

from graph.values.scalars import FACTS
from rest.code import Function
from rest.reshape import Found, fields, plain, plucked
from rest.selection import Selected

Make = Callable[[Any, str], Any]
"""Converts the graph's value, which may be null, to the wire's; the text is this server's origin."""

Json = dict[str, Any]

FILE = re.compile(r"(?<![\w./:-])/assets/(?=[0-9a-f]{64}/)")
"""Start of a file's path without an origin."""

TEXTS = frozenset(name for name, facts in FACTS.items() if facts.json_schema.get("type") == "string")
"""Types of the graph whose values are texts."""

SENT: Mapping[str, tuple[Any, tuple[type, ...]]] = {
    "string": (str, ()),
    "null": (type(None), ()),
    "boolean": (bool, ()),
    "integer": (int, (bool,)),
    "number": ((int, float), (bool,)),
    "object": (dict, ()),
}
"""Python types of a client's value by JSON Schema type, and the types that only look like them."""

MAYBE_STRING: Json = {"type": ["string", "null"]}

UNKNOWN = Selected(FieldNode(name=NameNode(value="")), GraphQLScalarType("Unknown"), {})
"""Placeholder for a selection if nothing is known of the value."""


class AttributeKind(ABC):
    """Kind of an attribute's value; code that reads it has the origin of this server in a variable `o`."""

    @abstractmethod
    def code(self, body: Function, found: Found) -> str:
        """Return the expression of the value on the wire."""

    @property
    @abstractmethod
    def schema(self) -> Json:
        """Return the JSON Schema of the value on the wire."""

    @property
    def sent(self) -> Json:
        """Return the JSON Schema of a client's value."""
        return self.schema

    def read(self, sent: Any) -> Any:
        """Return a client's value as the graph takes it; `ValueError` if it cannot be read."""
        return sent


@dataclass(frozen=True)
class Scalar(AttributeKind):
    """One value; values of the graph types `same` are sent unchanged, except null."""

    make: Make
    like: Json
    same: frozenset[str] = frozenset()

    def code(self, body: Function, found: Found) -> str:
        known = get_named_type(found.field.type).name
        value = plain(body, found)
        if known not in self.same or "keyed" in found.field.marks or "grouped" in found.field.marks:
            return f"{body.code.name(self.make)}({value}, o)"
        null = self.make(None, "")
        if not found.nullable or null is None:
            return value
        value = body.local(value)
        return f"({null!r} if {value} is None else {value})"

    def read(self, sent: Any) -> Any:
        wanted = self.like["type"]
        types = wanted if isinstance(wanted, list) else [wanted]
        if not any(
            isinstance(sent, of) and type(sent) not in but for of, but in map(SENT.__getitem__, types)
        ):
            raise ValueError(f"is no {types[0]}")
        return sent

    @property
    def schema(self) -> Json:
        return self.like


@dataclass(frozen=True)
class Word(AttributeKind):
    """An enum's value by its name on the wire; with `others`, an unnamed value keeps its own name."""

    names: Mapping[str, str]
    others: bool = False

    def code(self, body: Function, found: Found) -> str:
        value = plain(body, found)
        of = get_named_type(found.field.type)
        if not isinstance(of, GraphQLEnumType):
            return f"{body.code.name(self.word)}({value})"
        words = {None: None, **{name: self.word(name) for name in of.values}}
        return f"{body.code.name(words)}[{value}]"

    def word(self, value: Any) -> str | None:
        """Return the name of a value on the wire."""
        return None if value is None else self.names.get(value, str(value).lower())

    def read(self, sent: Any) -> Any:
        known = {word: name for name, word in self.names.items()}
        if sent is None:
            return None
        if not isinstance(sent, str) or sent not in known:
            raise ValueError("is none of " + ", ".join(known))
        return known[sent]

    @property
    def schema(self) -> Json:
        if self.others:
            return MAYBE_STRING
        return {"type": ["string", "null"], "enum": [*dict.fromkeys(self.names.values()), None]}


@dataclass(frozen=True)
class Array(AttributeKind):
    """An array; null becomes an empty array."""

    of: AttributeKind

    def code(self, body: Function, found: Found) -> str:
        found = plucked(body, found)
        each = body.code.function("x", "o")
        held = Found("x", found.field, max(found.depth - 1, 0), nullable=found.field is UNKNOWN)
        make = each.returns(self.of.code(each, held))
        return f"[{make}(x, o) for x in {found.value} or ()]"

    @property
    def schema(self) -> Json:
        return {"type": "array", "items": self.of.schema}


@dataclass(frozen=True)
class Hash(AttributeKind):
    """A hash; keys beyond `of` are dropped, missing ones filled; null becomes a hash of nulls and zeros."""

    of: Mapping[str, AttributeKind]

    def code(self, body: Function, found: Found) -> str:
        found = plucked(body, found)
        marked = "keyed" in found.field.marks or "grouped" in found.field.marks
        value = plain(body, found) if marked else found.value
        make = body.code.function("x", "o")
        make.line(f"if x is None: return {self._entries(make, dict.fromkeys(self.of, null()))}")
        if found.field.on and not marked:
            known = fields(make, "x", found.field.on)
            held = {key: known.get(key, null()) for key in self.of}
        else:
            held = {key: Found(f"x.get({key!r})", UNKNOWN, 0, nullable=True) for key in self.of}
        return f"{make.returns(self._entries(make, held))}({value}, o)"

    def read(self, sent: Any) -> Any:
        if not isinstance(sent, dict):
            raise ValueError("is no object")  # noqa: TRY004 (of the client's value)
        return {key: kind.read(sent[key]) for key, kind in self.of.items() if key in sent}

    def _entries(self, body: Function, held: Mapping[str, Found]) -> str:
        entries = (f"{key!r}: {kind.code(body, held[key])}" for key, kind in self.of.items())
        return f"{{{', '.join(entries)}}}"

    @property
    def schema(self) -> Json:
        properties = {key: kind.schema for key, kind in self.of.items()}
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }


class Tag(NamedTuple):
    """Name of the part of a `Tagged` entry that is its data; if `is_one`, the only value of its list."""

    part: str
    is_one: bool


@dataclass(frozen=True)
class Tagged(AttributeKind):
    """A hash by the values of `key`: each entry has a `type`, and as `data` the part named by its tag.

    The graph's value is a list of objects with all of `parts`. A client may also send an array of such
    entries under a key: they are merged (Xikolo: quiz-submissions); an empty array becomes the first part
    without a value.
    """

    key: str
    types: Word
    parts: Mapping[str, AttributeKind]
    tags: Mapping[str, Tag]

    def code(self, body: Function, found: Found) -> str:
        return f"{body.code.name(self.shown)}({plain(body, found)})"

    def shown(self, values: Any) -> Json:
        """Return entries by their key; entries without a key are omitted."""
        return {each[self.key]: self._entry(each) for each in values or () if each[self.key] is not None}

    def _entry(self, found: Json) -> Json:
        type_ = str(self.types.word(found["type"]))
        tag = self.tags[type_]
        data = found[tag.part]
        if tag.is_one:
            data = data[0] if data else None
        return {"type": type_, "data": data}

    def read(self, sent: Any) -> Any:
        if not isinstance(sent, dict):
            raise ValueError("is no object")  # noqa: TRY004 (of the client's value)
        return [
            {self.key: key, **self._part(given if isinstance(given, list) else [given])}
            for key, given in sent.items()
        ]

    def _part(self, entries: list[Any]) -> Json:
        parts = {self._named(entry) for entry in entries} or {next(iter(self.parts))}
        if len(parts) > 1:
            raise ValueError("holds an entry of several kinds")
        (part,) = parts
        values = [value for entry in entries for value in _several(entry.get("data"))]
        if isinstance(self.parts[part], Array):
            return {part: values}
        if len(values) > 1:
            raise ValueError("holds more than one value where one is wanted")
        return {part: values[0] if values else ""}

    def _named(self, entry: Any) -> str:
        """Return the name of the part for an entry's type."""
        type_ = entry.get("type") if isinstance(entry, dict) else None
        if not isinstance(type_, str) or type_ not in self.tags:
            raise ValueError("holds an entry of no known type")
        return self.tags[type_].part

    @property
    def schema(self) -> Json:
        entry = {
            "type": "object",
            "properties": {
                "type": {"type": "string", "enum": list(self.tags)},
                "data": {"anyOf": [MAYBE_STRING, {"type": "array", "items": {"type": "string"}}]},
            },
            "required": ["type", "data"],
        }
        return {"type": "object", "additionalProperties": entry}


def _several(data: Any) -> list[Any]:
    return data if isinstance(data, list) else [] if data is None else [data]


def null() -> Found:
    """Return a missing value."""
    return Found("None", UNKNOWN, 0, nullable=True)


def string(value: Any, _: str = "") -> str | None:
    """Return the value as text; null stays null."""
    return value if value is None or isinstance(value, str) else str(value)


def url(value: Any, origin: str) -> str | None:
    """Return an absolute URL, since the apps do not resolve relative ones."""
    return f"{origin}{value}" if isinstance(value, str) and value.startswith("/") else string(value)


def markdown(value: Any, origin: str) -> str | None:
    """Return Markdown or HTML with absolute URLs of this server's files (xikolo-core `Markup#external`)."""
    if not isinstance(value, str) or "/assets/" not in value:
        return string(value)
    return FILE.sub(lambda found: origin + found[0], value)


def integer(value: Any, _: str = "") -> int:
    """Return a whole number; fractions are truncated, null becomes 0."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def float_(value: Any, _: str = "") -> float:
    """Return a number; null becomes 0.0."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0


def boolean(value: Any, _: str = "") -> bool:
    """Return the truth of a value as in Ruby: true unless it is null or false."""
    return value is not None and value is not False


def moment(value: Any, _: str = "") -> str | None:
    """Return `2020-01-01T00:00:00.000+00:00`, in the value's time zone; null if it is not a timestamp."""
    if not isinstance(value, str):
        return None
    if len(value) == 25 and value.endswith("+00:00"):
        return f"{value[:19]}.000+00:00"
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).isoformat(timespec="milliseconds")


def clock(value: Any, _: str = "") -> str | None:
    """Return seconds from a recording's start as `HH:MM:SS.mmm`, the timestamps of WebVTT."""
    if value is None:
        return None
    minutes, milliseconds = divmod(round(value * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"


def anything(value: Any, _: str = "") -> Any:
    """Return a hash with arbitrary keys; null becomes an empty one."""
    return {} if value is None else value


SCALARS: Mapping[str, AttributeKind] = {
    "String": Scalar(string, MAYBE_STRING, TEXTS),
    "URL": Scalar(url, MAYBE_STRING),
    "Markdown": Scalar(markdown, MAYBE_STRING),
    "Html": Scalar(markdown, MAYBE_STRING),
    "Int": Scalar(integer, {"type": "integer"}, frozenset({"Int", "BigInt"})),
    "Float": Scalar(float_, {"type": "number"}, frozenset({"Float"})),
    "Boolean": Scalar(boolean, {"type": "boolean"}, frozenset({"Boolean"})),
    "DateTime": Scalar(moment, {"type": ["string", "null"], "format": "date-time"}),
    "Clock": Scalar(clock, MAYBE_STRING),
    "Any": Scalar(anything, {"type": "object"}, frozenset({"JSON"})),
}
