"""Query strings in a platform's words: tokens that hold a query, and parameters that stand for others."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from resolvers.operations.refusal import Refusal


@dataclass(frozen=True, slots=True)
class QueryToken:
    """A paging form: the parameter `name` holds the whole query of the next page, in Base64.

    `cursor` is the parameter of the cursor in that query. `later` are values of parameters from the second
    page on.
    """

    name: str
    cursor: str
    later: Mapping[str, str]

    def read(self, query: Mapping[str, str]) -> dict[str, str] | None:
        """The query in the token; null if the query has none. `Refusal` for a token that cannot be read."""
        if (text := query.get(self.name)) is None:
            return None
        if len(query) > 1:
            raise Refusal("BAD_USER_INPUT", f"With '{self.name}' there can be no other parameter.")
        try:
            return dict(parse_qsl(urlsafe_b64decode(text.encode()).decode(), strict_parsing=True))
        except (binascii.Error, UnicodeError, ValueError) as error:
            raise Refusal("BAD_USER_INPUT", f"'{self.name}' is not a token of ours.") from error

    def next(self, query: Mapping[str, str], page: Mapping[str, Any]) -> str | None:
        """Token of the page after this one, whose `pageInfo` is given; null at the end of the list."""
        if not page["hasNextPage"]:
            return None
        following = urlencode({**query, **self.later, self.cursor: page["endCursor"]})
        return urlsafe_b64encode(following.encode()).decode()


@dataclass(frozen=True, slots=True)
class Renames:
    """A parameter whose word decides to which parameters others are renamed: `of` maps words to renames."""

    param: str
    default: str
    of: Mapping[str, Mapping[str, str]]
    says: str

    def applied(self, query: dict[str, str]) -> dict[str, str]:
        """The query without the parameter, and with the others renamed."""
        word = query.pop(self.param, self.default).lower()
        if word not in self.of:
            raise Refusal("BAD_USER_INPUT", self.says)
        names = self.of[word]
        return {names.get(name, name): value for name, value in query.items()}


@dataclass(frozen=True, slots=True)
class StandsFor:
    """A parameter whose words stand for values of other parameters: `of` maps words to such values."""

    param: str
    of: Mapping[str, Mapping[str, str]]
    says: str

    def applied(self, query: dict[str, str]) -> dict[str, str]:
        """The query with those values instead of the parameter."""
        if (word := query.pop(self.param, None)) is None:
            return query
        if word.lower() not in self.of:
            raise Refusal("BAD_USER_INPUT", self.says)
        return {**query, **self.of[word.lower()]}


Rule = Renames | StandsFor


def read_query(query: Mapping[str, str], rules: tuple[Rule, ...], token: QueryToken | None) -> dict[str, str]:
    """The query that variables are bound to: the one in a token, or the client's after the rules."""
    if token is not None and (held := token.read(query)) is not None:
        return held
    read = dict(query)
    for rule in rules:
        read = rule.applied(read)
    return read
