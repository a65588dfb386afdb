"""Access tokens: entity, policy, and the commands that log in, create and revoke."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from models.people.token import Token
from models.people.user import User
from models.postgres.base import new_id
from resolvers.access.password import matches, renewed
from resolvers.access.throttle import log_in_tried
from resolvers.access.viewer import TAUGHT, VIEWER, Role, Viewer, hashed
from resolvers.commands.command import command, command_after
from resolvers.commands.problem import Refused, UserErrorCode
from resolvers.commands.text import is_storable
from resolvers.commands.values import Id
from resolvers.loading.entity import Entity
from resolvers.loading.page import Page
from resolvers.loading.relation import One
from resolvers.loading.sql import compiled
from resolvers.operations.context import Context

OF_HASHING = 100
"""Cost of a login, whose hash keeps a processor busy."""

LONGEST_LABEL = 100
LONGEST_LOGIN = 320
"""Maximum length of an email address: 64 characters before the `@`, 255 after it (RFC 3696, 3)."""


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
    """Token created by a login, and the viewer for the rest of the operation."""

    token_id: str
    secret: str
    viewer: Viewer


@dataclass(frozen=True, slots=True)
class KnownUser:
    """User whose password was checked: `password_hash` as it was then, `renewed` if it is to be replaced."""

    id: str
    password_hash: str
    is_staff: bool
    teaches: Sequence[str]
    renewed: str | None


_LOGIN = bindparam("login", type_=Text)
_known = (User.id, User.password_hash, User.is_staff, TAUGHT, func.lower(_LOGIN))
_named = select(literal(1).label("one")).subquery()
_by_email = compiled(
    select(*_known).select_from(_named.outerjoin(User, func.lower(User.email) == func.lower(_LOGIN)))
)
_by_name = compiled(select(*_known).select_from(_named.outerjoin(User, User.username == _LOGIN)))


async def _checked(context: Context, given: LogIn) -> KnownUser | None:
    """Return the user of a login if the password matches; the attempt counts in any case.

    The row is read, and its connection returned, before the password is hashed.
    """
    login = given.login if is_storable(given.login, LONGEST_LOGIN) else ""
    rows = await context.fetch(_by_email if "@" in login else _by_name, {"login": login})
    id_, kept, is_staff, teaches, lower = rows[0]
    await log_in_tried(context, id_, lower)
    is_right = await matches(kept, given.password)
    if not is_right:
        return None
    return KnownUser(id_, kept, is_staff, teaches, await renewed(kept, given.password))


@command_after(
    _checked, UserErrorCode.INVALID_CREDENTIALS, is_open=True, holds_secret=True, weight=OF_HASHING
)
async def log_in(session: AsyncSession, viewer: Viewer, given: LogIn, user: KnownUser | None) -> LoggedIn:
    """Create a token for the user whose email address or user name is `login`, if the password matches.

    A `login` with an `@` is an email address, any other a user name: a user cannot block the login of
    another user by choosing that user's address as a name. Also returns the new viewer, who reads the
    payload. The duration does not depend on whether the user exists.
    """
    if user is None:
        raise _wrong()
    unchanged = and_(User.id == user.id, User.password_hash == user.password_hash)
    made = await _add(session, user.id, "Log-in", None, only_if=exists().where(unchanged))
    if made is None:
        raise _wrong()
    if user.renewed is not None:
        await session.execute(update(User).where(unchanged).values(password_hash=user.renewed))
    role = Role.STAFF if user.is_staff else Role.MEMBER
    languages, key = viewer.languages, hashed(made.secret)
    known_now = Viewer(user.id, role, user.teaches, languages, made.token_id, token_hash=key)
    return LoggedIn(token_id=made.token_id, secret=made.secret, viewer=known_now)


def _wrong() -> Refused:
    return Refused(UserErrorCode.INVALID_CREDENTIALS, "User name or password is wrong.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateToken:
    """Input of `create_token`; without `expires_at` the token does not expire."""

    label: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCreated:
    """Id and secret of the created token."""

    token_id: str
    secret: str


@command(UserErrorCode.INVALID_INPUT, holds_secret=True)
async def create_token(session: AsyncSession, viewer: Viewer, given: CreateToken) -> TokenCreated:
    """Create another token for the viewer, such as for an API client."""
    user_id, label = viewer.signed_in_id, given.label.strip()
    if not label or not is_storable(label, LONGEST_LABEL):
        message = f"A label is plain text of 1 to {LONGEST_LABEL} characters."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "label")
    if given.expires_at is not None:
        await _refuse_past(session, given.expires_at)
    made = await _add(session, user_id, label, given.expires_at)
    assert made is not None  # noqa: S101 (it has no condition)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeToken:
    """Input of `revoke_token`."""

    token_id: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked:
    """Id of the revoked token."""

    revoked_id: str


@command(UserErrorCode.NOT_FOUND)
async def revoke_token(session: AsyncSession, viewer: Viewer, given: RevokeToken) -> TokenRevoked:
    """Revoke an active token of the viewer from the next request on."""
    own = update(Token).where(Token.id == given.token_id, Token.user_id == viewer.signed_in_id, _is_live())
    revoked_id = await session.scalar(own.values(revoked_at=func.now()).returning(Token.id))
    if revoked_id is None:
        raise Refused(UserErrorCode.NOT_FOUND, "You have no active token with this id.", "token_id")
    return TokenRevoked(revoked_id=revoked_id)


async def _refuse_past(session: AsyncSession, moment: datetime) -> None:
    """Raise `Refused` unless `moment` is in the future."""
    if not await session.scalar(select(literal(moment) > func.now())):
        raise Refused(
            UserErrorCode.INVALID_INPUT, "The expiration timestamp must be in the future.", "expires_at"
        )


async def _add(
    session: AsyncSession,
    user_id: str,
    label: str,
    expires_at: datetime | None,
    only_if: ColumnElement[bool] | None = None,
) -> TokenCreated | None:
    """Create a token with a secret; only the hash of the secret is stored. Null if a condition does not hold.

    The secret is hexadecimal because openHPI's apps accept no other form (Xikolo: Authorization).
    """
    token_id, secret = new_id(), secrets.token_hex(32)
    values = {
        Token.id: token_id,
        Token.user_id: user_id,
        Token.hash: hashed(secret),
        Token.label: label,
        Token.expires_at: expires_at,
    }
    row = select(*(literal(value, column.type) for column, value in values.items()))
    if only_if is not None:
        row = row.where(only_if)
    added = insert(Token).from_select([column.key for column in values], row).returning(Token.id)
    if await session.scalar(added) is None:
        return None
    return TokenCreated(token_id=token_id, secret=secret)
