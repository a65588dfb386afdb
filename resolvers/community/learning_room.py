"""Learning rooms: entity, relations, and commands to join and leave."""

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
    """Check whether the viewer is a member of the learning room whose id is in the given column."""
    if role is Role.ANONYMOUS:
        return false()
    own = exists().where(
        LearningRoomMember.learning_room_id == learning_room_id, LearningRoomMember.user_id == VIEWER
    )
    return own.correlate(table_of(learning_room_id))


def _known(role: Role) -> ColumnElement[bool]:
    """Whether the viewer sees the learning room: learners see open ones and their own, teachers all."""
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
    """Learning room with changed members."""

    learning_room_id: str


@command(UserErrorCode.NOT_FOUND)
async def join_learning_room(
    session: AsyncSession, viewer: Viewer, given: JoinLearningRoom
) -> MembershipChanged:
    """Add the viewer to an open learning room; repeating the command changes nothing."""
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
    """Remove the viewer from a learning room; repeating the command changes nothing."""
    user_id = viewer.signed_in_id
    await _find(session, viewer, given.learning_room_id)
    own = delete(LearningRoomMember).where(
        LearningRoomMember.learning_room_id == given.learning_room_id, LearningRoomMember.user_id == user_id
    )
    await session.execute(own)
    return MembershipChanged(learning_room_id=given.learning_room_id)


async def _find(session: AsyncSession, viewer: Viewer, learning_room_id: str) -> None:
    """Refuse a learning room that is not visible to the viewer; viewers may join any visible one."""
    known = select(LearningRoom.id).where(
        LearningRoom.id == learning_room_id, LEARNING_ROOM.visible(viewer.role)
    )
    if await session.scalar(known, viewer.parameters) is None:
        message = "There is no such learning room."
        raise Refused(UserErrorCode.NOT_FOUND, message, "learning_room_id")
