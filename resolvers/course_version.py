"""Versions of courses as the graph reads them."""

from sqlalchemy import ColumnElement, exists, func, or_

from models.course import Course
from models.course_version import CourseVersion
from resolvers.asset import ASSET
from resolvers.course import COURSE
from resolvers.entity import Entity, translated
from resolvers.item import ITEM
from resolvers.page import Page
from resolvers.relation import Many, One
from resolvers.section import SECTION
from resolvers.viewer import Role, teaches


def _is_current(_: Role) -> ColumnElement[bool]:
    return exists().where(Course.version_id == CourseVersion.id).correlate(CourseVersion.__table__)


COURSE_VERSION = Entity(
    model=CourseVersion,
    rows=lambda role: or_(_is_current(role), teaches(CourseVersion.__table__.c.course_id, role)),
    within=("course_id", COURSE),
    expressions={
        "title": lambda _: func.coalesce(translated(CourseVersion.title), ""),
        "description": lambda _: translated(CourseVersion.description),
        "is_current": _is_current,
    },
    filters={
        "number": lambda value: CourseVersion.number == value,
        "updated_since": lambda value: CourseVersion.updated_at >= value,
        "updated_until": lambda value: CourseVersion.updated_at < value,
    },
    orders={"NUMBER": (lambda _: CourseVersion.number,)},
)

BY_ID = One(target=COURSE_VERSION, needs=("version_id",))
OF_COURSE = Page(target=COURSE_VERSION, by="course_id", order="NUMBER", descending=True, of=COURSE)
SECTIONS = Many(target=SECTION, by="version_id", order=("path", "id"))
ITEMS = Many(target=ITEM, by="version_id", order=("path", "id"))
ASSETS = Page(target=ASSET, by="version_id", order="PATH")
