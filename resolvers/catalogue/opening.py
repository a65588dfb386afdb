"""Opening an item: what visiting it and starting its quiz have in common."""

from typing import Any

from sqlalchemy import Row, Select
from sqlalchemy.ext.asyncio import AsyncSession

from models.catalogue.item import Item
from resolvers.access.content import can_open
from resolvers.access.participation import enrolled
from resolvers.access.viewer import Viewer
from resolvers.catalogue.item import ITEM
from resolvers.commands.problem import Refused, UserErrorCode


async def opened(
    session: AsyncSession, viewer: Viewer, wanted: Select[*tuple[Any, ...]], field: str
) -> Row[Any]:
    """The one row of `wanted`, which reads an item by what the input field `field` names.

    Refused as `NOT_FOUND` where the viewer does not know the item, as `NOT_ENROLLED` or `NOT_ACCESSIBLE`
    where they know it and may not open it now.
    """
    role = viewer.role
    asked = wanted.add_columns(
        can_open(Item, role).label("opens"), enrolled(Item.__table__.c.course_id, role).label("takes_part")
    )
    found = await session.execute(asked.where(ITEM.visible(role)), viewer.parameters)
    if (row := found.one_or_none()) is None:
        raise Refused(UserErrorCode.NOT_FOUND, "There is nothing of this id.", field)
    if row.opens:
        return row
    if not row.takes_part:
        raise Refused(UserErrorCode.NOT_ENROLLED, "Take part in the course first.", field)
    raise Refused(UserErrorCode.NOT_ACCESSIBLE, "It cannot be opened now.", field)
