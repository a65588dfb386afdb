"""Standings: the learner's statuses in the activities of a launch, and the activities that may start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.types import Uuid

from models.catalogue.item import Item
from models.packages.packaged_activity import LearningStandard, PackagedActivity
from models.packages.registration import ActivityState, Completion, Success
from models.postgres.database import Database
from resolvers.loading.sql import compiled
from resolvers.packages.player import CLUSTERS, IN_REGISTRATION, ActiveLaunch
from resolvers.packages.prerequisite import DONE, is_met

SCRIPTED = (LearningStandard.SCORM_1_2, LearningStandard.AICC)
"""Standards with prerequisites; SCORM 2004 has sequencing instead."""


@dataclass(frozen=True, slots=True)
class ActivityStanding:
    """Statuses of a learner in an activity; `is_open` if its prerequisites let the activity start."""

    id: str
    completion: Completion
    success: Success
    is_open: bool


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    identifier: str
    standard: LearningStandard
    prerequisites: str | None
    path: Sequence[int]
    completion: Completion
    success: Success
    lesson_status: str | None

    @property
    def status(self) -> str:
        """Status in the terms of SCORM 1.2 and AICC."""
        if self.success != Success.UNKNOWN:
            return self.success
        match self.completion:
            case Completion.COMPLETED:
                return "browsed" if self.lesson_status == "browsed" else "completed"
            case Completion.INCOMPLETE:
                return "incomplete"
        return "not attempted"


_activities = compiled(
    select(
        PackagedActivity.id,
        PackagedActivity.identifier,
        PackagedActivity.standard,
        PackagedActivity.parameters["prerequisites"].astext,
        Item.path,
        func.coalesce(ActivityState.completion, Completion.UNKNOWN.value),
        func.coalesce(ActivityState.success, Success.UNKNOWN.value),
        ActivityState.runtime["cmi"]["core"]["lesson_status"].astext,
    )
    .select_from(PackagedActivity)
    .join(Item, Item.id == PackagedActivity.item_id)
    .outerjoin(ActivityState, IN_REGISTRATION)
    .where(Item.version_id == bindparam("version", type_=Uuid(as_uuid=False)))
    .order_by(Item.path, Item.id)
)


async def standings(database: Database, launch: ActiveLaunch) -> list[ActivityStanding]:
    """Return the learner's standings in course order; without tracking, every activity is open."""
    given = {"version": launch.version_id, "registration": launch.registration_id}
    questions = [(each.sql, {**each.constants, **given}) for each in (CLUSTERS, _activities)]
    clusters, activities = await database.fetch_all(questions)
    rows = [_Row(*row) for row in activities]
    statuses = {row.identifier.lower(): row.status for row in rows}
    for key, _, path in clusters:
        if inside := [row.status for row in rows if row.path[: len(path)] == path]:
            # A name of both an activity and a cluster means the activity, which may be in that cluster.
            statuses.setdefault(key.lower(), _of_cluster(inside))
    return [
        ActivityStanding(
            row.id, row.completion, row.success, not launch.is_tracked or _is_open(row, statuses)
        )
        for row in rows
    ]


def _of_cluster(inside: Sequence[str]) -> str:
    """Return the status of a cluster, which is completed with all its activities (CMI001, 5.7)."""
    if all(status in DONE for status in inside):
        return "completed"
    return "not attempted" if set(inside) == {"not attempted"} else "incomplete"


def _is_open(row: _Row, statuses: Mapping[str, str]) -> bool:
    if row.prerequisites is None or row.standard not in SCRIPTED:
        return True
    return is_met(row.prerequisites, statuses)
