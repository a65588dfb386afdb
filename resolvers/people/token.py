"""Access tokens: as the graph reads them, and how they are gained and given up."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.people.token import Token
from models.people.user import User
from models.postgres.base import new_id
from resolvers.access.password import matches, renewed
from resolvers.access.scope import open_to_all
from resolvers.access.throttle import log_in_tried, throttled
from resolvers.access.viewer import TAUGHT, VIEWER, Role, Viewer, hashed
from resolvers.commands.idempotent_write import tells_secret
from resolvers.commands.text import is_storable
from resolvers.loading.entity import Entity
from resolvers.loading.page import Page
from resolvers.loading.relation import One
from resolvers.operations.errors import Refused, UserErrorCode

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


@tells_secret
@open_to_all
@throttled(log_in_tried)
async def log_in(session: AsyncSession, viewer: Viewer, login: str, password: str) -> dict[str, Any]:
    """Make a token for who knows the password of `login`, an address for mail or else a user name.

    Which of the two, its `@` tells: no user can block another's log-in by a name that is the other's
    address. Answers the new viewer too, as whom the payload is read. Takes the same time whether or not
    there is such a user.
    """
    login = login if is_storable(login, LONGEST_LOGIN) else ""
    by = func.lower(User.email) == func.lower(login) if "@" in login else User.username == login
    known = select(User.id, User.password_hash, User.is_staff, TAUGHT.label("teaches")).where(by)
    user = (await session.execute(known)).one_or_none()
    is_right = await matches(user.password_hash if user else None, password)
    if user is None or not is_right:
        raise Refused(UserErrorCode.INVALID_CREDENTIALS, "Name and password do not belong together.")
    if (hash_ := await renewed(user.password_hash, password)) is not None:
        await session.execute(update(User).where(User.id == user.id).values(password_hash=hash_))
    made = await _add(session, user.id, "Log-in", None)
    role = Role.STAFF if user.is_staff else Role.MEMBER
    return {**made, "viewer": Viewer(user.id, role, user.teaches, viewer.languages, made["token_id"])}


@tells_secret
async def create_token(
    session: AsyncSession, viewer: Viewer, label: str, expires_at: datetime | None = None
) -> dict[str, Any]:
    """Make another token for the viewer, such as for a program of theirs."""
    user_id, label = viewer.signed_in_id, label.strip()
    if not label or not is_storable(label, LONGEST_LABEL):
        message = f"A label is plain text of 1 to {LONGEST_LABEL} characters."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "label")
    if expires_at is not None:
        await _refuse_past(session, expires_at)
    return await _add(session, user_id, label, expires_at)


async def revoke_token(session: AsyncSession, viewer: Viewer, token_id: str) -> dict[str, Any]:
    """Make a live token of the viewer worthless from the next request on."""
    own = update(Token).where(Token.id == token_id, Token.user_id == viewer.signed_in_id, _is_live())
    revoked_id = await session.scalar(own.values(revoked_at=func.now()).returning(Token.id))
    if revoked_id is None:
        raise Refused(UserErrorCode.NOT_FOUND, "There is no such token of yours.", "tokenId")
    return {"revoked_id": revoked_id}


async def _refuse_past(session: AsyncSession, moment: datetime) -> None:
    """Refused unless `moment` is still to come."""
    if not await session.scalar(select(literal(moment) > func.now())):
        raise Refused(UserErrorCode.INVALID_INPUT, "A token cannot have expired already.", "expiresAt")


async def _add(
    session: AsyncSession, user_id: str, label: str, expires_at: datetime | None
) -> dict[str, Any]:
    """A new token, and its secret, of which only a hash is kept.

    The secret is hexadecimal, as the apps of openHPI take no other (000: Authorization).
    """
    token_id, secret = new_id(), secrets.token_hex(32)
    await session.execute(
        insert(Token).values(
            id=token_id, user_id=user_id, hash=hashed(secret), label=label, expires_at=expires_at
        )
    )
    return {"token_id": token_id, "secret": secret}
