"""Data of the player behind a launch link: the course, its files, and the learner's states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, cast, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import LargeBinary, Text, Uuid

from models.catalogue.course import Course, CourseTeacher
from models.catalogue.item import Item
from models.catalogue.section import Section
from models.packages.asset import Asset
from models.packages.course_version import CourseVersion
from models.packages.launch_link import LaunchLink
from models.packages.packaged_activity import ActivityKind, LearningStandard, MoveOn, PackagedActivity
from models.packages.registration import ActivityState, Completion, Registration, Success
from models.people.application import Application
from models.people.user import User
from models.postgres.database import Database
from models.postgres.value import UNSTORABLE
from resolvers.access.participation import is_enrolled
from resolvers.access.viewer import Role, Viewer, hashed
from resolvers.catalogue.course import COURSE
from resolvers.loading.sql import SqlStatement, compiled

SESSION = 24 * 3600
"""Seconds that an opened player continues to run."""


@dataclass(frozen=True, slots=True)
class ActiveLaunch:
    """Live link with its registration; `opens` if it still opens the player.

    `learner_id` is the id of a user, or of the application that previews its own course.
    """

    id: str
    opens: bool
    registration_id: str
    attempt: int
    course_id: str
    course_title: str
    version_id: str
    standard: LearningStandard
    application_id: str | None
    user_id: str | None
    learner_name: str
    start_item_id: str | None
    redirect_url: str | None
    css_url: str | None
    language: str | None
    is_closed_at_end: bool
    is_tracked: bool

    @property
    def payer(self) -> Viewer:
        """Viewer whose budget pays for the player: the learner, or the application that previews."""
        if self.user_id is not None:
            return Viewer(self.user_id, Role.MEMBER)
        return Viewer(role=Role.APPLICATION, application_id=self.application_id)

    @property
    def learner_id(self) -> str:
        """Id of the learner in packages."""
        return self.user_id or self.application_id or ""


@dataclass(frozen=True, slots=True)
class Activity:
    """Activity of a version, with its state if it was opened before; `path` is that of its item."""

    id: str
    item_id: str
    title: str
    path: Sequence[int]
    kind: ActivityKind
    standard: LearningStandard
    identifier: str
    launch_path: str
    launch_query: str
    launch_data: str | None
    move_on: MoveOn | None
    mastery_score: float | None
    time_limit: float | None
    parameters: Mapping[str, Any]
    completion: Completion
    success: Success
    is_satisfied: bool
    total_time: float
    runtime: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class ActivityCluster:
    """Heading above activities; `identifier` is the one in the manifest."""

    identifier: str
    title: str
    path: Sequence[int]


@dataclass(frozen=True, slots=True)
class Outline:
    """Content that a link runs, in course order.

    `rules` are those of SCORM 2004's sequencing (`models.packages.course_version`); `sequencing` is its state
    as the player left it (`models.packages.registration`), null before the first report.
    """

    clusters: Sequence[ActivityCluster]
    activities: Sequence[Activity]
    rules: Mapping[str, Any]
    sequencing: str | None


LIVES = or_(
    LaunchLink.expires_at > func.now(),
    LaunchLink.opened_at > func.now() - func.make_interval(0, 0, 0, 0, 0, 0, SESSION),
)


def _in_team() -> ColumnElement[bool]:
    """Check that the learner is staff or teaches the course."""
    teaches = exists().where(
        CourseTeacher.course_id == Registration.course_id, CourseTeacher.user_id == Registration.user_id
    )
    return or_(User.is_staff, teaches.correlate(Registration))


def _takes_part() -> ColumnElement[bool]:
    """Check that the learner is enrolled in the course, which has started and is not closed."""
    registrations = Registration.__table__.c
    enrolled = is_enrolled(registrations.user_id, registrations.course_id)
    return and_(COURSE.column("is_started", Role.MEMBER), enrolled)


MAY_RUN = or_(Registration.application_id == Course.application_id, _in_team(), _takes_part())
"""Condition of every request of a launch: its learner could create the link now
(`resolvers.packages.launch_link`). An application runs its own courses.
"""

_launch = (
    select(
        LaunchLink.id,
        (LaunchLink.expires_at > func.now()).label("opens"),
        Registration.id.label("registration_id"),
        Registration.attempt,
        Registration.course_id,
        Course.title.label("course_title"),
        Registration.version_id,
        CourseVersion.standard,
        Course.application_id,
        Registration.user_id,
        func.coalesce(User.full_name, User.name, Application.name).label("learner_name"),
        LaunchLink.start_item_id,
        LaunchLink.redirect_url,
        LaunchLink.css_url,
        LaunchLink.language,
        LaunchLink.is_closed_at_end,
        LaunchLink.is_tracked,
    )
    .select_from(LaunchLink)
    .join(Registration, Registration.id == LaunchLink.registration_id)
    .join(Course, Course.id == Registration.course_id)
    .join(CourseVersion, CourseVersion.id == Registration.version_id)
    .outerjoin(User, User.id == Registration.user_id)
    .outerjoin(Application, Application.id == Registration.application_id)
    .where(LIVES, MAY_RUN)
)
_by_secret = compiled(_launch.where(LaunchLink.hash == bindparam("hash", type_=LargeBinary)))
_by_id = compiled(
    _launch.where(
        LaunchLink.id == bindparam("id", type_=Uuid(as_uuid=False)),
        LaunchLink.hash == bindparam("hash", type_=LargeBinary),
    )
)
IN_REGISTRATION = and_(
    ActivityState.activity_id == PackagedActivity.id,
    ActivityState.registration_id == bindparam("registration", type_=Uuid(as_uuid=False)),
)
"""Join condition of an activity with its state in a registration."""

_activity: Select[*tuple[Any, ...]] = (
    select(
        PackagedActivity.id,
        Item.id.label("item_id"),
        Item.title,
        Item.path,
        PackagedActivity.kind,
        PackagedActivity.standard,
        PackagedActivity.identifier,
        PackagedActivity.launch_path,
        PackagedActivity.launch_query,
        PackagedActivity.launch_data,
        PackagedActivity.move_on,
        PackagedActivity.mastery_score,
        PackagedActivity.time_limit,
        PackagedActivity.parameters,
        func.coalesce(ActivityState.completion, Completion.UNKNOWN.value),
        func.coalesce(ActivityState.success, Success.UNKNOWN.value),
        func.coalesce(ActivityState.is_satisfied, False),
        func.coalesce(ActivityState.total_time, 0.0),
        ActivityState.runtime,
    )
    .select_from(PackagedActivity)
    .join(Item, Item.id == PackagedActivity.item_id)
    .outerjoin(ActivityState, IN_REGISTRATION)
)
_activities = compiled(
    _activity.where(Item.version_id == bindparam("version", type_=Uuid(as_uuid=False))).order_by(
        Item.path, Item.id
    )
)
CLUSTERS = compiled(
    select(func.coalesce(Section.source_key, cast(Section.id, Text)), Section.title, Section.path)
    .where(Section.version_id == bindparam("version", type_=Uuid(as_uuid=False)))
    .order_by(Section.path)
)
"""Names, titles and paths of the activity clusters of a `version`."""

_sequencing = compiled(
    select(CourseVersion.sequencing, Registration.sequencing["state"].astext)
    .join(Registration, Registration.version_id == CourseVersion.id)
    .where(Registration.id == bindparam("registration", type_=Uuid(as_uuid=False)))
)
_file = select(Asset.digest, Asset.path).where(
    Asset.version_id == bindparam("version", type_=Uuid(as_uuid=False))
)
_wanted = bindparam("path", type_=Text)
_exactly = compiled(_file.where(Asset.path == _wanted))
_nearly = compiled(_file.where(func.lower(Asset.path) == func.lower(_wanted)).order_by(Asset.path).limit(1))


async def launched(database: Database, secret: str) -> ActiveLaunch | None:
    """Load the launch with the secret of a URL; null if the link is unknown or has ended."""
    return await _found(database, _by_secret, {"hash": hashed(secret)})


async def launched_by(database: Database, id_: str, secret: str) -> ActiveLaunch | None:
    """Load the launch with the id and the secret of its link; null if it is unknown or has ended."""
    return await _found(database, _by_id, {"id": id_, "hash": hashed(secret)})


async def _found(
    database: Database, statement: SqlStatement, given: Mapping[str, Any]
) -> ActiveLaunch | None:
    rows = await database.fetch(statement.sql, {**statement.constants, **given})
    return ActiveLaunch(*rows[0]) if rows else None


async def open_launch(session: AsyncSession, launch: ActiveLaunch) -> None:
    """Mark a link as opened; from then on the player may run for `SESSION` seconds."""
    first = update(LaunchLink).where(LaunchLink.id == launch.id, LaunchLink.opened_at.is_(None))
    await session.execute(first.values(opened_at=func.now()))


async def outline(database: Database, launch: ActiveLaunch) -> Outline:
    """Load the content that a link runs, and the states that the player continues."""
    given = {"version": launch.version_id, "registration": launch.registration_id}
    questions = [(each.sql, {**each.constants, **given}) for each in (CLUSTERS, _activities, _sequencing)]
    clusters, activities, ((rules, sequencing),) = await database.fetch_all(questions)
    return Outline(
        [ActivityCluster(*row) for row in clusters], [Activity(*row) for row in activities], rules, sequencing
    )


async def hold_activity(session: AsyncSession, launch: ActiveLaunch) -> Activity | None:
    """Load the start activity of a launch; lock the registration until the transaction ends."""
    held = select(Registration.id).where(Registration.id == launch.registration_id).with_for_update()
    await session.execute(held)
    own = _activity.where(Item.id == launch.start_item_id, Item.version_id == launch.version_id)
    row = (await session.execute(own, {"registration": launch.registration_id})).one_or_none()
    return None if row is None else Activity(*row)


async def file_digest(database: Database, launch: ActiveLaunch, path: str) -> tuple[str, str] | None:
    """Return digest and path of a file of the package; paths that differ only in case are the fallback."""
    if UNSTORABLE.search(path) is not None:
        return None
    for statement in (_exactly, _nearly):
        given = {**statement.constants, "version": launch.version_id, "path": path}
        if rows := await database.fetch(statement.sql, given):
            return rows[0][0], rows[0][1]
    return None
