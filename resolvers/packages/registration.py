"""Registrations: visible to their learner and to the course team."""

from sqlalchemy import and_, or_

from models.packages.registration import ActivityState, Registration
from resolvers.access.viewer import owns, teaches
from resolvers.catalogue.course import COURSE
from resolvers.loading.entity import Entity, among, everyone
from resolvers.loading.page import Page
from resolvers.loading.relation import Many, One

REGISTRATION = Entity(
    model=Registration,
    rows=lambda role: and_(
        Registration.__table__.c.attempt > 0,
        or_(owns(Registration.__table__.c.user_id, role), teaches(Registration.__table__.c.course_id, role)),
    ),
    within=("course_id", COURSE),
    expressions={"started_at": lambda _: Registration.created_at},
    filters={
        "course": lambda value: Registration.course_id == value,
        "version": lambda value: Registration.version_id == value,
        "user": lambda value: Registration.user_id == value,
        "completion": lambda value: among(Registration.completion, value),
        "success": lambda value: among(Registration.success, value),
    },
    orders={"STARTED_AT": (lambda _: Registration.created_at,)},
)

ACTIVITY_STATE = Entity(model=ActivityState, rows=everyone, within=("registration_id", REGISTRATION))

BY_ID = One(target=REGISTRATION, needs=("registration_id",))
ALL = Page(target=REGISTRATION, order="STARTED_AT", descending=True)
OF_COURSE = Page(target=REGISTRATION, by="course_id", order="STARTED_AT", descending=True, of=COURSE)
OF_VERSION = Page(target=REGISTRATION, by="version_id", order="STARTED_AT", descending=True)
OF_USER = Page(target=REGISTRATION, by="user_id", order="STARTED_AT", descending=True)
ACTIVITIES = Many(
    target=ACTIVITY_STATE, by="registration_id", order=("created_at", "activity_id"), of=REGISTRATION
)
