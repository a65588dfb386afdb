"""Credentials: the kinds that a request may carry, found in one place for every door."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from resolvers.operations.errors import Unauthenticated

BEARER = re.compile(r"(?:Bearer +|(?:Legacy-)?Token +token=)([0-9A-Za-z_\-]+)\s*", re.ASCII | re.IGNORECASE)
"""`Bearer`, `Token token=` and `Legacy-Token token=`, the latter two sent by the openHPI apps (Xikolo)."""

BASIC = re.compile(r"Basic +([0-9A-Za-z+/=]+)\s*", re.ASCII | re.IGNORECASE)
"""Id and secret of an application in Base64 (RFC 7617; SCORM Cloud: APP_NORMAL)."""


class Credential(NamedTuple):
    """A credential in a request: the name of its kind, and its value."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class CredentialKind:
    """A kind of credentials: the request header that carries it, and the pattern of its value."""

    header: str
    pattern: re.Pattern[str]

    def is_sent(self, headers: Mapping[str, str]) -> bool:
        """Whether the request carries something in the place of this kind."""
        return self.header in headers

    def value(self, headers: Mapping[str, str]) -> str | None:
        """Value of the credential; null if there is none of this kind."""
        match = self.pattern.fullmatch(headers.get(self.header, ""))
        return None if match is None else match[1]


KINDS: Mapping[str, CredentialKind] = {
    "BEARER": CredentialKind("authorization", BEARER),
    "BASIC": CredentialKind("authorization", BASIC),
}
"""Registry of the kinds by name, in the default order of every door."""

EVERY = tuple(KINDS)


def find(headers: Mapping[str, str], kinds: Sequence[str] = EVERY) -> Credential | None:
    """First credential of the given kinds; null if the request carries none.

    Raises `Unauthenticated` for a header that holds a credential of none of these kinds: a client that
    believes to be signed in must not be served as anonymous.
    """
    for name in kinds:
        if (value := KINDS[name].value(headers)) is not None:
            return Credential(name, value)
    if is_sent(headers, kinds):
        raise Unauthenticated("Send the token as 'Authorization: Bearer …'.")
    return None


def is_sent(headers: Mapping[str, str], kinds: Sequence[str] = EVERY) -> bool:
    """Whether the request carries something in the place of one of the kinds."""
    return any(KINDS[name].is_sent(headers) for name in kinds)
