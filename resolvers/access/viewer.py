"""Who asks: one viewer per request, worked out from the `Authorization` header in one statement."""

import binascii
import hashlib
import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
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
from resolvers.loading.sql import compiled
from resolvers.operations.errors import Unauthenticated

SCHEME = re.compile(r"(?:Bearer +|(?:Legacy-)?Token +token=)([0-9A-Za-z_\-]+)\s*", re.ASCII | re.IGNORECASE)
BASIC = re.compile(r"Basic +([0-9A-Za-z+/=]+)\s*", re.ASCII | re.IGNORECASE)
LANGUAGE = re.compile(r"[a-z]{1,8}(?:-[0-9a-z]{1,8})*")

VIEWER = bindparam("viewer", type_=Uuid(as_uuid=False))
"""The viewer's id in a statement; null for anonymous."""

TEACHES = bindparam("teaches", type_=ARRAY(Uuid(as_uuid=False)))
"""Ids of the courses to whose team the viewer belongs, in a statement."""

APPLICATION = bindparam("application", type_=Uuid(as_uuid=False))
"""Id of the application that asks, in a statement; null for everybody else."""

LANGUAGES = bindparam("languages", type_=ARRAY(Text))
"""The viewer's languages in a statement, the most wanted first."""


USES_APP = bindparam("uses_app", type_=Boolean)
"""Whether the viewer asks by an app, in a statement."""


class Role(StrEnum):
    """What a policy distinguishes; who teaches a course is a matter of rows, not of a role."""

    ANONYMOUS = "anonymous"
    MEMBER = "member"
    STAFF = "staff"
    APPLICATION = "application"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A user, an application, or nobody known.

    `teaches` holds the ids of the courses whose team a user belongs to. `scopes` are what an application's
    token is for; null where that is everything. Who `uses_app` does not know of courses for browsers alone.
    """

    id: str | None = None
    role: Role = Role.ANONYMOUS
    teaches: Sequence[str] = ()
    languages: Sequence[str] = ("en",)
    token_id: str | None = None
    application_id: str | None = None
    scopes: frozenset[str] | None = None
    uses_app: bool = False
    parameters: dict[str, Any] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        bound = {
            "viewer": self.id,
            "teaches": list(self.teaches),
            "languages": list(self.languages),
            "application": self.application_id,
            "uses_app": self.uses_app,
        }
        object.__setattr__(self, "parameters", bound)

    @property
    def keeps_courses(self) -> bool:
        """Whether it may bring courses and files, and change what it brought: staff and applications do."""
        return self.role in (Role.STAFF, Role.APPLICATION)

    @property
    def signed_in_id(self) -> str:
        """The viewer's id; `Unauthenticated` for anonymous."""
        if self.id is None:
            raise Unauthenticated("Sign in first: this needs a viewer.")
        return self.id


def teaches(course_id: SQLColumnExpression[Any], role: Role) -> ColumnElement[bool]:
    """Whether the viewer sees all of the course: as one of its team, as its application, as global staff."""
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
    """Whether the course is the application's that asks."""
    courses = Course.__table__
    if course_id is courses.c.id:
        return courses.c.application_id == APPLICATION
    own = exists().where(courses.c.id == course_id, courses.c.application_id == APPLICATION)
    return own.correlate(getattr(course_id, "table", None))


def owns(user_id: SQLColumnExpression[Any], role: Role) -> ColumnElement[bool]:
    """Whether a row is the viewer's own; global staff see everybody's."""
    match role:
        case Role.ANONYMOUS | Role.APPLICATION:
            return false()
        case Role.MEMBER:
            return user_id == VIEWER
        case Role.STAFF:
            return true()


def hashed(secret: str) -> bytes:
    """What is kept of a token's secret."""
    return hashlib.sha256(secret.encode()).digest()


TAUGHT = func.array(
    select(CourseTeacher.course_id).where(CourseTeacher.user_id == User.id).correlate(User).scalar_subquery(),
    type_=ARRAY(Uuid(as_uuid=False)),
)
"""Ids of the courses to whose team a user belongs, in a statement that reads users."""

_authentication = compiled(
    select(Token.hash, User.id, User.is_staff, TAUGHT, Token.id, Token.application_id, Token.scopes)
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


@lru_cache(maxsize=1024)
def accepted_languages(header: str | None) -> tuple[str, ...]:
    """Languages of an `Accept-Language` header in lower case, the most wanted first (RFC 9110, 12.5.4).

    A tag is followed by its shorter forms (RFC 4647, 3.4), and English comes last where nobody asks for it.
    """
    wanted: list[tuple[float, str]] = []
    for part in (header or "")[:500].lower().split(","):
        tag, _, weight = part.partition(";")
        quality = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", weight, re.ASCII)
        if LANGUAGE.fullmatch(tag := tag.strip()):
            wanted.append((float(quality[1]) if quality else 1.0, tag))
    tags = [tag for weight, tag in sorted(wanted, key=lambda pair: -pair[0]) if weight > 0]
    return tuple(dict.fromkeys([*(form for tag in tags for form in _forms(tag)), "en"]))


def _forms(tag: str) -> list[str]:
    parts = tag.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]


async def authenticate(database: Database, authorization: str | None, accept_language: str | None) -> Viewer:
    """The viewer that a request's headers name.

    `Bearer`, `Token token=` and `Legacy-Token token=` carry the same opaque tokens (Xikolo: openHPI's iOS and
    Android apps send the latter two); `Basic` carries the id and secret of an application (SCORM Cloud).
    Invalid credentials raise `Unauthenticated` instead of resulting in an anonymous viewer.
    """
    languages = accepted_languages(accept_language)
    if authorization is None:
        return Viewer(languages=languages)
    if (match := BASIC.fullmatch(authorization)) is not None:
        return await _by_secret(database, match[1], languages)
    if (match := SCHEME.fullmatch(authorization)) is None:
        raise Unauthenticated("Send the token as 'Authorization: Bearer …'.")
    hash_ = hashed(match[1])
    if (found := (await of_tokens(database, {hash_: languages})).get(hash_)) is None:
        raise ended()
    return found


def ended() -> Unauthenticated:
    """What a token that is none, or none any more, amounts to."""
    return Unauthenticated("The token is unknown, expired or revoked.")


def token_hash(authorization: str | None) -> bytes | None:
    """The hash of the opaque token in an `Authorization` header; null where it holds none."""
    match = SCHEME.fullmatch(authorization or "")
    return None if match is None else hashed(match[1])


async def of_tokens(database: Database, languages: Mapping[bytes, Sequence[str]]) -> dict[bytes, Viewer]:
    """The viewers of live tokens by the tokens' hashes; `languages` are what each of them wants."""
    given = {**_authentication.constants, "hashes": list(languages)}
    found = {}
    for hash_, *columns in await database.fetch(_authentication.sql, given):
        user_id, is_staff, courses, token_id, application_id, scopes = columns
        if application_id is None:
            role = Role.STAFF if is_staff else Role.MEMBER
            found[hash_] = Viewer(user_id, role, courses, languages[hash_], token_id)
        else:
            found[hash_] = Viewer(
                role=Role.APPLICATION,
                languages=languages[hash_],
                token_id=token_id,
                application_id=application_id,
                scopes=frozenset(scopes),
            )
    return found


async def _by_secret(database: Database, credentials: str, languages: Sequence[str]) -> Viewer:
    """The application whose id and secret are the user and password of `Basic` credentials (RFC 7617)."""
    try:
        name, _, secret = b64decode(credentials, validate=True).decode().partition(":")
        id_ = str(UUID(name))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        id_, secret = "", ""
    given = {**_application.constants, "id": id_, "hash": hashed(secret)}
    if not id_ or not await database.fetch(_application.sql, given):
        raise Unauthenticated("There is no application of this id and secret.")
    return Viewer(role=Role.APPLICATION, languages=languages, application_id=id_)
