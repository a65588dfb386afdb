"""Users and their profiles: entities, policies and relations."""

from sqlalchemy import ColumnElement, false, or_, true

from models.people.user import User
from resolvers.access.participation import taught_by_viewer
from resolvers.access.viewer import Role, owns
from resolvers.loading.entity import Containing, Entity
from resolvers.loading.page import Page
from resolvers.loading.relation import One


def _known(role: Role) -> ColumnElement[bool]:
    """Check that the user is the viewer, or a learner the viewer teaches; staff see all users.

    Learners of a course are the users enrolled in the course and the users with a submission to one of its
    quizzes.
    """
    own = owns(User.__table__.c.id, role)
    if role in (Role.ANONYMOUS, Role.STAFF):
        return own
    return or_(own, taught_by_viewer(User.__table__.c.id, role))


def _signed_in(role: Role) -> ColumnElement[bool]:
    return false() if role in (Role.ANONYMOUS, Role.APPLICATION) else true()


USER = Entity(
    model=User,
    rows=_known,
    filters={"search": Containing((User.name, User.username))},
    orders={"NAME": (lambda _: User.name,), "CREATED_AT": (lambda _: User.created_at,)},
)

PROFILE = Entity(model=User, rows=lambda role: owns(User.__table__.c.id, role))

PERSON = Entity(model=User, rows=_signed_in, expressions={"user_id": lambda _: User.id})

VIEWER_USER = One(target=USER, needs=(), key=lambda context: context.viewer.id)
BY_ID = One(target=USER, needs=("user_id",))
PROFILE_OF_USER = One(target=PROFILE)
ALL = Page(target=USER, order="NAME")
