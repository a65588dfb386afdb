"""Media types: choice of a response's type, and check of a request body's type."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import TypeVar

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
MULTIPART = "multipart/form-data"

ANSWERS = (JSON, GRAPHQL)
"""Media types of complete responses; the first is preferred if the client has no preference."""

LONGEST_KEPT = 500
"""Maximum number of characters of a header whose parsed value is cached."""

LONGEST_READ = 2_000
"""Maximum number of characters that are read of a list of preferences; further entries are ignored."""

# A quote that is not closed ends with the text: each character is read once, whatever clients send.
PART = re.compile(r'(?:[^,"]++|"(?:[^"\\]|\\.)*+(?:"|\\?\Z))++', re.DOTALL)
PARAMETER = re.compile(r';\s*([\w!#$&^.+-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*+)"|([^\s;"]*+))', re.ASCII)
QUALITY = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?", re.ASCII)
UTF_8 = ("utf-8", "utf8")

T = TypeVar("T")


def kept(read: Callable[[str], T]) -> Callable[[str], T]:
    """Return `read` with a cache for short headers."""
    remembering = lru_cache(maxsize=128)(read)  # a parsed header takes up to some 100 kB

    @wraps(read)
    def reading(header: str) -> T:
        return remembering(header) if len(header) <= LONGEST_KEPT else read(header)

    return reading


@dataclass(frozen=True, slots=True)
class Range:
    """One entry of an `Accept` header: a media type, `type/*` or `*/*` (RFC 9110, 12.5.1)."""

    name: str
    quality: float
    parameters: Mapping[str, str]

    def covers(self, offer: str) -> int:
        """Return the specificity of the match with `offer`, 0 for none. Responses are in UTF-8, so other
        charsets do not match.
        """
        if self.parameters.get("charset", "utf-8").lower() not in UTF_8:
            return 0
        if self.name == offer:
            return 3
        if self.name == f"{offer.partition('/')[0]}/*":
            return 2
        return int(self.name == "*/*")


@kept
def ranges(accept: str) -> tuple[Range, ...]:
    """Return the entries of an `Accept` header in their order."""
    found = []
    if len(accept) > LONGEST_READ:
        accept = accept[:LONGEST_READ].rpartition(",")[0] or accept[:LONGEST_READ]
    for part in PART.findall(accept):
        name, _, rest = part.partition(";")
        parameters = {key.lower(): quoted or bare for key, quoted, bare in PARAMETER.findall(f";{rest}")}
        quality = parameters.pop("q", "1")
        if name.strip():
            weight = float(quality) if QUALITY.fullmatch(quality) else 1.0
            found.append(Range(name.strip().lower(), weight, parameters))
    return tuple(found)


def preferred(accept: str | None, offers: tuple[str, ...] = ANSWERS) -> str | None:
    """Return the offer that a client prefers; null if it accepts none.

    Among equal weights the client's order decides, and if one entry covers several offers, their order.
    """
    if accept is None:
        return offers[0]
    if accept in offers:
        return accept
    return _preferred(accept, offers) if len(accept) <= LONGEST_KEPT else _choose(accept, offers)


def _choose(accept: str, offers: tuple[str, ...]) -> str | None:
    entries = ranges(accept)
    if not entries:
        return offers[0]
    best: tuple[float, int, int] | None = None
    for ours, offer in enumerate(offers):
        covering = [(each.covers(offer), -place) for place, each in enumerate(entries)]
        exactness, place = max(covering)
        quality = entries[-place].quality
        if exactness and quality > 0 and (best is None or (quality, place, -ours) > best):
            best = quality, place, -ours
    return None if best is None else offers[-best[2]]


_preferred = lru_cache(maxsize=1024)(_choose)


@kept
def body_form(content_type: str) -> str | None:
    """Return the media type of a request body: `JSON` or `MULTIPART`; null if it is neither."""
    name, _, rest = content_type.partition(";")
    name = name.strip().lower()
    parameters = {key.lower(): quoted or bare for key, quoted, bare in PARAMETER.findall(f";{rest}")}
    if parameters.get("charset", "utf-8").lower() not in UTF_8:
        return None
    return name if name in (JSON, MULTIPART) else None
