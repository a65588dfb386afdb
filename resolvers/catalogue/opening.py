"""Access check for opening an item, shared by visiting an item and starting its quiz."""

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
    """Return the only row of `wanted`, which selects an item by the id in the input field `field`.

    Refused with `NOT_FOUND` if the item is not visible to the viewer, with `NOT_ENROLLED` or
    `NOT_ACCESSIBLE` if the item is visible but not accessible now.
    """
    role = viewer.role
    asked = wanted.add_columns(
        can_open(Item, role).label("opens"), enrolled(Item.__table__.c.course_id, role).label("takes_part")
    )
    found = await session.execute(asked.where(ITEM.visible(role)), viewer.parameters)
    if (row := found.one_or_none()) is None:
        raise Refused(UserErrorCode.NOT_FOUND, "Nothing with this id is visible to you.", field)
    if row.opens:
        return row
    if not row.takes_part:
        raise Refused(UserErrorCode.NOT_ENROLLED, "Enroll in the course first.", field)
    raise Refused(UserErrorCode.NOT_ACCESSIBLE, "The item is not accessible now.", field)
