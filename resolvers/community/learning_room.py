"""Learning rooms as the graph reads them, and as learners join and leave them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, delete, exists, false, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.community.learning_room import LearningRoom, LearningRoomMember
from resolvers.access.participation import enrolled
from resolvers.access.viewer import VIEWER, Role, Viewer, teaches
from resolvers.catalogue.course import COURSE
from resolvers.commands.command import command
from resolvers.commands.problem import Refused, UserErrorCode
from resolvers.commands.values import Id
from resolvers.loading.entity import Entity, table_of
from resolvers.loading.page import Page
from resolvers.loading.relation import One


def joined(learning_room_id: SQLColumnExpression[Any], role: Role) -> ColumnElement[bool]:
    """Whether the viewer is a member of the learning room that a column names."""
    if role is Role.ANONYMOUS:
        return false()
    own = exists().where(
        LearningRoomMember.learning_room_id == learning_room_id, LearningRoomMember.user_id == VIEWER
    )
    return own.correlate(table_of(learning_room_id))


def _known(role: Role) -> ColumnElement[bool]:
    """An open one is known to who takes the course, another to its members."""
    rooms = LearningRoom.__table__.c
    shown = or_(rooms.is_open, joined(rooms.id, role))
    return or_(and_(enrolled(rooms.course_id, role), shown), teaches(rooms.course_id, role))


def _members(_: Role) -> SQLColumnExpression[int]:
    count = select(func.count()).where(LearningRoomMember.learning_room_id == LearningRoom.id)
    return count.correlate(LearningRoom.__table__).scalar_subquery()


LEARNING_ROOM = Entity(
    model=LearningRoom,
    rows=_known,
    within=("course_id", COURSE),
    expressions={
        "member_count": _members,
        "viewer_is_member": lambda role: joined(LearningRoom.__table__.c.id, role),
    },
    filters={
        "course": lambda value: LearningRoom.course_id == value,
        "viewer_is_member": lambda value: joined(LearningRoom.__table__.c.id, Role.MEMBER) == value,
    },
    orders={"NAME": (lambda _: LearningRoom.name,)},
)

ALL = Page(target=LEARNING_ROOM, order="NAME")
OF_COURSE = Page(target=LEARNING_ROOM, by="course_id", order="NAME", of=COURSE)
BY_ID = One(target=LEARNING_ROOM, needs=("learning_room_id",))


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinLearningRoom:
    """Learning room to join."""

    learning_room_id: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipChanged:
    """Learning room whose members changed."""

    learning_room_id: str


@command(UserErrorCode.NOT_FOUND)
async def join_learning_room(
    session: AsyncSession, viewer: Viewer, given: JoinLearningRoom
) -> MembershipChanged:
    """Become a member of an open learning room; done again it changes nothing."""
    user_id = viewer.signed_in_id
    await _find(session, viewer, given.learning_room_id)
    member = insert(LearningRoomMember).values(learning_room_id=given.learning_room_id, user_id=user_id)
    await session.execute(member.on_conflict_do_nothing())
    return MembershipChanged(learning_room_id=given.learning_room_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveLearningRoom:
    """Learning room to leave."""

    learning_room_id: Id


@command(UserErrorCode.NOT_FOUND)
async def leave_learning_room(
    session: AsyncSession, viewer: Viewer, given: LeaveLearningRoom
) -> MembershipChanged:
    """Be a member no more; done again it changes nothing."""
    user_id = viewer.signed_in_id
    await _find(session, viewer, given.learning_room_id)
    own = delete(LearningRoomMember).where(
        LearningRoomMember.learning_room_id == given.learning_room_id, LearningRoomMember.user_id == user_id
    )
    await session.execute(own)
    return MembershipChanged(learning_room_id=given.learning_room_id)


async def _find(session: AsyncSession, viewer: Viewer, learning_room_id: str) -> None:
    """Refuse a learning room that the viewer does not know; whoever knows it may be in it."""
    known = select(LearningRoom.id).where(
        LearningRoom.id == learning_room_id, LEARNING_ROOM.visible(viewer.role)
    )
    if await session.scalar(known, viewer.parameters) is None:
        message = "There is no such learning room."
        raise Refused(UserErrorCode.NOT_FOUND, message, "learning_room_id")
