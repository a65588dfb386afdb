"""Who may open the content of a course: the one rule that items, sections and contents share."""

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, or_, select

from models.item import Item
from models.section import Section
from resolvers.course import enrolled
from resolvers.entity import table_of
from resolvers.viewer import Role, teaches


def can_open(place: type[Item] | type[Section], role: Role) -> ColumnElement[bool]:
    """Whether the viewer may open what lies at `place`: published, open by now, in a course they take.

    The course's own start and status are folded into the place's columns (`resolvers.arrangement`). Who
    teaches the course opens everything.
    """
    table = place.__table__
    open_now = and_(
        table.c.is_visible,
        or_(table.c.opens_at.is_(None), table.c.opens_at <= func.now()),
        or_(table.c.closes_at.is_(None), table.c.closes_at > func.now()),
        enrolled(table.c.course_id, role),
    )
    return or_(open_now, teaches(table.c.course_id, role))


def item_opens(item_id: SQLColumnExpression[Any], role: Role) -> ColumnElement[bool]:
    """Whether the viewer may open the item that `item_id`, a column of another table, names."""
    row = select(func.now()).where(Item.id == item_id, can_open(Item, role))
    return row.select_from(Item.__table__).correlate(table_of(item_id)).exists()
