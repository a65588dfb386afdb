"""Visits of users to items: entity, relations and command."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.catalogue.item import Item
from models.events.event import EventKind
from models.learning.visit import Visit
from resolvers.access.viewer import VIEWER, Viewer, owns
from resolvers.catalogue.course import BY_ID as COURSE_BY_ID
from resolvers.catalogue.item import BY_ID as ITEM_BY_ID
from resolvers.catalogue.item import ITEM
from resolvers.catalogue.opening import opened
from resolvers.commands.command import command
from resolvers.commands.problem import UserErrorCode
from resolvers.commands.values import Id
from resolvers.events.event import record
from resolvers.events.happening import Happening
from resolvers.loading.entity import Entity
from resolvers.loading.relation import One

VISIT = Entity(model=Visit, rows=lambda role: owns(Visit.__table__.c.user_id, role), within=("item_id", ITEM))

LAST_OF_VIEWER = One(target=VISIT, by="course_id", only=Visit.user_id == VIEWER, newest="visited_at")
OF_VIEWER = One(target=VISIT, by="item_id", needs=("item_id",), only=Visit.user_id == VIEWER)

VISITED = Happening(
    kinds=frozenset({EventKind.ITEM_VISITED}),
    by="course_id",
    place=COURSE_BY_ID,
    shown=ITEM_BY_ID,
    key="item_id",
    is_own=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitItem:
    """Item that the viewer opens."""

    item_id: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOpened:
    """Item that was opened."""

    item_id: str


@command(UserErrorCode.NOT_FOUND, UserErrorCode.NOT_ENROLLED, UserErrorCode.NOT_ACCESSIBLE)
async def visit_item(session: AsyncSession, viewer: Viewer, given: VisitItem) -> ItemOpened:
    """Record that the viewer opens an item now; the timestamp of the first visit is kept."""
    user_id = viewer.signed_in_id
    item = await opened(session, viewer, select(Item.course_id).where(Item.id == given.item_id), "item_id")
    visit = insert(Visit).values(user_id=user_id, item_id=given.item_id, course_id=item.course_id)
    # Of two concurrent visits the one that started earlier may write last.
    latest = func.greatest(Visit.visited_at, visit.excluded.visited_at)
    again = visit.on_conflict_do_update(index_elements=["user_id", "item_id"], set_={"visited_at": latest})
    await session.execute(again)
    kind = EventKind.ITEM_VISITED
    payload = {"item_id": given.item_id}
    await record(session, kind, given.item_id, course_id=item.course_id, user_id=user_id, payload=payload)
    return ItemOpened(item_id=given.item_id)
