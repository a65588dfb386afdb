"""Effects of a running package's statements on its registration (cmi5, 9 and 10; Tin Can)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from models.catalogue.course import Course
from models.catalogue.item import Item
from models.catalogue.section import Section
from models.packages.course_version import CourseVersion
from models.packages.packaged_activity import MoveOn, PackagedActivity
from models.packages.registration import ActivityState, Completion, Registration, Success
from models.postgres.base import new_id
from models.postgres.value import LONGEST_DURATION
from models.postgres.value import duration as checked
from resolvers.packages.player import ActiveLaunch
from resolvers.packages.record_store import Place, Sender, add_statements
from resolvers.packages.reporting import roll_up
from resolvers.packages.statement import actor_key, agent_of

CMI5 = "https://w3id.org/xapi/cmi5"
SATISFIED = "https://w3id.org/xapi/adl/verbs/satisfied"
DURATION = re.compile(
    r"P(?:(?P<days>[\d.]+)D)?(?:T(?:(?P<hours>[\d.]+)H)?(?:(?P<minutes>[\d.]+)M)?(?:(?P<seconds>[\d.]+)S)?)?"
)
ENDS = ("terminated", "exited", "suspended")
"""Verbs with the duration of a session."""


@dataclass(frozen=True, slots=True)
class Standing:
    """State of a learner in an activity; `score` is a ratio from -1 to 1, `total_time` in seconds."""

    completion: Completion = Completion.UNKNOWN
    success: Success = Success.UNKNOWN
    score: float | None = None
    points: float | None = None
    least_points: float | None = None
    most_points: float | None = None
    total_time: float = 0.0


def after(standing: Standing, statement: Mapping[str, Any]) -> Standing:
    """Return the state after a statement of the activity; completion and success are never lost."""
    verb = statement["verb"]["id"].rpartition("/")[2]
    result = statement.get("result", {})
    score = result.get("score", {})
    completion, success = standing.completion, standing.success
    if verb == "completed" or result.get("completion") is True:
        completion = Completion.COMPLETED
    elif completion is Completion.UNKNOWN:
        completion = Completion.INCOMPLETE
    if verb == "passed" or (result.get("success") is True and verb != "failed"):
        success = Success.PASSED
    elif success is not Success.PASSED and (verb == "failed" or result.get("success") is False):
        success = Success.FAILED
    found = replace(standing, completion=completion, success=success)
    if score:
        found = replace(
            found,
            score=score.get("scaled", standing.score),
            points=score.get("raw", standing.points),
            least_points=score.get("min", standing.least_points),
            most_points=score.get("max", standing.most_points),
        )
    if verb in ENDS:
        total = found.total_time + seconds(result.get("duration", ""))
        found = replace(found, total_time=min(total, LONGEST_DURATION))
    return found


def satisfies(standing: Standing, move_on: MoveOn | None) -> bool:
    """Return whether an assignable unit is satisfied (cmi5, 10.2.4)."""
    completed = standing.completion is Completion.COMPLETED
    passed = standing.success is Success.PASSED
    match move_on:
        case MoveOn.PASSED:
            return passed
        case MoveOn.COMPLETED:
            return completed
        case MoveOn.COMPLETED_AND_PASSED:
            return completed and passed
        case MoveOn.COMPLETED_OR_PASSED:
            return completed or passed
        case MoveOn.NOT_APPLICABLE:
            return True
    return completed


def seconds(duration: str) -> float:
    """Return the seconds of an ISO 8601 duration of days or shorter units; 0 if the text is invalid.

    Raises `InvalidValue` for a duration that no column holds.
    """
    if (found := DURATION.fullmatch(duration)) is None:
        return 0.0
    days, hours, minutes, rest = (float(found[name] or 0) for name in ("days", "hours", "minutes", "seconds"))
    return checked(((days * 24 + hours) * 60 + minutes) * 60 + rest)


async def experience(
    session: AsyncSession, launch: ActiveLaunch, told: Sequence[tuple[dict[str, Any], Place | None]]
) -> None:
    """Apply new statements of a launch: statements of its learner about activities of its package."""
    learner = actor_key(agent_of(launch.learner_id))
    by_activity: dict[str, list[dict[str, Any]]] = {}
    for document, place in told:
        if place is not None and actor_key(document["actor"]) == learner:
            by_activity.setdefault(place.activity_id, []).append(document)
    if not by_activity:
        return
    await session.execute(
        select(Registration.id).where(Registration.id == launch.registration_id).with_for_update()
    )
    newly: list[str] = []
    for row in await _states(session, launch, list(by_activity)):
        standing = _standing(row)
        for document in by_activity[row.activity_id]:
            standing = after(standing, document)
        is_satisfied = row.is_satisfied or satisfies(standing, row.move_on)
        if is_satisfied and not row.is_satisfied:
            newly.append(row.activity_id)
        await _keep(session, launch, row.activity_id, standing, is_satisfied=is_satisfied)
    await roll_up(session, launch.registration_id)
    if newly and launch.standard == "cmi5":
        await _tell_satisfied(session, launch, newly)


async def _states(
    session: AsyncSession, launch: ActiveLaunch, activity_ids: Sequence[str]
) -> Sequence[Row[Any]]:
    found = await session.execute(
        select(
            PackagedActivity.id.label("activity_id"),
            PackagedActivity.move_on,
            func.coalesce(ActivityState.is_satisfied, False).label("is_satisfied"),
            *(getattr(ActivityState, name) for name in Standing.__dataclass_fields__),
        )
        .outerjoin(
            ActivityState,
            and_(
                ActivityState.activity_id == PackagedActivity.id,
                ActivityState.registration_id == launch.registration_id,
            ),
        )
        .where(PackagedActivity.id.in_(activity_ids))
    )
    return found.all()


def _standing(row: Row[Any]) -> Standing:
    if row.completion is None:
        return Standing()
    return Standing(**{name: getattr(row, name) for name in Standing.__dataclass_fields__})


async def _keep(
    session: AsyncSession, launch: ActiveLaunch, activity_id: str, standing: Standing, *, is_satisfied: bool
) -> None:
    values = {name: getattr(standing, name) for name in Standing.__dataclass_fields__}
    values["is_satisfied"] = is_satisfied
    kept = upsert(ActivityState).values(
        registration_id=launch.registration_id, activity_id=activity_id, runtime={}, **values
    )
    await session.execute(
        kept.on_conflict_do_update(
            index_elements=["registration_id", "activity_id"], set_={**values, "updated_at": func.now()}
        )
    )


async def _tell_satisfied(session: AsyncSession, launch: ActiveLaunch, newly: Sequence[str]) -> None:
    """Add statements that blocks and the course are satisfied, after their last unit is (cmi5, 9.3.9)."""
    rows = (
        await session.execute(
            select(
                PackagedActivity.id,
                Item.lineage,
                (
                    func.coalesce(ActivityState.is_satisfied, False)
                    | (PackagedActivity.move_on == MoveOn.NOT_APPLICABLE)
                ).label("is_satisfied"),
            )
            .join(Item, Item.id == PackagedActivity.item_id)
            .outerjoin(
                ActivityState,
                and_(
                    ActivityState.activity_id == PackagedActivity.id,
                    ActivityState.registration_id == launch.registration_id,
                ),
            )
            .where(Item.version_id == launch.version_id)
        )
    ).all()
    open_ = {section_id for row in rows if not row.is_satisfied for section_id in row.lineage}
    touched = {section_id for row in rows if row.id in newly for section_id in row.lineage}
    sections = await session.execute(
        select(Section.source_key, Section.title).where(
            Section.id.in_(touched - open_), Section.source_key.is_not(None)
        )
    )
    whole = await session.execute(
        select(CourseVersion.identifier, Course.title)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(CourseVersion.id == launch.version_id)
    )
    identifier, title = whole.one()
    # Units outside of any block are in a section with the identifier of the course.
    done = [(row.source_key, row.title, "block") for row in sections if row.source_key != identifier]
    if all(row.is_satisfied for row in rows):
        done.append((identifier, title, "course"))
    sender = Sender(launch.application_id, launch)
    await add_statements(session, sender, [_satisfied(launch, *each) for each in done])


def _satisfied(launch: ActiveLaunch, identifier: str, title: str, kind: str) -> dict[str, Any]:
    return {
        "id": new_id(),
        "actor": agent_of(launch.learner_id),
        "verb": {"id": SATISFIED, "display": {"en-US": "satisfied"}},
        "object": {
            "objectType": "Activity",
            "id": identifier,
            "definition": {"type": f"{CMI5}/activitytype/{kind}", "name": {"und": title}},
        },
        "context": {
            "registration": launch.registration_id,
            "contextActivities": {"category": [{"id": f"{CMI5}/context/categories/cmi5"}]},
            "extensions": {f"{CMI5}/context/extensions/sessionid": launch.id},
        },
    }
