"""Scopes of an application's token, as in OAuth (RFC 6749, 3.3)."""

import re
from collections.abc import Collection
from enum import StrEnum

from resolvers.access.viewer import Role, Viewer
from resolvers.operations.errors import Forbidden, Unauthenticated

FORM = re.compile(r"(?:read|write|delete)(?::[a-z]+)?(?: (?:read|write|delete)(?::[a-z]+)?)*", re.ASCII)
"""Scopes separated by spaces: a verb, or a verb on one kind of object, such as `read:course`."""


class Verb(StrEnum):
    """Verb of an operation, as used in scopes (SCORM Cloud: authenticationScopes)."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"


def allow(viewer: Viewer, verb: Verb, *, is_open: bool) -> None:
    """Raise `Unauthenticated` or `Forbidden` unless the viewer and the token's scopes allow the operation.

    An operation that `is_open` is available to anonymous viewers.
    """
    if viewer.role is Role.ANONYMOUS and not is_open:
        raise Unauthenticated("Sign in first: this needs a viewer.")
    check(viewer.scopes, verb)


def check(scopes: Collection[str] | None, verb: Verb) -> None:
    """Raise `Forbidden` unless `scopes` allow `verb`; null scopes allow everything the viewer may do.

    All objects of the graph belong to courses, so `read:course` is as good as `read`.
    """
    if scopes is not None and not {verb.value, f"{verb}:course"} & set(scopes):
        raise Forbidden(f"The token has neither the scope '{verb}' nor '{verb}:course'.")


def check_brings_files(viewer: Viewer) -> None:
    """Raise `Forbidden` unless the viewer may send files, before any byte of them is read."""
    check(viewer.scopes, Verb.WRITE)
    if not viewer.keeps_courses:
        raise Forbidden("Only staff and applications bring files.")
