"""Applications: as the graph reads them, and how they come by secrets and tokens."""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, false, func, insert, true
from sqlalchemy.ext.asyncio import AsyncSession

from models.people.application import Application
from models.people.token import Token
from models.postgres.base import new_id
from resolvers.access.scope import FORM, Verb, needs
from resolvers.access.viewer import APPLICATION as ASKING
from resolvers.access.viewer import Role, Viewer, hashed
from resolvers.commands.idempotent_write import tells_secret
from resolvers.commands.text import is_storable
from resolvers.loading.entity import Entity
from resolvers.loading.page import Page
from resolvers.loading.relation import One
from resolvers.operations.errors import Refused, Unauthenticated, UserErrorCode

LONGEST_NAME = 100
TOKEN_LIFE = 3600
"""Seconds for which a token holds where nobody says for how long."""

LONGEST_LIFE = 366 * 24 * 3600


def _known(role: Role) -> ColumnElement[bool]:
    """An application knows itself, staff know all."""
    if role is Role.APPLICATION:
        return Application.id == ASKING
    return true() if role is Role.STAFF else false()


APPLICATION = Entity(
    model=Application, rows=_known, orders={"CREATED_AT": (lambda _: Application.created_at,)}
)

BY_ID = One(target=APPLICATION, needs=("application_id",))
ALL = Page(target=APPLICATION, order="CREATED_AT")


@tells_secret
async def create_application(session: AsyncSession, viewer: Viewer, name: str) -> dict[str, Any]:
    """Make an application, and its secret, of which only a hash is kept."""
    if viewer.role is not Role.STAFF:
        raise Refused(UserErrorCode.NOT_ACCESSIBLE, "Only staff make applications.")
    name = name.strip()
    if not name or not is_storable(name, LONGEST_NAME):
        message = f"A name is plain text of 1 to {LONGEST_NAME} characters."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "name")
    id_, secret = new_id(), secrets.token_urlsafe(32)
    await session.execute(insert(Application).values(id=id_, name=name, secret_hash=hashed(secret)))
    return {"application_id": id_, "secret": secret}


@tells_secret
@needs(Verb.READ)
async def create_application_token(
    session: AsyncSession, viewer: Viewer, scope: str, expires_in: int = TOKEN_LIFE
) -> dict[str, Any]:
    """Make a token of an application that signed in by its secret (RFC 6749, 4.4); drop its expired ones.

    `scope` is a list between spaces, `expires_in` seconds.
    """
    if viewer.application_id is None or viewer.scopes is not None:
        raise Unauthenticated("Sign in with the id and secret of an application.")
    if FORM.fullmatch(scope) is None:
        message = "Give scopes such as 'read' or 'write:course', a space between them."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "scope")
    if not 0 < expires_in <= LONGEST_LIFE:
        message = f"A token holds for 1 to {LONGEST_LIFE} seconds."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "expiresIn")
    own = delete(Token).where(Token.application_id == viewer.application_id)
    await session.execute(own.where(Token.expires_at <= func.now()))
    secret = secrets.token_hex(32)
    await session.execute(
        insert(Token).values(
            id=new_id(),
            application_id=viewer.application_id,
            hash=hashed(secret),
            label="Client credentials",
            scopes=scope.split(),
            expires_at=func.now() + timedelta(seconds=expires_in),
        )
    )
    return {"application_id": viewer.application_id, "secret": secret, "expires_in": expires_in}
