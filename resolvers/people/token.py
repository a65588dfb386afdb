"""Access tokens: as the graph reads them, and how they are gained and given up."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.people.token import Token
from models.people.user import User
from models.postgres.base import new_id
from resolvers.access.password import matches, renewed
from resolvers.access.throttle import log_in_tried
from resolvers.access.viewer import TAUGHT, VIEWER, Role, Viewer, hashed
from resolvers.commands.command import command
from resolvers.commands.problem import Refused, UserErrorCode
from resolvers.commands.text import is_storable
from resolvers.commands.values import Id
from resolvers.loading.entity import Entity
from resolvers.loading.page import Page
from resolvers.loading.relation import One
from resolvers.operations.context import Context

LONGEST_LABEL = 100
LONGEST_LOGIN = 320
"""Characters that an address for mail can have: 64 before its `@`, 255 after it (RFC 3696, 3)."""


def _is_live() -> ColumnElement[bool]:
    return and_(
        Token.revoked_at.is_(None),
        or_(Token.expires_at.is_(None), Token.expires_at > func.now()),
    )


TOKEN = Entity(
    model=Token,
    rows=lambda _: and_(Token.user_id == VIEWER, _is_live()),
)

OF_USER = Page(target=TOKEN, by="user_id")
BY_ID = One(target=TOKEN, needs=("token_id",))


@dataclass(frozen=True, slots=True, kw_only=True)
class LogIn:
    """Credentials of a user."""

    login: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """Token of a log-in, and the viewer from then on."""

    token_id: str
    secret: str
    viewer: Viewer


async def _tried(context: Context, given: LogIn) -> None:
    await log_in_tried(context, given.login)


@command(UserErrorCode.INVALID_CREDENTIALS, is_open=True, holds_secret=True, guard=_tried)
async def log_in(session: AsyncSession, viewer: Viewer, given: LogIn) -> LoggedIn:
    """Make a token for who knows the password of `login`, an address for mail or else a user name.

    Which of the two, its `@` tells: no user can block another's log-in by a name that is the other's
    address. Answers the new viewer too, as whom the payload is read. Takes the same time whether or not
    there is such a user.
    """
    login = given.login if is_storable(given.login, LONGEST_LOGIN) else ""
    by = func.lower(User.email) == func.lower(login) if "@" in login else User.username == login
    known = select(User.id, User.password_hash, User.is_staff, TAUGHT.label("teaches")).where(by)
    user = (await session.execute(known)).one_or_none()
    is_right = await matches(user.password_hash if user else None, given.password)
    if user is None or not is_right:
        raise Refused(UserErrorCode.INVALID_CREDENTIALS, "Name and password do not belong together.")
    if (hash_ := await renewed(user.password_hash, given.password)) is not None:
        await session.execute(update(User).where(User.id == user.id).values(password_hash=hash_))
    made = await _add(session, user.id, "Log-in", None)
    role = Role.STAFF if user.is_staff else Role.MEMBER
    known_now = Viewer(user.id, role, user.teaches, viewer.languages, made.token_id)
    return LoggedIn(token_id=made.token_id, secret=made.secret, viewer=known_now)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateToken:
    """Token to make; it does not expire without `expires_at`."""

    label: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCreated:
    """Token and its secret."""

    token_id: str
    secret: str


@command(UserErrorCode.INVALID_INPUT, holds_secret=True)
async def create_token(session: AsyncSession, viewer: Viewer, given: CreateToken) -> TokenCreated:
    """Make another token for the viewer, such as for a program of theirs."""
    user_id, label = viewer.signed_in_id, given.label.strip()
    if not label or not is_storable(label, LONGEST_LABEL):
        message = f"A label is plain text of 1 to {LONGEST_LABEL} characters."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "label")
    if given.expires_at is not None:
        await _refuse_past(session, given.expires_at)
    return await _add(session, user_id, label, given.expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeToken:
    """Token to revoke."""

    token_id: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked:
    """Id of the revoked token."""

    revoked_id: str


@command(UserErrorCode.NOT_FOUND)
async def revoke_token(session: AsyncSession, viewer: Viewer, given: RevokeToken) -> TokenRevoked:
    """Make a live token of the viewer worthless from the next request on."""
    own = update(Token).where(Token.id == given.token_id, Token.user_id == viewer.signed_in_id, _is_live())
    revoked_id = await session.scalar(own.values(revoked_at=func.now()).returning(Token.id))
    if revoked_id is None:
        raise Refused(UserErrorCode.NOT_FOUND, "There is no such token of yours.", "token_id")
    return TokenRevoked(revoked_id=revoked_id)


async def _refuse_past(session: AsyncSession, moment: datetime) -> None:
    """Refused unless `moment` is still to come."""
    if not await session.scalar(select(literal(moment) > func.now())):
        raise Refused(UserErrorCode.INVALID_INPUT, "A token cannot have expired already.", "expires_at")


async def _add(session: AsyncSession, user_id: str, label: str, expires_at: datetime | None) -> TokenCreated:
    """A new token, and its secret, of which only a hash is kept.

    The secret is hexadecimal, as the apps of openHPI take no other (Xikolo: Authorization).
    """
    token_id, secret = new_id(), secrets.token_hex(32)
    await session.execute(
        insert(Token).values(
            id=token_id, user_id=user_id, hash=hashed(secret), label=label, expires_at=expires_at
        )
    )
    return TokenCreated(token_id=token_id, secret=secret)
