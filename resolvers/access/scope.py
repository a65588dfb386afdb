"""Scopes: what a token lets its application do, as OAuth names it (RFC 6749, 3.3)."""

import re
from collections.abc import Collection
from enum import StrEnum

from resolvers.access.viewer import Role, Viewer
from resolvers.operations.errors import Forbidden, Unauthenticated

FORM = re.compile(r"(?:read|write|delete)(?::[a-z]+)?(?: (?:read|write|delete)(?::[a-z]+)?)*", re.ASCII)
"""Scopes with a space between them: a verb, or a verb on one kind of thing, such as `read:course`."""


class Verb(StrEnum):
    """What an operation does, as scopes name it (SCORM Cloud)."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"


def allow(viewer: Viewer, verb: Verb, *, is_open: bool) -> None:
    """Raise `Unauthenticated` or `Forbidden` unless the viewer, with their token, may have it carried out.

    What `is_open` needs nobody to be signed in.
    """
    if viewer.role is Role.ANONYMOUS and not is_open:
        raise Unauthenticated("Sign in first: this needs a viewer.")
    check(viewer.scopes, verb)


def check(scopes: Collection[str] | None, verb: Verb) -> None:
    """Raise `Forbidden` unless `scopes` allow `verb`; null is a viewer who may do all that is theirs.

    Everything that the graph holds belongs to courses, so `read:course` does where `read` would.
    """
    if scopes is not None and not {verb.value, f"{verb}:course"} & set(scopes):
        raise Forbidden(f"The token has neither the scope '{verb}' nor '{verb}:course'.")
