"""Where an operation's variables get their values from, and how text becomes a value of a variable's type."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from graphql import (
    GraphQLInputType,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_list_type,
    is_non_null_type,
    validate_input_value,
)
from starlette.datastructures import QueryParams

UUID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_TRUE = frozenset({"true", "1", "t", "yes", "on"})
_FALSE = frozenset({"false", "0", "f", "no", "off", ""})


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a request brings that variables can be bound to."""

    path: Mapping[str, str]
    query: QueryParams
    body: Any
    included: frozenset[str]


@dataclass(frozen=True)
class Source(ABC):
    """Place that a value comes from; `name` is how the client knows it."""

    is_text: ClassVar[bool] = False
    name: str

    @abstractmethod
    def value(self, incoming: Incoming) -> Any:
        """What the request brings there, as JSON or, `is_text`, as text; `Undefined` for nothing."""


@dataclass(frozen=True)
class FromText(Source):
    """Text of one form alone where `only` (`UUID`, `OTHER`) says so."""

    is_text = True
    only: str | None = None

    @abstractmethod
    def text(self, incoming: Incoming) -> str | None:
        """What the request brings there, of whatever form."""

    def counts(self, incoming: Incoming) -> bool:
        """Whether the request's other parameters let it count."""
        return True

    def value(self, incoming: Incoming) -> Any:
        text = self.text(incoming) if self.counts(incoming) else None
        if text is None or (
            self.only is not None and (UUID.fullmatch(text) is None) == (self.only == "UUID")
        ):
            return Undefined
        return text


class FromPath(FromText):
    """Parameter of the path."""

    def text(self, incoming: Incoming) -> str | None:
        return incoming.path[self.name]


@dataclass(frozen=True)
class FromQuery(FromText):
    """Parameter of the query string, where `with_` is there and not false and `without` is not."""

    with_: str | None = None
    without: str | None = None

    def text(self, incoming: Incoming) -> str | None:
        return incoming.query.get(self.name)

    def counts(self, incoming: Incoming) -> bool:
        with_, without = self.with_, self.without
        return (with_ is None or _is_on(incoming, with_)) and (
            without is None or not _is_on(incoming, without)
        )


def _is_on(incoming: Incoming, name: str) -> bool:
    text = incoming.query.get(name)
    return text is not None and text.lower() not in _FALSE


@dataclass(frozen=True)
class FromPresence(Source):
    """Whether a parameter of the query string is there."""

    def value(self, incoming: Incoming) -> Any:
        return self.name in incoming.query


@dataclass(frozen=True)
class FromBody(Source):
    """Value at a place in the body; with `each`, a list of objects made of the ones there."""

    each: Mapping[str, Any] | None = None

    def value(self, incoming: Incoming) -> Any:
        found = at(incoming.body, self.name)
        if self.each is None or found is Undefined:
            return found
        return [_placed(self.each, one) for one in (found if isinstance(found, list) else [found])]


def at(body: Any, place: str) -> Any:
    """What stands at a place in a body, `Undefined` for nothing."""
    for name in place.split("."):
        if not isinstance(body, dict) or name not in body:
            return Undefined
        body = body[name]
    return body


def _placed(places: Mapping[str, Any], body: Any) -> dict[str, Any]:
    found = {
        name: _placed(place, body) if isinstance(place, dict) else at(body, place)
        for name, place in places.items()
    }
    return {name: value for name, value in found.items() if value is not Undefined}


def is_blank(body: Any, place: str) -> bool:
    """Whether nothing, or nothing but space, stands at a place in a body, or there in one of its lists."""
    name, _, rest = place.partition(".")
    if isinstance(body, list):
        return any(is_blank(each, place) for each in body)
    value = body.get(name) if isinstance(body, dict) else None
    if rest:
        return is_blank(value, rest)
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


@dataclass(frozen=True)
class FromInclude(Source):
    """Whether a related resource is asked for."""

    def value(self, incoming: Incoming) -> Any:
        return self.name in incoming.included


@dataclass(frozen=True)
class FromPageSize(Source):
    """Rows per page."""

    most: int = 100

    def value(self, incoming: Incoming) -> Any:
        text = incoming.query.get(self.name)
        return Undefined if text is None else min(max(whole_number(text), 1), self.most)


@dataclass(frozen=True)
class FromPageCursor(Source):
    """Place where the page begins: the list's start, unless `Paging.begin` finds another."""

    def value(self, incoming: Incoming) -> Any:
        return None


@dataclass(frozen=True)
class FromEveryPage(Source):
    """Place where a page begins of a list that is read to its end: the list's start, then `Whole` goes on."""

    def value(self, incoming: Incoming) -> Any:
        return None


@dataclass(frozen=True)
class Variable:
    """A variable, its type, its default (`Undefined` for none) and its source."""

    name: str
    type: GraphQLInputType
    default: Any
    source: Source

    @property
    def is_required(self) -> bool:
        """Whether a request must bring a value."""
        return is_non_null_type(self.type) and self.default is Undefined

    def read(self, incoming: Incoming) -> Any:
        """The request's value, `Undefined` for none; `ValueError` where the type forbids it."""
        value = self.source.value(incoming)
        if value is Undefined:
            return value
        if self.source.is_text:
            value = from_text(value, self.type)
        if value is None and self.default is not Undefined and is_non_null_type(self.type):
            return Undefined
        validate_input_value(value, self.type, _reject)
        return value


def names_nothing(variables: Iterable[Variable], incoming: Incoming) -> bool:
    """Whether a parameter that names something has a form which none of the variables that read it takes."""
    sources = [variable.source for variable in variables if isinstance(variable.source, FromText)]
    sent = [source for source in sources if source.text(incoming) is not None and source.counts(incoming)]
    fitting = {(type(source), source.name) for source in sent if source.value(incoming) is not Undefined}
    return any((type(source), source.name) not in fitting for source in sent)


def _reject(error: Exception, _: Any) -> None:
    raise ValueError(str(error))


def from_text(text: str, of: GraphQLInputType) -> Any:
    """`text` as a value of a type; what cannot be read stays text, which the type then rejects."""
    nullable: Any = get_nullable_type(of)
    if is_list_type(nullable):
        return [from_text(part, nullable.of_type) for part in text.split(",")]
    named = get_named_type(of)
    if is_enum_type(named):
        # Legacy systems write in lower case, partly with hyphens, what an enum writes in capitals.
        return text.upper().replace("-", "_")
    match named.name:
        case "Int":
            return int(text) if re.fullmatch(r"[+-]?\d{1,19}", text, re.ASCII) else text
        case "Float":
            return float(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text, re.ASCII) else text
        case "Boolean":
            lower = text.lower()
            return True if lower in _TRUE else False if lower in _FALSE else text
        case _:
            return text


def whole_number(text: str) -> int:
    """The digits that `text` begins with, 0 where it begins with none."""
    match = re.match(r"\s*([+-]?\d{1,9})", text, re.ASCII)
    return int(match[1]) if match else 0
