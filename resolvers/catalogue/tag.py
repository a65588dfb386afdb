"""Tags: plain words; a course team groups courses by tags."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, Uuid, any_, cast, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from models.catalogue.course import Course
from resolvers.access.viewer import Viewer, teaches
from resolvers.catalogue.course import COURSE, referred
from resolvers.commands.command import command
from resolvers.commands.problem import Refused, UserErrorCode
from resolvers.commands.text import is_storable
from resolvers.commands.values import Id
from resolvers.loading.relation import Several

MOST_COURSES = 250
LONGEST_TAG = 100
MOST_TAGS = 100

CHANGED = Several(
    target=COURSE,
    needs=("course_ids",),
    key=lambda _, ids: tuple(ids or ()),
    order=("title", "id"),
    usual=10,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursesNamed:
    """Tags, and courses by either their ids or their external ids."""

    tags: list[str]
    course_ids: list[Id] | None = None
    references: list[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTags(CoursesNamed):
    """Input of `set_tags`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursesTagged:
    """Ids of the courses with updated tags."""

    course_ids: list[str]


@command(UserErrorCode.NOT_FOUND, UserErrorCode.INVALID_INPUT)
async def set_tags(session: AsyncSession, viewer: Viewer, given: SetTags) -> CoursesTagged:
    """Replace the tags of courses."""
    return await _change(session, viewer, literal(checked_tags(given.tags), ARRAY(Text)), given)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTags(CoursesNamed):
    """Input of `add_tags`."""


@command(UserErrorCode.NOT_FOUND, UserErrorCode.INVALID_INPUT)
async def add_tags(session: AsyncSession, viewer: Viewer, given: AddTags) -> CoursesTagged:
    """Add tags to courses, after the existing tags, whose order stays."""
    added = func.unnest(literal(checked_tags(given.tags), ARRAY(Text))).column_valued("added")
    new = select(added).where(added != func.all(Course.tags))
    return await _change(session, viewer, Course.tags + func.array(new.scalar_subquery()), given)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTags(CoursesNamed):
    """Input of `remove_tags`."""


@command(UserErrorCode.NOT_FOUND, UserErrorCode.INVALID_INPUT)
async def remove_tags(session: AsyncSession, viewer: Viewer, given: RemoveTags) -> CoursesTagged:
    """Remove tags from courses; tags that a course does not have are ignored."""
    removed = literal(checked_tags(given.tags), ARRAY(Text))
    each = func.unnest(Course.tags).column_valued("each")
    kept = select(each).where(each != func.all(removed)).correlate(Course)
    return await _change(session, viewer, func.array(kept.scalar_subquery()), given)


async def _change(
    session: AsyncSession,
    viewer: Viewer,
    tags: Any,
    given: CoursesNamed,
) -> CoursesTagged:
    """Update all of the courses, or none if the viewer is not in the course team of one."""
    if (given.course_ids is None) == (given.references is None):
        message = "Name the courses by their ids or by their references."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "course_ids")
    names: list[str] = list(dict.fromkeys(given.course_ids or given.references or []))
    if len(names) > MOST_COURSES:
        message = f"Give at most {MOST_COURSES} courses per mutation."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "course_ids")
    by_id = Course.id == any_(literal(names, ARRAY(Uuid(as_uuid=False))))
    own = by_id if given.references is None else referred(viewer, names)
    changed = (
        update(Course)
        .where(own, COURSE.visible(viewer.role), teaches(Course.__table__.c.id, viewer.role))
        .values(tags=cast(tags, ARRAY(Text)), updated_at=func.now())
        .returning(Course.id)
        .execution_options(synchronize_session=False)
    )
    found = list(await session.scalars(changed, viewer.parameters))
    if len(found) < len(names):
        raise Refused(
            UserErrorCode.NOT_FOUND,
            "A course was not found, or you are not in its course team.",
            "course_ids",
        )
    return CoursesTagged(course_ids=found)


def checked_tags(tags: list[str]) -> list[str]:
    """Return the tags as they are stored: trimmed, without duplicates, in their order.

    Raises `Refused` for too many tags, and for an empty or too long tag.
    """
    clean = list(dict.fromkeys(tag.strip() for tag in tags))
    if len(clean) > MOST_TAGS or not all(tag and is_storable(tag, LONGEST_TAG) for tag in clean):
        message = f"Give at most {MOST_TAGS} tags of 1 to {LONGEST_TAG} characters each."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "tags")
    return clean
