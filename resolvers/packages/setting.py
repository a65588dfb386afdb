"""Settings of courses: which there are, what holds where, and how they are set.

A value that is set for a version counts before its course's, that before its application's, and any before
the default (SCORM Cloud: getCourseConfiguration).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Uuid, any_, bindparam, cast, delete, literal, null, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.catalogue.course import Course
from models.packages.course_version import CourseVersion
from models.packages.registration import Registration
from models.packages.setting import Setting
from models.postgres.base import Base, new_id
from resolvers.access.viewer import Role, Viewer, teaches
from resolvers.catalogue.course import named_course, team_course
from resolvers.commands.command import command
from resolvers.commands.problem import Refused, UserErrorCode
from resolvers.commands.text import is_storable
from resolvers.loading.relation import Computed
from resolvers.loading.sql import SqlStatement, compiled
from resolvers.operations.context import Context
from resolvers.packages.course_version import VersionNamed, named_version, team_version
from resolvers.packages.rollup import Rules, ScoreRule, StatusRule

LONGEST_VALUE = 2000
RATIO = re.compile(r"0(\.\d{1,6})?|1(\.0{1,6})?", re.ASCII)


class SettingType(StrEnum):
    """What values a setting takes."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    RATIO = "ratio"
    CHOICE = "choice"
    TEXT = "text"


class SettingSource(StrEnum):
    """Where a setting's value comes from (SCORM Cloud: effectiveValueSource)."""

    DEFAULT = "default"
    APPLICATION = "application"
    COURSE = "course"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class Definition:
    """One setting; `choices` are its values where it takes no others, with what each means.

    What is not `is_enforced` is only kept, for clients that set it and read it back.
    """

    name: str
    type: SettingType
    default: str
    description: str
    choices: Mapping[str, str] = field(default_factory=dict)
    is_enforced: bool = True

    def takes(self, value: str) -> bool:
        """Whether the setting can have this value."""
        match self.type:
            case SettingType.BOOLEAN:
                return value in ("true", "false")
            case SettingType.INTEGER:
                return value.isascii() and value.isdigit() and len(value) <= 9
            case SettingType.RATIO:
                return RATIO.fullmatch(value) is not None
            case SettingType.CHOICE:
                return value in self.choices
            case SettingType.TEXT:
                return is_storable(value, LONGEST_VALUE)


def _shown(name: str, what: str) -> Definition:
    return Definition(name, SettingType.BOOLEAN, "true", f"Whether the player shows {what}.")


def _rule(name: str, default: StrEnum, description: str, choices: Mapping[StrEnum, str]) -> Definition:
    values = {each.value: words for each, words in choices.items()}
    return Definition(name, SettingType.CHOICE, default.value, description, values)


def _kept(name: str, type_: SettingType, default: str, description: str, **choices: str) -> Definition:
    said = f"{description} Kept only: the player does not heed it."
    return Definition(name, type_, default, said, choices, is_enforced=False)


UNLESS_RULES = "Packages whose own rules say it (SCORM 2004) are believed before that."
DEFINITIONS = {
    each.name: each
    for each in (
        Definition("PlayerCssUrl", SettingType.TEXT, "", "Address of a style sheet for the player."),
        _shown("PlayerShowTitleBar", "the title of the course"),
        _shown("PlayerShowNavBar", "buttons to go on, back and out"),
        _shown("PlayerShowFinishButton", "the button that leads out, if it shows buttons"),
        _shown("PlayerShowCourseStructure", "the outline of the course"),
        Definition(
            "PlayerAlwaysFlowToFirstSco",
            SettingType.BOOLEAN,
            "false",
            "Whether each launch begins with the first activity, and not where the learner stopped.",
        ),
        Definition("PlayerDesiredWidth", SettingType.INTEGER, "0", "Width in pixels; 0 for all there is."),
        Definition("PlayerDesiredHeight", SettingType.INTEGER, "0", "Height in pixels; 0 for all there is."),
        Definition(
            "PlayerCommCommitFrequency",
            SettingType.INTEGER,
            "10000",
            "Milliseconds after which the player sends what an activity has set.",
        ),
        _rule(
            "PlayerStatusRollupModeValue",
            StatusRule.ALL_COMPLETE,
            f"When a course of several activities is completed. {UNLESS_RULES}",
            {
                StatusRule.ALL_COMPLETE: "When all are completed.",
                StatusRule.NONE_FAILED: "When all are completed and none is failed.",
                StatusRule.THRESHOLD: "When the score reaches the threshold.",
                StatusRule.COMPLETE_AND_THRESHOLD: (
                    "When all are completed, none is failed, and the score reaches the threshold."
                ),
                StatusRule.ALL_PASSED: "When all are passed.",
            },
        ),
        Definition(
            "PlayerStatusRollupModeThresholdScore",
            SettingType.RATIO,
            "1",
            "Score that completes a course where a threshold does.",
        ),
        Definition(
            "PlayerApplyRollupStatusToSuccess",
            SettingType.BOOLEAN,
            "false",
            f"Whether a course that is completed is passed, too. {UNLESS_RULES}",
        ),
        _rule(
            "PlayerScoreRollupModeValue",
            ScoreRule.WITH_SCORES,
            f"How the scores of several activities become one. {UNLESS_RULES}",
            {
                ScoreRule.ALL: "As their average, without a score 0.",
                ScoreRule.WITH_SCORES: "As the average of those with a score.",
                ScoreRule.NONZERO: "As the average of those with a score other than 0.",
            },
        ),
        _kept(
            "PlayerScoLaunchType",
            SettingType.CHOICE,
            "FRAMESET",
            "Where an activity opens.",
            FRAMESET="Within the page of the player.",
            NEW_WINDOW="In a window of its own.",
        ),
        _kept("PlayerCourseStructureStartsOpen", SettingType.BOOLEAN, "true", "Whether the outline is open."),
        _kept("PlayerShowCloseItem", SettingType.BOOLEAN, "true", "Whether an activity can be closed alone."),
        _kept("PlayerShowProgressBar", SettingType.BOOLEAN, "false", "Whether progress is shown as a bar."),
        _kept("PlayerCaptureHistory", SettingType.BOOLEAN, "false", "Whether attempts are logged."),
        _kept("PlayerCaptureHistoryDetailed", SettingType.BOOLEAN, "false", "Whether that is in detail."),
    )
}
"""All settings by name, in the order in which they are listed."""

LEVELS = (SettingSource.VERSION, SettingSource.COURSE, SettingSource.APPLICATION)
"""Where values can be set, what counts first before the others."""


@cache
def _values(of: type[Base], role: Role) -> SqlStatement:
    """Place, level and value of what is set for courses or versions whose team the viewer is."""
    keys = bindparam("keys", type_=ARRAY(Uuid(as_uuid=False)))
    if of is Course:
        place = select(
            Course.id,
            Course.id.label("course_id"),
            cast(null(), Uuid).label("version_id"),
            Course.application_id,
        ).where(Course.id == any_(keys), teaches(Course.__table__.c.id, role))
    else:
        place = (
            select(
                CourseVersion.id,
                CourseVersion.course_id,
                CourseVersion.id.label("version_id"),
                Course.application_id,
            )
            .join(Course, Course.id == CourseVersion.course_id)
            .where(CourseVersion.id == any_(keys), teaches(Course.__table__.c.id, role))
        )
    places = place.subquery("places")
    set_there = or_(
        Setting.version_id == places.c.version_id,
        Setting.course_id == places.c.course_id,
        Setting.application_id == places.c.application_id,
    )
    return compiled(
        select(
            places.c.id, Setting.name, Setting.value, Setting.application_id, Setting.course_id
        ).select_from(places.outerjoin(Setting, set_there))
    )


def _computed(of: type[Base], own: SettingSource) -> Computed:
    async def settings(context: Context, keys: Sequence[Any]) -> list[list[dict[str, Any]]]:
        """Per course or version its settings; none for who is not of its team."""
        rows = await context.fetch(_values(of, context.viewer.role), {"keys": list(keys)})
        found: dict[str, dict[tuple[str, SettingSource], str]] = {}
        for key, name, value, application_id, course_id in rows:
            place = found.setdefault(key, {})
            if name is None:
                continue
            level = SettingSource.APPLICATION if application_id else SettingSource.VERSION
            place[name, SettingSource.COURSE if course_id else level] = value
        return [_effective(found[key], own) if key in found else [] for key in keys]

    return Computed(function=settings, many=True)


def _effective(values: Mapping[tuple[str, SettingSource], str], own: SettingSource) -> list[dict[str, Any]]:
    settings = []
    for each in DEFINITIONS.values():
        source = next((level for level in LEVELS if (each.name, level) in values), SettingSource.DEFAULT)
        settings.append(
            {
                "name": each.name,
                "type": each.type,
                "description": each.description,
                "default": each.default,
                "is_enforced": each.is_enforced,
                "choices": [{"value": value, "description": words} for value, words in each.choices.items()],
                "source": source,
                "value": values.get((each.name, source), each.default),
                "own_value": values.get((each.name, own)),
            }
        )
    return settings


async def in_force(session: AsyncSession, registration_id: str) -> dict[str, str]:
    """Value of each setting as it holds for what a registration runs."""
    set_there = or_(
        Setting.version_id == Registration.version_id,
        Setting.course_id == Registration.course_id,
        Setting.application_id == Course.application_id,
    )
    nearest_last = (Setting.version_id.is_not(None), Setting.course_id.is_not(None))
    found = await session.execute(
        select(Setting.name, Setting.value)
        .join(Registration, Registration.id == registration_id)
        .join(Course, Course.id == Registration.course_id)
        .where(set_there)
        .order_by(*nearest_last)
    )
    values = {each.name: each.default for each in DEFINITIONS.values()}
    return values | {name: value for name, value in found if name in values}


def rollup_rules(values: Mapping[str, str]) -> Rules:
    """How outcomes are rolled up where these values hold."""
    return Rules(
        status=StatusRule(values["PlayerStatusRollupModeValue"]),
        threshold=float(values["PlayerStatusRollupModeThresholdScore"]),
        gives_success=values["PlayerApplyRollupStatusToSuccess"] == "true",
        score=ScoreRule(values["PlayerScoreRollupModeValue"]),
    )


OF_COURSE = _computed(Course, SettingSource.COURSE)
OF_VERSION = _computed(CourseVersion, SettingSource.VERSION)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenSetting:
    """Value of one setting; null clears what was set."""

    name: str
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSettings(VersionNamed):
    """Values to set."""

    settings: list[GivenSetting]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChanged:
    """Course or version whose settings changed; neither for those of an application."""

    course_id: str | None
    version_id: str | None


@command(UserErrorCode.NOT_FOUND, UserErrorCode.NOT_ACCESSIBLE, UserErrorCode.INVALID_INPUT)
async def set_settings(session: AsyncSession, viewer: Viewer, given: SetSettings) -> SettingsChanged:
    """Set values for a course, for a version of one, or for all of the application; null clears one."""
    course_id, version_id = None, None
    if given.version_id is not None or given.version is not None:
        _, version_id = await team_version(session, viewer, named_version(viewer, given))
    elif given.course_id is not None or given.reference is not None:
        course_id = await team_course(session, viewer, named_course(viewer, given))
    elif viewer.role is not Role.APPLICATION:
        raise Refused(UserErrorCode.INVALID_INPUT, "Say of which course or version.", "course_id")
    whole = viewer.application_id if course_id is None and version_id is None else None
    place = {"application_id": whole, "course_id": course_id, "version_id": version_id}
    values = {each.name: each.value for each in given.settings}
    for name, value in values.items():
        known = DEFINITIONS.get(name)
        if known is None or (value is not None and not known.takes(value)):
            why = f"takes no value {value!r}" if known else "is no setting"
            raise Refused(UserErrorCode.INVALID_INPUT, f"{name[:100]!r} {why}.", "settings")
    if not values:
        return SettingsChanged(course_id=course_id, version_id=version_id)
    there = [getattr(Setting, name).is_not_distinct_from(value) for name, value in place.items()]
    cleared = delete(Setting).where(
        Setting.name == any_(literal(list(values), ARRAY(Setting.name.type))), *there
    )
    await session.execute(cleared)
    rows = [
        {"id": new_id(), **place, "name": name, "value": value}
        for name, value in values.items()
        if value is not None
    ]
    if rows:
        await session.execute(insert(Setting), rows)
    return SettingsChanged(course_id=course_id, version_id=version_id)
