"""Announcements: entity, relations, their publication events, and the command that marks one as seen."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    any_,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.community.announcement import Announcement, AnnouncementVisit
from models.events.event import CHANNEL, EventKind, StoredEvent
from models.postgres.database import Database
from resolvers.access.participation import enrolled_courses
from resolvers.access.viewer import TEACHES, VIEWER, Role, Viewer, teaches
from resolvers.catalogue.course import BY_ID as COURSE_BY_ID
from resolvers.catalogue.course import COURSE, FOREVER
from resolvers.commands.command import command
from resolvers.commands.problem import Refused, UserErrorCode
from resolvers.commands.values import Id
from resolvers.events.happening import Happening
from resolvers.loading.entity import Entity, translated
from resolvers.loading.page import Page
from resolvers.loading.relation import One
from resolvers.loading.sql import SqlStatement, compiled, interval


def _published(role: Role) -> ColumnElement[bool]:
    """Whether the viewer sees the announcement; the course team sees drafts, staff see global drafts."""
    course_id = Announcement.__table__.c.course_id
    if role is Role.STAFF:
        return true()
    shown = or_(course_id.is_(None), COURSE.holds(course_id, role))
    return or_(and_(Announcement.published_at <= func.now(), shown), teaches(course_id, role))


def _visited(role: Role) -> ColumnElement[bool]:
    if role in (Role.ANONYMOUS, Role.APPLICATION):
        return false()
    own = exists().where(
        AnnouncementVisit.announcement_id == Announcement.id, AnnouncementVisit.user_id == VIEWER
    )
    return own.correlate(Announcement.__table__)


ANNOUNCEMENT = Entity(
    model=Announcement,
    rows=_published,
    expressions={
        "title": lambda _: func.coalesce(translated(Announcement.title), ""),
        "text": lambda _: func.coalesce(translated(Announcement.text), ""),
        "viewer_has_visited": _visited,
    },
    filters={
        "course": lambda value: Announcement.course_id == value,
        "course_or_global": lambda value: or_(
            Announcement.course_id == value, Announcement.course_id.is_(None)
        ),
        "is_for_viewer": lambda value: (
            or_(
                Announcement.course_id.is_(None),
                Announcement.course_id.in_(enrolled_courses()),
                func.coalesce(Announcement.course_id == any_(TEACHES), False),
            )
            == value
        ),
        "is_global": lambda value: Announcement.course_id.is_(None) == value,
        "language": lambda value: Announcement.title.has_key(cast(value, Text)),
    },
    orders={"PUBLISHED_AT": (lambda _: func.coalesce(Announcement.published_at, FOREVER),)},
)

BY_ID = One(target=ANNOUNCEMENT, needs=("announcement_id",))
ALL = Page(target=ANNOUNCEMENT, order="PUBLISHED_AT", descending=True)
OF_COURSE = Page(target=ANNOUNCEMENT, by="course_id", order="PUBLISHED_AT", descending=True)
PUBLISHED = Happening(
    kinds=frozenset({EventKind.ANNOUNCEMENT_PUBLISHED}),
    by="course_id",
    place=COURSE_BY_ID,
    shown=BY_ID,
    key="announcement_id",
    subject="announcement_id",
)

TOLD_WITHIN = timedelta(days=1)
"""Maximum age of a publication that emits an event; an imported course brings old announcements."""

TOLD_AT_ONCE = 500
"""Maximum number of announcements whose events are recorded in one run."""


async def tell_published(database: Database) -> None:
    """Record one event per announcement that is now published, however the row was written."""
    ((is_due,),) = await database.fetch(_is_due().sql, _is_due().constants)
    if is_due:  # even an update of no rows would count as a change of the table
        await database.fetch(_telling().sql, _telling().constants)


def _due() -> Select[Any]:
    return select(Announcement.id).where(not_(Announcement.is_told), Announcement.published_at <= func.now())


@cache
def _is_due() -> SqlStatement:
    return compiled(select(_due().exists()))


@cache
def _telling() -> SqlStatement:
    due = _due().order_by(Announcement.published_at).limit(TOLD_AT_ONCE).with_for_update(skip_locked=True)
    told = (
        update(Announcement)
        .where(Announcement.id.in_(due))
        .values(is_told=true())
        .returning(Announcement.id, Announcement.course_id, Announcement.published_at)
        .cte("told")
    )
    news = select(literal(EventKind.ANNOUNCEMENT_PUBLISHED.value), told.c.id, told.c.course_id)
    news = news.where(told.c.published_at > func.now() - interval(TOLD_WITHIN)).order_by(told.c.published_at)
    events = insert(StoredEvent).from_select(["kind", "subject_id", "course_id"], news)
    recorded = events.returning(func.pg_notify(CHANNEL, "").label("told")).cte("recorded")
    return compiled(select(func.count()).select_from(recorded))


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAnnouncement:
    """Announcement that the viewer has seen."""

    announcement_id: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementVisited:
    """Announcement marked as seen."""

    announcement_id: str


@command(UserErrorCode.NOT_FOUND)
async def visit_announcement(
    session: AsyncSession, viewer: Viewer, given: VisitAnnouncement
) -> AnnouncementVisited:
    """Mark an announcement as seen by the viewer; the first timestamp is kept."""
    user_id = viewer.signed_in_id
    known = select(Announcement.id).where(
        Announcement.id == given.announcement_id, ANNOUNCEMENT.visible(viewer.role)
    )
    if await session.scalar(known, viewer.parameters) is None:
        raise Refused(UserErrorCode.NOT_FOUND, "There is no such announcement.", "announcement_id")
    seen = insert(AnnouncementVisit).values(announcement_id=given.announcement_id, user_id=user_id)
    await session.execute(seen.on_conflict_do_nothing())
    return AnnouncementVisited(announcement_id=given.announcement_id)
