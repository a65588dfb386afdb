"""Sources of an operation's variables, and the conversion of text to a value of a variable's type."""

import dataclasses
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

from rest.number import LENIENT, PageNumbers
from rest.place import FormText, at, placed

UUID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_TRUE = frozenset({"true", "1", "t", "yes", "on"})
_FALSE = frozenset({"false", "0", "f", "no", "off", ""})


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as variables read it: `place` is the place in the body of the part that is read."""

    path: Mapping[str, str]
    query: QueryParams
    body: Any
    included: frozenset[str]
    place: str = ""
    numbers: PageNumbers = LENIENT


@dataclass(frozen=True)
class Source(ABC):
    """Source of a value; `name` is the client's name for it."""

    is_text: ClassVar[bool] = False
    name: str

    @property
    def all(self) -> tuple["Source", ...]:
        """This source, or the sources that it tries in turn."""
        return (self,)

    @abstractmethod
    def value(self, incoming: Incoming) -> Any:
        """Return the value in the request, as JSON or, `is_text`, as text; `Undefined` if there is none."""


@dataclass(frozen=True)
class FromText(Source):
    """Text; only of the form `only` (`UUID`, `OTHER`) if it is set."""

    is_text = True
    only: str | None = None

    @abstractmethod
    def text(self, incoming: Incoming) -> str | None:
        """Return the text in the request, of any form."""

    def counts(self, incoming: Incoming) -> bool:
        """Check whether the request's other parameters let this one count."""
        return True

    def value(self, incoming: Incoming) -> Any:
        text = self.text(incoming) if self.counts(incoming) else None
        if text is None or (
            self.only is not None and (UUID.fullmatch(text) is None) == (self.only == "UUID")
        ):
            return Undefined
        return text


@dataclass(frozen=True)
class FromPath(FromText):
    """Parameter of the path."""

    def text(self, incoming: Incoming) -> str | None:
        return incoming.path[self.name]


@dataclass(frozen=True)
class FromQuery(FromText):
    """Parameter of the query string; counts if `with_` is present and not false, unless `without` is.

    A list is split into `parts` by `parts_of`. `words` maps words between commas to others.
    """

    with_: str | None = None
    without: str | None = None
    parts: str | None = None
    words: Mapping[str, str] | None = None

    def value(self, incoming: Incoming) -> Any:
        if self.parts is None or self.name not in incoming.query:
            return super().value(incoming)
        return parts_of(incoming.query.getlist(self.name), self.parts)

    def text(self, incoming: Incoming) -> str | None:
        text = incoming.query.get(self.name)
        if text is None or self.words is None:
            return text
        return ",".join(self.words.get(word, word) for word in text.split(","))

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
    """Whether a parameter of the query string is present."""

    def value(self, incoming: Incoming) -> Any:
        return self.name in incoming.query


@dataclass(frozen=True)
class FromBody(Source):
    """Value at a place in the body; with `each`, a list of objects made of the ones there.

    `words` maps texts to values, and no other text counts; texts in `ignored` count as absent. Whole numbers
    are multiplied by `times`.
    """

    each: Mapping[str, Any] | None = None
    words: Mapping[str, Any] | None = None
    ignored: tuple[str, ...] = ()
    times: int | None = None

    def value(self, incoming: Incoming) -> Any:
        found = at(incoming.body, self.name)
        if found is Undefined:
            return found
        if self.each is not None:
            return [placed(self.each, one) for one in (found if isinstance(found, list) else [found])]
        if self.words is not None or self.ignored:
            if isinstance(found, str) and found in (self.words or ()):
                return (self.words or {})[found]
            if self.words is not None or (isinstance(found, str) and found in self.ignored):
                return Undefined
        if self.times is not None and isinstance(found, int):
            return found * self.times
        return found


@dataclass(frozen=True)
class FromFile(Source):
    """File of a multipart body; the value is the name of its upload."""

    def value(self, incoming: Incoming) -> Any:
        return at(incoming.body, self.name)


@dataclass(frozen=True)
class FromRaw(Source):
    """The whole body as a file; the value is the name of its upload."""

    def value(self, incoming: Incoming) -> Any:
        return incoming.body


@dataclass(frozen=True)
class FromPartPlace(Source):
    """Whether the part of the body that is read was found at this place."""

    def value(self, incoming: Incoming) -> Any:
        return incoming.place == self.name


@dataclass(frozen=True)
class FromFirst(Source):
    """The first of several sources with a value; an empty text is no value."""

    sources: tuple[Source, ...] = ()

    @property
    def all(self) -> tuple[Source, ...]:
        return self.sources

    def value(self, incoming: Incoming) -> Any:
        for source in self.sources:
            value = source.value(incoming)
            if value is not Undefined and value != "":
                return FormText(value) if source.is_text and isinstance(value, str) else value
        return Undefined


@dataclass(frozen=True)
class FromAsked(Source):
    """Whether a field is requested: the list `param` contains its name; without the list, `default`."""

    param: str = ""
    default: bool = False

    def value(self, incoming: Incoming) -> Any:
        if self.param not in incoming.query:
            return self.default
        return self.name in parts_of(incoming.query.getlist(self.param), "BOTH")


@dataclass(frozen=True)
class FromInclude(Source):
    """Whether a related resource is requested."""

    def value(self, incoming: Incoming) -> Any:
        return self.name in incoming.included


@dataclass(frozen=True)
class FromPageSize(Source):
    """Rows per page."""

    most: int = 100

    def value(self, incoming: Incoming) -> Any:
        text = incoming.query.get(self.name)
        return Undefined if text is None else incoming.numbers.size(text, self.most)


@dataclass(frozen=True)
class FromPageCursor(Source):
    """Cursor of the start of a page: the start of the list, unless `Paging.begin` finds another."""

    def value(self, incoming: Incoming) -> Any:
        return None


@dataclass(frozen=True)
class FromEveryPage(Source):
    """Cursor of a page of a list that is read to its end: the start of the list, then set by `Whole`."""

    def value(self, incoming: Incoming) -> Any:
        return None


@dataclass(frozen=True)
class Variable:
    """A variable: its type, default (`Undefined` for none) and source; `words` are those of its enum."""

    name: str
    type: GraphQLInputType
    default: Any
    source: Source
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def is_required(self) -> bool:
        """Whether a request must have a value."""
        return is_non_null_type(self.type) and self.default is Undefined

    def read(self, incoming: Incoming) -> Any:
        """Return the request's value, `Undefined` if there is none; `ValueError` if the type forbids it."""
        value = self.source.value(incoming)
        if value is Undefined:
            return value
        if self.source.is_text or isinstance(value, FormText):
            value = from_text(value, self.type, self.words)
        if value is None and self.default is not Undefined and is_non_null_type(self.type):
            return Undefined
        validate_input_value(value, self.type, _reject)
        return value


def names_nothing(variables: Iterable[Variable], incoming: Incoming) -> bool:
    """Check whether an identifying parameter fits none of the variables that read it."""
    sources = [variable.source for variable in variables if isinstance(variable.source, FromText)]
    sent = [source for source in sources if source.text(incoming) is not None and source.counts(incoming)]
    fitting = {(type(source), source.name) for source in sent if source.value(incoming) is not Undefined}
    return any((type(source), source.name) not in fitting for source in sent)


def _reject(error: Exception, _: Any) -> None:
    raise ValueError(str(error))


def parts_of(texts: Iterable[str], parts: str) -> list[str]:
    """Return entries of a list parameter, separated by commas, repeated, or both; blanks are trimmed."""
    found = [part for text in texts for part in (text.split(",") if parts != "REPEATS" else [text])]
    return [part.strip() for part in found if part.strip()]


def from_text(text: Any, of: GraphQLInputType, words: Mapping[str, str] | None = None) -> Any:
    """Return `text` as a value of a type; unreadable text stays text, which the type then rejects."""
    nullable: Any = get_nullable_type(of)
    if is_list_type(nullable):
        parts = text if isinstance(text, list) else text.split(",")
        return [from_text(part, nullable.of_type, words) for part in parts]
    named = get_named_type(of)
    if is_enum_type(named):
        # Clients of platforms write enum values in lower case, partly with hyphens, instead of in capitals.
        return (words or {}).get(text) or (text.upper().replace("-", "_"))
    match named.name:
        case "Int":
            return int(text) if re.fullmatch(r"[+-]?\d{1,19}", text, re.ASCII) else text
        case "Float":
            return float(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text, re.ASCII) else text
        case "Boolean":
            lower = text.lower()
            return True if lower in _TRUE else False if lower in _FALSE else text
        case _:
            return str(text)
