"""Applications: entity, policy, and commands that create secrets and tokens."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, false, func, insert, true
from sqlalchemy.ext.asyncio import AsyncSession

from models.people.application import Application
from models.people.token import Token
from models.postgres.base import new_id
from resolvers.access.scope import FORM, Verb
from resolvers.access.viewer import APPLICATION as ASKING
from resolvers.access.viewer import Role, Viewer, hashed
from resolvers.commands.command import command
from resolvers.commands.problem import Refused, UserErrorCode
from resolvers.commands.text import is_storable
from resolvers.loading.entity import Entity
from resolvers.loading.page import Page
from resolvers.loading.relation import One
from resolvers.operations.errors import Unauthenticated

LONGEST_NAME = 100
TOKEN_LIFE = 3600
"""Default lifetime of a token in seconds."""

LONGEST_LIFE = 366 * 24 * 3600


def _known(role: Role) -> ColumnElement[bool]:
    """Check that the viewer is the application itself, or staff."""
    if role is Role.APPLICATION:
        return Application.id == ASKING
    return true() if role is Role.STAFF else false()


APPLICATION = Entity(
    model=Application, rows=_known, orders={"CREATED_AT": (lambda _: Application.created_at,)}
)

BY_ID = One(target=APPLICATION, needs=("application_id",))
ALL = Page(target=APPLICATION, order="CREATED_AT")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateApplication:
    """Input of `create_application`."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationCreated:
    """Id and secret of the created application."""

    application_id: str
    secret: str


@command(UserErrorCode.NOT_ACCESSIBLE, UserErrorCode.INVALID_INPUT, holds_secret=True)
async def create_application(
    session: AsyncSession, viewer: Viewer, given: CreateApplication
) -> ApplicationCreated:
    """Create an application with a secret; only the hash of the secret is stored."""
    name = given.name
    if viewer.role is not Role.STAFF:
        raise Refused(UserErrorCode.NOT_ACCESSIBLE, "Only staff may create applications.")
    name = name.strip()
    if not name or not is_storable(name, LONGEST_NAME):
        message = f"A name is plain text of 1 to {LONGEST_NAME} characters."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "name")
    id_, secret = new_id(), secrets.token_urlsafe(32)
    await session.execute(insert(Application).values(id=id_, name=name, secret_hash=hashed(secret)))
    return ApplicationCreated(application_id=id_, secret=secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateApplicationToken:
    """Input of `create_application_token`: scopes separated by spaces, lifetime in seconds."""

    scope: str
    expires_in: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationTokenCreated:
    """Owner, secret and lifetime in seconds of the created token."""

    application_id: str
    secret: str
    expires_in: int


@command(UserErrorCode.INVALID_INPUT, verb=Verb.READ, holds_secret=True)
async def create_application_token(
    session: AsyncSession, viewer: Viewer, given: CreateApplicationToken
) -> ApplicationTokenCreated:
    """Create a token for an application that signed in with its secret (RFC 6749, 4.4).

    Deletes the application's expired tokens.
    """
    if viewer.application_id is None or viewer.scopes is not None:
        raise Unauthenticated("Sign in with the id and secret of an application.")
    if FORM.fullmatch(given.scope) is None:
        message = "Give scopes such as 'read' or 'write:course', separated by spaces."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "scope")
    expires_in = TOKEN_LIFE if given.expires_in is None else given.expires_in
    if not 0 < expires_in <= LONGEST_LIFE:
        message = f"A token is valid for 1 to {LONGEST_LIFE} seconds."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "expires_in")
    own = delete(Token).where(Token.application_id == viewer.application_id)
    await session.execute(own.where(Token.expires_at <= func.now()))
    secret = secrets.token_hex(32)
    await session.execute(
        insert(Token).values(
            id=new_id(),
            application_id=viewer.application_id,
            hash=hashed(secret),
            label="Client credentials",
            scopes=given.scope.split(),
            expires_at=func.now() + timedelta(seconds=expires_in),
        )
    )
    return ApplicationTokenCreated(application_id=viewer.application_id, secret=secret, expires_in=expires_in)
