"""Kinds of attribute values and what Xikolo makes of the graph's (xikolo-core api/xikolo/endpoint/types)."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from graphql import FieldNode, GraphQLEnumType, GraphQLScalarType, NameNode, get_named_type

from rest.code import Function
from rest.reshape import Found, fields, plain, plucked
from rest.selection import Selected

Make = Callable[[Any, str], Any]
"""From the graph's value, null among them, to the one on the wire; the text is this server's origin."""

Json = dict[str, Any]

FILE = re.compile(r"(?<![\w./:-])/assets/(?=[0-9a-f]{64}/)")
"""Where a file's address without an origin begins."""

TEXTS = frozenset({"String", "ID", "Locale", "Markdown", "URL", "DateTime"})
"""Types of the graph whose values are texts."""

SENT: Mapping[str, tuple[Any, tuple[type, ...]]] = {
    "string": (str, ()),
    "null": (type(None), ()),
    "boolean": (bool, ()),
    "integer": (int, (bool,)),
    "number": ((int, float), (bool,)),
    "object": (dict, ()),
}
"""By a type of JSON Schema, what a client sends of it in Python, and what only looks like it."""

MAYBE_STRING: Json = {"type": ["string", "null"]}

UNKNOWN = Selected(FieldNode(name=NameNode(value="")), GraphQLScalarType("Unknown"), {})
"""Stands for where a value was selected, if nothing is known of it."""


class Kind(ABC):
    """What an attribute may say; code that reads it has the origin of this server in a variable `o`."""

    @abstractmethod
    def code(self, body: Function, found: Found) -> str:
        """Expression of the value on the wire."""

    @property
    @abstractmethod
    def schema(self) -> Json:
        """JSON Schema of the value on the wire."""

    @property
    def sent(self) -> Json:
        """JSON Schema of what a client may send."""
        return self.schema

    def read(self, sent: Any) -> Any:
        """What a client sends, as the graph takes it; `ValueError` for what cannot be read."""
        return sent


@dataclass(frozen=True)
class Scalar(Kind):
    """One value; of the types `same` of the graph it is sent as it is, but for null."""

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
class Word(Kind):
    """An enum's value by its name on the wire; with `others`, any that is not named keeps its own name."""

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
        """Name on the wire of a value."""
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
class Array(Kind):
    """Null is an empty array."""

    of: Kind

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
class Hash(Kind):
    """Keys beyond `of` are dropped, missing ones filled; null is a hash of nulls and zeros."""

    of: Mapping[str, Kind]

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
            raise ValueError("is no object")  # noqa: TRY004 (of the client's value, not of ours)
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
    """The part of a `Tagged` entry that is its data; of a list, only its one value where that `is_one`."""

    part: str
    is_one: bool


@dataclass(frozen=True)
class Tagged(Kind):
    """A hash by the values of `key`: under each a `type`, and as `data` the part that the type's tag names.

    In the graph it is a list of objects with all of `parts`. What a client sends under a key may be an array
    of such entries, too: together they are one (so Xikolo has answers), or, if there are none, the first part
    without a value.
    """

    key: str
    types: Word
    parts: Mapping[str, Kind]
    tags: Mapping[str, Tag]

    def code(self, body: Function, found: Found) -> str:
        return f"{body.code.name(self.shown)}({plain(body, found)})"

    def shown(self, values: Any) -> Json:
        """Entries of what the graph tells; those without a key are not told."""
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
            raise ValueError("is no object")  # noqa: TRY004 (of the client's value, not of ours)
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
        """The part that an entry's type calls for."""
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
    """A value that is not there."""
    return Found("None", UNKNOWN, 0, nullable=True)


def string(value: Any, _: str = "") -> str | None:
    """Null stays null."""
    return value if value is None or isinstance(value, str) else str(value)


def url(value: Any, origin: str) -> str | None:
    """Absolute, for the apps resolve nothing."""
    return f"{origin}{value}" if isinstance(value, str) and value.startswith("/") else string(value)


def markdown(value: Any, origin: str) -> str | None:
    """Files of this server get an absolute address, as the original gives them (its `Markup#external`)."""
    if not isinstance(value, str) or "/assets/" not in value:
        return string(value)
    return FILE.sub(lambda found: origin + found[0], value)


def html(value: Any, origin: str) -> str | None:
    """Markdown as HTML, of which only what is harmless in any page remains."""
    text = markdown(value, origin)
    return None if text is None else _rendering()(text)


@cache
def _rendering() -> Callable[[str], str]:
    """Makes HTML of Markdown; its libraries are loaded with the first text, as few routes have one."""
    import nh3
    from markdown_it import MarkdownIt

    render = MarkdownIt("commonmark").render
    return lambda text: nh3.clean(render(text))


def integer(value: Any, _: str = "") -> int:
    """Fractions are cut off; null is 0."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def float_(value: Any, _: str = "") -> float:
    """Null is 0.0."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0


def boolean(value: Any, _: str = "") -> bool:
    """Ruby's idea of truth: everything but null and false."""
    return value is not None and value is not False


def moment(value: Any, _: str = "") -> str | None:
    """`2020-01-01T00:00:00.000+00:00`, in the time zone that it has; null for what is no moment."""
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
    """Seconds from a recording's start as `HH:MM:SS.mmm`, the time stamps of WebVTT."""
    if value is None:
        return None
    minutes, milliseconds = divmod(round(value * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"


def anything(value: Any, _: str = "") -> Any:
    """A hash with arbitrary keys; null is an empty one."""
    return {} if value is None else value


SCALARS: Mapping[str, Kind] = {
    "String": Scalar(string, MAYBE_STRING, TEXTS),
    "URL": Scalar(url, MAYBE_STRING),
    "Markdown": Scalar(markdown, MAYBE_STRING),
    "Html": Scalar(html, MAYBE_STRING),
    "Int": Scalar(integer, {"type": "integer"}, frozenset({"Int", "BigInt"})),
    "Float": Scalar(float_, {"type": "number"}, frozenset({"Float"})),
    "Boolean": Scalar(boolean, {"type": "boolean"}, frozenset({"Boolean"})),
    "DateTime": Scalar(moment, {"type": ["string", "null"], "format": "date-time"}),
    "Clock": Scalar(clock, MAYBE_STRING),
    "Any": Scalar(anything, {"type": "object"}, frozenset({"JSON"})),
}
