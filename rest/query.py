"""Query rules of a platform: tokens that hold a query, and parameters that stand for others."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from resolvers.operations.refusal import Refusal


@dataclass(frozen=True, slots=True)
class QueryToken:
    """Paging by token: the parameter `name` holds the whole query of the next page, in Base64.

    `cursor` is the parameter of the cursor in that query. `later` are values of parameters from the second
    page on.
    """

    name: str
    cursor: str
    later: Mapping[str, str]

    def read(self, query: Mapping[str, str]) -> dict[str, str] | None:
        """Return the query in the token; null if there is no token. `Refusal` if the token cannot be read."""
        if (text := query.get(self.name)) is None:
            return None
        if len(query) > 1:
            raise Refusal("BAD_USER_INPUT", f"'{self.name}' cannot be combined with other parameters.")
        try:
            return dict(parse_qsl(urlsafe_b64decode(text.encode()).decode(), strict_parsing=True))
        except (binascii.Error, UnicodeError, ValueError) as error:
            raise Refusal("BAD_USER_INPUT", f"'{self.name}' is not a valid token.") from error

    def next(self, query: Mapping[str, str], page: Mapping[str, Any]) -> str | None:
        """Return the token of the page after the one with this `pageInfo`; null at the end of the list."""
        if not page["hasNextPage"]:
            return None
        following = urlencode({**query, **self.later, self.cursor: page["endCursor"]})
        return urlsafe_b64encode(following.encode()).decode()


@dataclass(frozen=True, slots=True)
class Renames:
    """A parameter whose value renames other parameters: `of` maps each value to its renames."""

    param: str
    default: str
    of: Mapping[str, Mapping[str, str]]
    says: str

    def applied(self, query: dict[str, str]) -> dict[str, str]:
        """Return the query without the parameter, and with the others renamed."""
        word = query.pop(self.param, self.default).lower()
        if word not in self.of:
            raise Refusal("BAD_USER_INPUT", self.says)
        names = self.of[word]
        return {names.get(name, name): value for name, value in query.items()}


@dataclass(frozen=True, slots=True)
class StandsFor:
    """A parameter whose value stands for values of other parameters, given by `of`."""

    param: str
    of: Mapping[str, Mapping[str, str]]
    says: str

    def applied(self, query: dict[str, str]) -> dict[str, str]:
        """Return the query with those values instead of the parameter."""
        if (word := query.pop(self.param, None)) is None:
            return query
        if word.lower() not in self.of:
            raise Refusal("BAD_USER_INPUT", self.says)
        return {**query, **self.of[word.lower()]}


Rule = Renames | StandsFor


def read_query(query: Mapping[str, str], rules: tuple[Rule, ...], token: QueryToken | None) -> dict[str, str]:
    """Return the query that variables are bound to: the one in a token, or the client's after the rules."""
    if token is not None and (held := token.read(query)) is not None:
        return held
    read = dict(query)
    for rule in rules:
        read = rule.applied(read)
    return read
