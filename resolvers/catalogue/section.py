"""Sections: entity, policy and relations."""

from sqlalchemy import and_, or_

from models.catalogue.section import Section
from resolvers.access.content import can_open, is_open
from resolvers.access.viewer import teaches
from resolvers.catalogue.course import COURSE
from resolvers.loading.entity import Entity
from resolvers.loading.page import Page
from resolvers.loading.relation import Many, One

SECTION = Entity(
    model=Section,
    rows=lambda role: or_(Section.is_visible, teaches(Section.course_id, role)),
    within=("course_id", COURSE),
    expressions={
        "viewer_can_access": lambda role: can_open(Section, role),
        "is_open": lambda _: is_open(Section),
    },
    filters={"course": lambda value: Section.course_id == value},
    orders={"PATH": (lambda _: Section.path,)},
)

TOP_OF_COURSE = Many(
    target=SECTION,
    by="course_id",
    only=and_(Section.parent_id.is_(None), Section.is_current),
    of=COURSE,
    usual=5,
)
CHILDREN = Many(target=SECTION, by="parent_id", of=COURSE, usual=3)
BY_ID = One(target=SECTION, needs=("section_id",))
TOP = One(target=SECTION, needs=("top_section_id",))
PARENT = One(target=SECTION, needs=("parent_id",))
ALL = Page(target=SECTION)
