"""Scopes: what a token lets its application do, as OAuth names it (RFC 6749, 3.3)."""

import re
from collections.abc import Callable, Collection
from enum import StrEnum
from typing import Any, TypeVar

from resolvers.access.viewer import Role, Viewer
from resolvers.operations.errors import Forbidden, Unauthenticated

C = TypeVar("C", bound=Callable[..., Any])

FORM = re.compile(r"(?:read|write|delete)(?::[a-z]+)?(?: (?:read|write|delete)(?::[a-z]+)?)*", re.ASCII)
"""Scopes with a space between them: a verb, or a verb on one kind of thing, such as `read:course`."""


class Verb(StrEnum):
    """What an operation does, as scopes name it (002)."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"


def needs(verb: Verb) -> Callable[[C], C]:
    """Mark a command as one that a token of this scope lets do; without a mark it is `WRITE`."""

    def mark(command: C) -> C:
        command.verb = verb  # type: ignore[attr-defined]
        return command

    return mark


def verb_of(command: Callable[..., Any]) -> Verb:
    """What a command does."""
    return getattr(command, "verb", Verb.WRITE)


def open_to_all(command: C) -> C:
    """Mark a command as one that needs nobody to be signed in."""
    command.is_open_to_all = True  # type: ignore[attr-defined]
    return command


def is_open_to_all(command: Callable[..., Any]) -> bool:
    """Whether somebody who has not signed in may have it carried out."""
    return getattr(command, "is_open_to_all", False)


def allow(viewer: Viewer, command: Callable[..., Any]) -> None:
    """Raise `Unauthenticated` or `Forbidden` unless the viewer, with their token, may have it carried out."""
    if viewer.role is Role.ANONYMOUS and not is_open_to_all(command):
        raise Unauthenticated("Sign in first: this needs a viewer.")
    check(viewer.scopes, verb_of(command))


def check(scopes: Collection[str] | None, verb: Verb) -> None:
    """Raise `Forbidden` unless `scopes` allow `verb`; null is a viewer who may do all that is theirs.

    Everything that the graph holds belongs to courses, so `read:course` does where `read` would.
    """
    if scopes is not None and not {verb.value, f"{verb}:course"} & set(scopes):
        raise Forbidden(f"The token has neither the scope '{verb}' nor '{verb}:course'.")


def check_brings_files(viewer: Viewer) -> None:
    """Raise `Forbidden` unless the viewer may send files, before any byte of them is read."""
    check(viewer.scopes, Verb.WRITE)
    if not viewer.keeps_courses:
        raise Forbidden("Only staff and applications bring files.")
