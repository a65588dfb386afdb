"""Viewer of a request, found by its credential in one statement."""

import binascii
import hashlib
import re
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Float,
    SQLColumnExpression,
    Uuid,
    any_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.types import LargeBinary, Text

from models.catalogue.course import Course, CourseTeacher
from models.people.application import Application
from models.people.token import Token
from models.people.user import User
from models.postgres.database import Database
from resolvers.access.credentials import EVERY, KINDS, find
from resolvers.loading.sql import compiled
from resolvers.operations.errors import Unauthenticated

LONGEST_LANGUAGES = 500
"""Characters that are read of an `Accept-Language` header."""

LANGUAGE = re.compile(r"[a-z]{1,8}(?:-[0-9a-z]{1,8})*")

VIEWER = bindparam("viewer", type_=Uuid(as_uuid=False))
"""The viewer's id in a statement; null for anonymous."""

TEACHES = bindparam("teaches", type_=ARRAY(Uuid(as_uuid=False)))
"""Ids of the courses to whose team the viewer belongs, in a statement."""

APPLICATION = bindparam("application", type_=Uuid(as_uuid=False))
"""Id of the viewer's application, in a statement; null for all other viewers."""

LANGUAGES = bindparam("languages", type_=ARRAY(Text))
"""The viewer's languages in a statement, most preferred first."""


USES_APP = bindparam("uses_app", type_=Boolean)
"""Whether the viewer uses a mobile app, in a statement."""

SEES_TIMED_QUESTIONS = bindparam("sees_timed_questions", type_=Boolean)
"""Whether questions of a quiz with a time limit are shown before an attempt, in a statement."""


class Role(StrEnum):
    """Roles that policies distinguish; course teams are a matter of rows, not of a role."""

    ANONYMOUS = "anonymous"
    MEMBER = "member"
    STAFF = "staff"
    APPLICATION = "application"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A user, an application, or an anonymous viewer.

    `teaches` has the ids of the courses of the user's course teams. `scopes` are those of an application's
    token; null if it allows everything. Web-only courses are hidden from a viewer who `uses_app`. A viewer
    who `sees_timed_questions` reads by a route of a platform that shows a quiz with a time limit before an
    attempt. `token_hash` signs URLs (`resolvers.access.signature`). `ends_in` is the number of seconds until
    the token expires; null if it does not.
    """

    id: str | None = None
    role: Role = Role.ANONYMOUS
    teaches: Sequence[str] = ()
    languages: Sequence[str] = ("en",)
    token_id: str | None = None
    application_id: str | None = None
    scopes: frozenset[str] | None = None
    uses_app: bool = False
    sees_timed_questions: bool = False
    token_hash: bytes | None = field(default=None, repr=False, compare=False)
    ends_in: float | None = field(default=None, compare=False)
    parameters: dict[str, Any] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        bound = {
            "viewer": self.id,
            "teaches": list(self.teaches),
            "languages": list(self.languages),
            "application": self.application_id,
            "uses_app": self.uses_app,
            "sees_timed_questions": self.sees_timed_questions,
        }
        object.__setattr__(self, "parameters", bound)

    @property
    def keeps_courses(self) -> bool:
        """Whether the viewer may create courses and files and update them: staff and applications."""
        return self.role in (Role.STAFF, Role.APPLICATION)

    @property
    def owner(self) -> str | None:
        """Key of the user or application in tables of all viewers; null for anonymous viewers."""
        if self.id is not None:
            return f"user {self.id}"
        return None if self.application_id is None else f"application {self.application_id}"

    @property
    def signed_in_id(self) -> str:
        """The viewer's id; raises `Unauthenticated` for anonymous viewers."""
        if self.id is None:
            raise Unauthenticated("Sign in first: this needs a viewer.")
        return self.id


def teaches(course_id: SQLColumnExpression[Any], role: Role) -> ColumnElement[bool]:
    """Return whether the viewer sees all of the course: as team, as its application or as global staff."""
    match role:
        case Role.ANONYMOUS:
            return false()
        case Role.MEMBER:
            return course_id == any_(TEACHES)
        case Role.STAFF:
            return true()
        case Role.APPLICATION:
            return _keeps(course_id)


def _keeps(course_id: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Return whether the course belongs to the viewer's application."""
    courses = Course.__table__
    if course_id is courses.c.id:
        return courses.c.application_id == APPLICATION
    own = exists().where(courses.c.id == course_id, courses.c.application_id == APPLICATION)
    return own.correlate(getattr(course_id, "table", None))


def owns(user_id: SQLColumnExpression[Any], role: Role) -> ColumnElement[bool]:
    """Return whether a row is the viewer's own; global staff own all rows."""
    match role:
        case Role.ANONYMOUS | Role.APPLICATION:
            return false()
        case Role.MEMBER:
            return user_id == VIEWER
        case Role.STAFF:
            return true()


def hashed(secret: str) -> bytes:
    """Return the hash of a token's secret, to store."""
    return hashlib.sha256(secret.encode()).digest()


TAUGHT = func.array(
    select(CourseTeacher.course_id).where(CourseTeacher.user_id == User.id).correlate(User).scalar_subquery(),
    type_=ARRAY(Uuid(as_uuid=False)),
)
"""Ids of the courses to whose team a user belongs, in a statement that reads users."""

_authentication = compiled(
    select(
        Token.hash,
        User.id,
        User.is_staff,
        TAUGHT,
        Token.id,
        Token.application_id,
        Token.scopes,
        func.extract("epoch", Token.expires_at - func.now()).cast(Float),
    )
    .select_from(Token)
    .outerjoin(User, Token.user_id == User.id)
    .where(
        Token.hash == any_(bindparam("hashes", type_=ARRAY(LargeBinary))),
        Token.revoked_at.is_(None),
        or_(Token.expires_at.is_(None), Token.expires_at > func.now()),
    )
)

_application = compiled(
    select(Application.id).where(
        Application.id == bindparam("id", type_=Uuid(as_uuid=False)),
        Application.secret_hash == bindparam("hash", type_=LargeBinary),
    )
)


def accepted_languages(header: str | None) -> tuple[str, ...]:
    """Return languages of an `Accept-Language` header in lower case, most preferred first (RFC 9110, 12.5.4).

    A tag is followed by its shorter forms (RFC 4647, 3.4); English comes last if the header does not list it.
    Only the first characters are read and kept in the cache.
    """
    return _accepted_languages((header or "")[:LONGEST_LANGUAGES])


@lru_cache(maxsize=1024)
def _accepted_languages(header: str) -> tuple[str, ...]:
    wanted: list[tuple[float, str]] = []
    for part in header.lower().split(","):
        tag, _, weight = part.partition(";")
        quality = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", weight, re.ASCII)
        if LANGUAGE.fullmatch(tag := tag.strip()):
            wanted.append((float(quality[1]) if quality else 1.0, tag))
    tags = [tag for weight, tag in sorted(wanted, key=lambda pair: -pair[0]) if weight > 0]
    return tuple(dict.fromkeys([*(form for tag in tags for form in _forms(tag)), "en"]))


def _forms(tag: str) -> list[str]:
    parts = tag.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]


async def authenticate(
    database: Database, headers: Mapping[str, str], kinds: Sequence[str] = EVERY
) -> Viewer:
    """Return the viewer of a request by its credential, the first found in the order of `kinds`.

    Without a credential the viewer is anonymous. An invalid one raises `Unauthenticated`: a client that
    expects to be signed in must not silently read as anonymous.
    """
    languages = accepted_languages(headers.get("accept-language"))
    if (credential := find(headers, kinds)) is None:
        return Viewer(languages=languages)
    return await READERS[credential.kind](database, credential.value, languages)


async def _by_token(database: Database, secret: str, languages: Sequence[str]) -> Viewer:
    """The user or application that an opaque token belongs to."""
    hash_ = hashed(secret)
    if (found := (await of_tokens(database, {hash_: languages})).get(hash_)) is None:
        raise ended()
    return found


def ended() -> Unauthenticated:
    """Return the error for a token that is unknown or no longer valid."""
    return Unauthenticated("The token is unknown, expired or revoked.")


def token_hash(headers: Mapping[str, str]) -> bytes | None:
    """Return the hash of the opaque token in a request's headers; null if there is none."""
    secret = KINDS["BEARER"].value(headers)
    return None if secret is None else hashed(secret)


async def of_tokens(database: Database, languages: Mapping[bytes, Sequence[str]]) -> dict[bytes, Viewer]:
    """Return the viewers of valid tokens by token hash; `languages` has those of each hash."""
    given = {**_authentication.constants, "hashes": list(languages)}
    found = {}
    for hash_, *columns in await database.fetch(_authentication.sql, given):
        user_id, is_staff, courses, token_id, application_id, scopes, ends_in = columns
        if application_id is None:
            role = Role.STAFF if is_staff else Role.MEMBER
            found[hash_] = Viewer(
                user_id, role, courses, languages[hash_], token_id, ends_in=ends_in, token_hash=hash_
            )
        else:
            found[hash_] = Viewer(
                role=Role.APPLICATION,
                languages=languages[hash_],
                token_id=token_id,
                application_id=application_id,
                scopes=frozenset(scopes),
                token_hash=hash_,
                ends_in=ends_in,
            )
    return found


async def _by_secret(database: Database, credentials: str, languages: Sequence[str]) -> Viewer:
    """Return the application whose id and secret are in `Basic` credentials (RFC 7617)."""
    try:
        name, _, secret = b64decode(credentials, validate=True).decode().partition(":")
        id_ = str(UUID(name))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        id_, secret = "", ""
    given = {**_application.constants, "id": id_, "hash": hashed(secret)}
    if not id_ or not await database.fetch(_application.sql, given):
        raise Unauthenticated("There is no application of this id and secret.")
    return Viewer(role=Role.APPLICATION, languages=languages, application_id=id_)


READERS: Mapping[str, Callable[[Database, str, Sequence[str]], Awaitable[Viewer]]] = {
    "BEARER": _by_token,
    "BASIC": _by_secret,
}
"""Viewer of a credential, by the name of its kind (`resolvers.access.credentials.KINDS`)."""
