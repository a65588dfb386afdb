"""Experiments and the random assignment of learners to groups: entities, relations, command."""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.catalogue.course import Course
from models.learning.experiment import Experiment, ExperimentAssignment
from models.postgres.base import new_id
from resolvers.access.viewer import Role, Viewer, owns, teaches
from resolvers.catalogue.course import COURSE
from resolvers.commands.command import command
from resolvers.commands.problem import Refused, UserErrorCode
from resolvers.commands.text import as_text
from resolvers.commands.values import Id
from resolvers.loading.entity import Entity
from resolvers.loading.page import Page
from resolvers.loading.relation import One

EXPERIMENT = Entity(
    model=Experiment,
    rows=lambda role: teaches(Experiment.__table__.c.course_id, role),
    filters={"course": lambda value: Experiment.course_id == value},
    orders={"CREATED_AT": (lambda _: Experiment.created_at,)},
)


def _of_experiment(what: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    row = select(what).where(Experiment.id == ExperimentAssignment.experiment_id)
    return row.correlate(ExperimentAssignment.__table__).scalar_subquery()


def _known(role: Role) -> ColumnElement[bool]:
    """Whether the viewer sees the assignment: users see their own, the course team sees all."""
    own = owns(ExperimentAssignment.__table__.c.user_id, role)
    if role is Role.STAFF:
        return own
    return or_(own, _of_experiment(teaches(Experiment.__table__.c.course_id, role)))


EXPERIMENT_ASSIGNMENT = Entity(
    model=ExperimentAssignment,
    rows=_known,
    expressions={
        "identifier": lambda _: _of_experiment(Experiment.identifier),
        "course_id": lambda _: _of_experiment(Experiment.course_id),
    },
    orders={"ASSIGNED_AT": (lambda _: ExperimentAssignment.assigned_at,)},
)

ALL = Page(target=EXPERIMENT, order="CREATED_AT")
BY_ID = One(target=EXPERIMENT, needs=("experiment_id",))
ASSIGNMENTS = Page(target=EXPERIMENT_ASSIGNMENT, by="experiment_id", order="ASSIGNED_AT")
ASSIGNMENT_BY_ID = One(target=EXPERIMENT_ASSIGNMENT, needs=("assignment_id",))


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignToExperiment:
    """Identifier of an experiment, of a course or platform-wide."""

    identifier: str
    course_id: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentMade:
    """Assignment of the viewer to a group."""

    assignment_id: str


@command(UserErrorCode.NOT_FOUND)
async def assign_to_experiment(
    session: AsyncSession, viewer: Viewer, given: AssignToExperiment
) -> AssignmentMade:
    """Assign the viewer to a random group of an experiment, all groups equally likely; keep an assignment.

    An experiment of the course takes precedence over a platform-wide one with the same identifier.
    """
    user_id = viewer.signed_in_id
    if given.course_id is not None:
        known = select(Course.id).where(Course.id == given.course_id, COURSE.visible(viewer.role))
        if await session.scalar(known, viewer.parameters) is None:
            raise Refused(UserErrorCode.NOT_FOUND, "There is no such course.", "course_id")
    wanted = select(Experiment.id, Experiment.groups).where(
        Experiment.identifier == as_text(given.identifier, "identifier"),
        Experiment.is_active,
        or_(Experiment.course_id == given.course_id, Experiment.course_id.is_(None)),
    )
    found = await session.execute(wanted.order_by(Experiment.course_id.nulls_last()).limit(1))
    if (experiment := found.one_or_none()) is None:
        raise Refused(UserErrorCode.NOT_FOUND, "There is no such experiment.", "identifier")
    assigned = insert(ExperimentAssignment).values(
        id=new_id(),
        experiment_id=experiment.id,
        user_id=user_id,
        group=secrets.choice(experiment.groups),
    )
    # On conflict the row is updated to its current values, so that RETURNING yields its id.
    again = assigned.on_conflict_do_update(
        index_elements=["experiment_id", "user_id"], set_={"user_id": assigned.excluded.user_id}
    )
    made = await session.scalars(again.returning(ExperimentAssignment.id))
    return AssignmentMade(assignment_id=made.one())
