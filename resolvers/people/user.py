"""Users and their profiles as the graph reads them."""

from sqlalchemy import ColumnElement, exists, false, or_, true

from models.learning.enrollment import Enrollment
from models.learning.submission import Submission
from models.people.user import User
from resolvers.access.viewer import Role, owns, teaches
from resolvers.loading.entity import Entity, containing
from resolvers.loading.page import Page
from resolvers.loading.relation import One


def _known(role: Role) -> ColumnElement[bool]:
    """A member knows themselves; who teaches a course knows those who take it or try its quizzes."""
    own = owns(User.__table__.c.id, role)
    if role in (Role.ANONYMOUS, Role.STAFF):
        return own
    enrollments, submissions = Enrollment.__table__.c, Submission.__table__.c
    takes = exists().where(enrollments.user_id == User.id, teaches(enrollments.course_id, role))
    tries = exists().where(submissions.user_id == User.id, teaches(submissions.course_id, role))
    return or_(own, takes.correlate(User.__table__), tries.correlate(User.__table__))


def _signed_in(role: Role) -> ColumnElement[bool]:
    return false() if role in (Role.ANONYMOUS, Role.APPLICATION) else true()


USER = Entity(
    model=User,
    rows=_known,
    filters={"search": lambda value: or_(containing(User.name, value), containing(User.username, value))},
    orders={"NAME": (lambda _: User.name,), "CREATED_AT": (lambda _: User.created_at,)},
)

PROFILE = Entity(model=User, rows=lambda role: owns(User.__table__.c.id, role))

PERSON = Entity(model=User, rows=_signed_in, expressions={"user_id": lambda _: User.id})

VIEWER_USER = One(target=USER, needs=(), key=lambda context: context.viewer.id)
BY_ID = One(target=USER, needs=("user_id",))
PROFILE_OF_USER = One(target=PROFILE)
ALL = Page(target=USER, order="NAME")
