"""Topics and comments: entities, relations, and the commands that create them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.catalogue.course import Course
from models.catalogue.item import Item
from models.community.learning_room import LearningRoom
from models.community.topic import Comment, Topic
from models.people.user import User
from models.postgres.base import new_id
from resolvers.access.participation import enrolled
from resolvers.access.viewer import Role, Viewer, teaches
from resolvers.catalogue.course import COURSE
from resolvers.catalogue.item import ITEM
from resolvers.commands.command import command
from resolvers.commands.problem import Problems, Refused, UserErrorCode
from resolvers.commands.text import is_storable
from resolvers.commands.values import Id, Markdown
from resolvers.community.learning_room import LEARNING_ROOM, joined
from resolvers.loading.entity import Entity, everyone
from resolvers.loading.page import Page
from resolvers.loading.relation import One

LONGEST_TITLE = 300
LONGEST_TEXT = 20_000


def _known(role: Role) -> ColumnElement[bool]:
    """Whether the viewer sees the topic: learners and teachers of the course do.

    In a learning room only those learners who are members do; a topic about an item is hidden with the item.
    """
    topics = Topic.__table__.c
    within = or_(topics.learning_room_id.is_(None), joined(topics.learning_room_id, role))
    about = or_(topics.item_id.is_(None), _shown(topics.item_id, role))
    return or_(and_(enrolled(topics.course_id, role), within, about), teaches(topics.course_id, role))


def _shown(item_id: SQLColumnExpression[Any], role: Role) -> ColumnElement[bool]:
    """Whether a topic's item is visible; the topic's own policy covers the course of both."""
    shown = select(ITEM.visible(role, COURSE)).select_from(Item.__table__).where(Item.id == item_id)
    return shown.correlate(Topic.__table__).scalar_subquery()


def _comments(_: Role) -> SQLColumnExpression[int]:
    count = select(func.count()).select_from(Comment.__table__).where(Comment.topic_id == Topic.id)
    return count.correlate(Topic.__table__).scalar_subquery()


def _author(of: type[Topic] | type[Comment]) -> SQLColumnExpression[str]:
    """Select the author's display name, the only data of an author that every reader sees."""
    name = select(User.name).where(User.id == of.__table__.c.user_id)
    return name.correlate(of.__table__).scalar_subquery()


TOPIC = Entity(
    model=Topic,
    rows=_known,
    within=("course_id", COURSE),
    expressions={"comment_count": _comments, "author_name": lambda _: _author(Topic)},
    filters={
        "course": lambda value: Topic.course_id == value,
        "item": lambda value: Topic.item_id == value,
        "learning_room": lambda value: Topic.learning_room_id == value,
        "is_closed": lambda value: Topic.is_closed == value,
    },
    orders={"CREATED_AT": (lambda _: Topic.created_at,)},
)

COMMENT = Entity(
    model=Comment,
    rows=everyone,
    within=("topic_id", TOPIC),
    expressions={"author_name": lambda _: _author(Comment)},
    orders={"CREATED_AT": (lambda _: Comment.created_at,)},
)

ALL = Page(target=TOPIC, order="CREATED_AT", descending=True)
OF_COURSE = Page(target=TOPIC, by="course_id", order="CREATED_AT", descending=True, of=COURSE)
OF_ITEM = Page(target=TOPIC, by="item_id", order="CREATED_AT", descending=True)
OF_LEARNING_ROOM = Page(target=TOPIC, by="learning_room_id", order="CREATED_AT", descending=True)
BY_ID = One(target=TOPIC, needs=("topic_id",))
COMMENTS = Page(target=COMMENT, by="topic_id", order="CREATED_AT", of=TOPIC)
COMMENT_BY_ID = One(target=COMMENT, needs=("comment_id",))


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTopic:
    """Topic to create; `video_position` is in seconds."""

    course_id: Id
    title: str
    text: Markdown
    item_id: Id | None = None
    learning_room_id: Id | None = None
    video_position: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicCreated:
    """Id of the created topic."""

    topic_id: str


@command(UserErrorCode.NOT_FOUND, UserErrorCode.NOT_ENROLLED, UserErrorCode.INVALID_INPUT)
async def create_topic(session: AsyncSession, viewer: Viewer, given: CreateTopic) -> TopicCreated:
    """Create a topic in a course the viewer takes or teaches, or in one of its learning rooms."""
    user_id, role = viewer.signed_in_id, viewer.role
    problems = Problems()
    _check(problems, given.title, LONGEST_TITLE, "title")
    _check(problems, given.text, LONGEST_TEXT, "text")
    if given.video_position is not None and not 0 <= given.video_position < float("inf"):
        problems.invalid("Give the position in seconds from the start of the video.", "video_position")
    problems.refuse()
    courses = Course.__table__.c
    takes_part = or_(enrolled(courses.id, role), teaches(courses.id, role))
    in_item = select(Item.id).where(
        Item.id == given.item_id, Item.course_id == given.course_id, ITEM.visible(role)
    )
    in_room = select(LearningRoom.id).where(
        LearningRoom.id == given.learning_room_id,
        LearningRoom.course_id == given.course_id,
        LEARNING_ROOM.visible(role),
        or_(joined(LearningRoom.__table__.c.id, role), teaches(LearningRoom.__table__.c.course_id, role)),
    )
    known = select(
        takes_part.label("takes_part"),
        in_item.scalar_subquery().label("item_id"),
        in_room.scalar_subquery().label("learning_room_id"),
    ).where(courses.id == given.course_id, COURSE.visible(role))
    place = (await session.execute(known, viewer.parameters)).one_or_none()
    if place is None:
        raise Refused(UserErrorCode.NOT_FOUND, "There is no such course.", "course_id")
    if not place.takes_part:
        raise Refused(UserErrorCode.NOT_ENROLLED, "Enroll in the course first.", "course_id")
    if place.item_id != given.item_id:
        raise Refused(UserErrorCode.NOT_FOUND, "The course has no such item.", "item_id")
    if place.learning_room_id != given.learning_room_id:
        message = "You have no learning room with this id in the course."
        raise Refused(UserErrorCode.NOT_FOUND, message, "learning_room_id")
    topic_id = new_id()
    await session.execute(
        insert(Topic).values(
            id=topic_id,
            course_id=given.course_id,
            item_id=given.item_id,
            learning_room_id=given.learning_room_id,
            user_id=user_id,
            title=given.title.strip(),
            text=given.text,
            video_position=given.video_position,
        )
    )
    return TopicCreated(topic_id=topic_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateComment:
    """Comment to add to a topic."""

    topic_id: Id
    text: Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentCreated:
    """Ids of the created comment and its topic."""

    comment_id: str
    topic_id: str


@command(UserErrorCode.NOT_FOUND, UserErrorCode.NOT_ACCESSIBLE, UserErrorCode.INVALID_INPUT)
async def create_comment(session: AsyncSession, viewer: Viewer, given: CreateComment) -> CommentCreated:
    """Create a comment on a topic that is not closed."""
    user_id = viewer.signed_in_id
    problems = Problems()
    _check(problems, given.text, LONGEST_TEXT, "text")
    problems.refuse()
    wanted = select(Topic.is_closed).where(Topic.id == given.topic_id, TOPIC.visible(viewer.role))
    is_closed = await session.scalar(wanted.with_for_update(read=True, of=Topic), viewer.parameters)
    if is_closed is None:
        raise Refused(UserErrorCode.NOT_FOUND, "There is no such topic.", "topic_id")
    if is_closed:
        raise Refused(UserErrorCode.NOT_ACCESSIBLE, "The topic is closed.", "topic_id")
    comment_id = new_id()
    await session.execute(
        insert(Comment).values(id=comment_id, topic_id=given.topic_id, user_id=user_id, text=given.text)
    )
    return CommentCreated(comment_id=comment_id, topic_id=given.topic_id)


def _check(problems: Problems, text: str, longest: int, field: str) -> None:
    if not text.strip() or not is_storable(text, longest):
        problems.invalid(f"Give plain text of 1 to {longest} characters.", field)
