"""Reports of running activities: stores their states, rolls them up, adds statements."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from models.catalogue.item import Item
from models.packages.course_version import CourseVersion
from models.packages.packaged_activity import ActivityKind, MoveOn, PackagedActivity
from models.packages.registration import ActivityState, Completion, Registration, Success
from models.packages.statement import Statement
from models.postgres.base import new_id
from resolvers.packages.player import ActiveLaunch
from resolvers.packages.rollup import Outcome, reached, rolled_up
from resolvers.packages.setting import in_force, rollup_rules
from resolvers.packages.statement import VERSION, actor_key, agent_of

VERBS = "http://adlnet.gov/expapi/verbs"
"""Base IRI of the verbs in xAPI's own vocabulary."""

ACTIVITY_TYPE = "http://adlnet.gov/expapi/activities/lesson"


@dataclass(frozen=True, slots=True)
class ActivityReport:
    """Report of an activity.

    `score` is a ratio from -1 to 1, the three kinds of points are in points of the activity. `total_time` is
    in seconds over all sessions; null keeps the stored value. The next launch continues from `runtime`.
    """

    completion: Completion = Completion.UNKNOWN
    success: Success = Success.UNKNOWN
    score: float | None = None
    points: float | None = None
    least_points: float | None = None
    most_points: float | None = None
    total_time: float | None = None
    is_satisfied: bool = False
    runtime: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Known:
    """Activity, with its state before a report."""

    id: str
    item_id: str
    title: str
    now: datetime
    is_new: bool
    completion: Completion
    success: Success


async def report(session: AsyncSession, launch: ActiveLaunch, activity_id: str, told: ActivityReport) -> bool:
    """Store the report of an activity and its effects; return false if the launch has no such activity.

    Reports of one registration are serialized, so that none rolls up a partial state of another.
    """
    await session.execute(
        select(Registration.id).where(Registration.id == launch.registration_id).with_for_update()
    )
    if (known := await _known(session, launch, activity_id)) is None:
        return False
    values = {
        "completion": told.completion,
        "success": told.success,
        "score": told.score,
        "points": told.points,
        "least_points": told.least_points,
        "most_points": told.most_points,
        "is_satisfied": told.is_satisfied,
        "runtime": dict(told.runtime),
        **({} if told.total_time is None else {"total_time": told.total_time}),
    }
    kept = upsert(ActivityState).values(
        registration_id=launch.registration_id, activity_id=activity_id, **{"total_time": 0.0, **values}
    )
    await session.execute(
        kept.on_conflict_do_update(
            index_elements=["registration_id", "activity_id"], set_={**values, "updated_at": func.now()}
        )
    )
    await roll_up(session, launch.registration_id)
    if rows := [_statement(launch, known, verb, told) for verb in _news(known, told)]:
        await session.execute(insert(Statement), rows)
    return True


async def keep_sequencing(session: AsyncSession, launch: ActiveLaunch, state: str, whole: Outcome) -> None:
    """Store the state of SCORM 2004's sequencing; the next launch continues with it.

    If the package has rules of its own, their rollup `whole` is the outcome of the registration.
    """
    known = select(Registration.sequencing["whole"], CourseVersion.sequencing)
    joined = known.join(CourseVersion, CourseVersion.id == Registration.version_id)
    row = (
        await session.execute(
            joined.where(Registration.id == launch.registration_id).with_for_update(of=Registration)
        )
    ).one()
    kept = asdict(reached(_outcome(row[0]) or Outcome(), whole)) if row[1] else None
    await session.execute(
        update(Registration)
        .where(Registration.id == launch.registration_id)
        .values(sequencing={"state": state, "whole": kept})
    )
    if kept is not None:
        await roll_up(session, launch.registration_id)


def _outcome(kept: Mapping[str, Any] | None) -> Outcome | None:
    """Read the stored outcome of sequencing."""
    if kept is None:
        return None
    return Outcome(Completion(kept["completion"]), Success(kept["success"]), kept["score"])


async def roll_up(session: AsyncSession, registration_id: str) -> None:
    """Compute the outcome of a registration from the version's activities; files count once opened.

    The course's settings define the rules; the outcome of sequencing by a package's own rules has precedence.
    """
    states = await session.execute(
        select(
            PackagedActivity.kind,
            _completion(),
            ActivityState.success,
            ActivityState.score,
            func.coalesce(ActivityState.total_time, 0.0),
        )
        .select_from(Registration)
        .join(Item, Item.version_id == Registration.version_id)
        .join(PackagedActivity, PackagedActivity.item_id == Item.id)
        .outerjoin(
            ActivityState,
            and_(
                ActivityState.activity_id == PackagedActivity.id,
                ActivityState.registration_id == Registration.id,
            ),
        )
        .where(
            Registration.id == registration_id,
            or_(PackagedActivity.kind != ActivityKind.ASSET, ActivityState.completion.is_not(None)),
        )
    )
    outcomes = [None if row[1] is None else Outcome(Completion(row[1]), *row[2:]) for row in states]
    whole = rolled_up(outcomes, rollup_rules(await in_force(session, registration_id)))
    sequenced = select(Registration.sequencing["whole"]).where(Registration.id == registration_id)
    if (by_rules := _outcome(await session.scalar(sequenced))) is not None:
        is_told = by_rules.completion is not Completion.UNKNOWN
        completion = by_rules.completion if is_told else Completion.INCOMPLETE
        whole = replace(by_rules, completion=completion, total_time=whole.total_time)
    is_complete = whole.completion is Completion.COMPLETED
    await session.execute(
        update(Registration)
        .where(Registration.id == registration_id)
        .values(
            completion=whole.completion,
            success=whole.success,
            score=whole.score,
            total_time=whole.total_time,
            updated_at=func.now(),
            completed_at=func.coalesce(Registration.completed_at, func.now()) if is_complete else None,
        )
    )


def _completion() -> ColumnElement[Any]:
    """Completion of an activity; in a cmi5 package, completed means satisfied (cmi5, 10.2.4)."""
    counted = or_(ActivityState.is_satisfied, PackagedActivity.move_on == MoveOn.NOT_APPLICABLE)
    begun = ActivityState.completion.is_not(None)
    return case(
        (PackagedActivity.move_on.is_(None), ActivityState.completion),
        (counted, Completion.COMPLETED.value),
        (begun, Completion.INCOMPLETE.value),
    )


async def _known(session: AsyncSession, launch: ActiveLaunch, activity_id: str) -> _Known | None:
    row = (
        await session.execute(
            select(
                PackagedActivity.id,
                Item.id.label("item_id"),
                Item.title,
                func.now().label("now"),
                ActivityState.completion,
                ActivityState.success,
            )
            .join(Item, Item.id == PackagedActivity.item_id)
            .outerjoin(
                ActivityState,
                and_(
                    ActivityState.activity_id == PackagedActivity.id,
                    ActivityState.registration_id == launch.registration_id,
                ),
            )
            .where(PackagedActivity.id == activity_id, Item.version_id == launch.version_id)
        )
    ).one_or_none()
    if row is None:
        return None
    return _Known(
        row.id,
        row.item_id,
        row.title,
        row.now,
        row.completion is None,
        row.completion or Completion.UNKNOWN,
        row.success or Success.UNKNOWN,
    )


def _news(known: _Known, told: ActivityReport) -> list[str]:
    """Return the verbs for the changes in a report."""
    verbs = ["initialized"] if known.is_new else []
    if told.completion is Completion.COMPLETED is not known.completion:
        verbs.append("completed")
    if told.success is not known.success and told.success is not Success.UNKNOWN:
        verbs.append(told.success.value)
    return verbs


def _statement(launch: ActiveLaunch, known: _Known, verb: str, told: ActivityReport) -> dict[str, Any]:
    """Return a row of `Statement` for a report of the player; the learner is the actor."""
    statement_id, actor = new_id(), agent_of(launch.learner_id)
    result = {
        "score": _score(told),
        "completion": True if verb == "completed" else None,
        "success": {"passed": True, "failed": False}.get(verb),
    }
    document = {
        "id": statement_id,
        "actor": actor,
        "verb": {"id": f"{VERBS}/{verb}", "display": {"en-US": verb}},
        "object": {
            "objectType": "Activity",
            "id": f"urn:uuid:{known.id}",
            "definition": {"type": ACTIVITY_TYPE, "name": {"und": known.title}},
        },
        "result": {name: value for name, value in result.items() if value is not None},
        "context": {"registration": launch.registration_id},
        "timestamp": known.now.isoformat(),
        "stored": known.now.isoformat(),
        "version": VERSION,
    }
    if not document["result"] or verb == "initialized":
        del document["result"]
    return {
        "id": new_id(),
        "statement_id": statement_id,
        "application_id": launch.application_id,
        "user_id": launch.user_id,
        "course_id": launch.course_id,
        "item_id": known.item_id,
        "actor_key": actor_key(actor),
        "verb": f"{VERBS}/{verb}",
        "activity": f"urn:uuid:{known.id}",
        "registration": launch.registration_id,
        "happened_at": known.now,
        "stored_at": known.now,
        "document": document,
    }


def _score(told: ActivityReport) -> dict[str, float] | None:
    named = {
        "scaled": told.score,
        "raw": told.points,
        "min": told.least_points,
        "max": told.most_points,
    }
    return {name: value for name, value in named.items() if value is not None} or None
