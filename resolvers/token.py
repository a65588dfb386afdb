"""Access tokens as the graph reads them."""

from sqlalchemy import and_, func, or_

from models.token import Token
from resolvers.entity import Entity
from resolvers.page import Page
from resolvers.relation import One
from resolvers.viewer import VIEWER

TOKEN = Entity(
    model=Token,
    rows=lambda _: and_(
        Token.user_id == VIEWER,
        Token.revoked_at.is_(None),
        or_(Token.expires_at.is_(None), Token.expires_at > func.now()),
    ),
)

OF_USER = Page(target=TOKEN, by="user_id")
BY_ID = One(target=TOKEN, needs=("token_id",))
