"""Access to course content: the rule that items, sections and contents share."""

from sqlalchemy import ColumnElement, and_, func, or_

from models.catalogue.item import Item
from models.catalogue.section import Section
from resolvers.access.participation import enrolled
from resolvers.access.viewer import Role, teaches
from resolvers.loading.entity import Gate


def is_open(place: type[Item] | type[Section]) -> ColumnElement[bool]:
    """Return whether the content of `place` is open by now for any viewer: by its own and outer dates."""
    table = place.__table__
    return and_(
        or_(table.c.opens_at.is_(None), table.c.opens_at <= func.now()),
        or_(table.c.closes_at.is_(None), table.c.closes_at > func.now()),
    )


def can_open(place: type[Item] | type[Section], role: Role) -> ColumnElement[bool]:
    """Return whether the content of `place` is accessible: published, open by now, in a course of the viewer.

    The course's own start and status are folded into the columns of `place`
    (`resolvers.catalogue.arrangement`). Everything in a course is accessible to its course team.
    """
    table = place.__table__
    open_now = and_(table.c.is_visible, is_open(place), enrolled(table.c.course_id, role))
    return or_(open_now, teaches(table.c.course_id, role))


OPEN_ITEM = Gate("item_id", Item, lambda role: can_open(Item, role))
"""Gate of an item's content."""
