"""Features: entity, policy and relations."""

from sqlalchemy import ColumnElement, or_

from models.catalogue.feature import Feature
from resolvers.access.viewer import Role
from resolvers.catalogue.course import COURSE
from resolvers.loading.entity import Entity
from resolvers.loading.page import Page
from resolvers.loading.relation import Many


def _known(role: Role) -> ColumnElement[bool]:
    """Check that the feature belongs to the whole platform, or to a course visible to the viewer."""
    course_id = Feature.__table__.c.course_id
    return or_(course_id.is_(None), COURSE.holds(course_id, role))


FEATURE = Entity(
    model=Feature,
    rows=_known,
    filters={
        "course": lambda value: Feature.course_id == value,
        "is_global": lambda value: Feature.course_id.is_(None) == value,
    },
    orders={"NAME": (lambda _: Feature.name,)},
)

ALL = Page(target=FEATURE, order="NAME")
OF_COURSE = Many(target=FEATURE, by="course_id", order=("name",))
