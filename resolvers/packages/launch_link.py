"""Launch links: creation, registrations behind them, and cleanup of untracked registrations."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Row, Select, and_, delete, exists, func, insert, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from models.catalogue.course import Course
from models.catalogue.item import Item
from models.packages.course_version import CourseVersion
from models.packages.launch_link import LaunchLink
from models.packages.packaged_activity import PackagedActivity
from models.packages.registration import Registration
from models.packages.statement import StatementDocument
from models.postgres.base import new_id
from models.postgres.database import Database
from resolvers.access.scope import Verb
from resolvers.access.viewer import LANGUAGE, Role, Viewer, hashed, teaches
from resolvers.catalogue.course import COURSE
from resolvers.commands.command import command
from resolvers.commands.problem import Problems, Refused, UserErrorCode
from resolvers.commands.text import as_text, is_storable
from resolvers.commands.values import URL, Id, Locale
from resolvers.loading.sql import compiled
from resolvers.operations.errors import Unauthenticated
from resolvers.packages.player import LIVES

PLAYER = "/scorm-player"
LIFE = 2 * 3600
"""Default lifetime of a link in seconds."""

LONGEST_LIFE = 366 * 24 * 3600
LONGEST_URL = 2000
HOST = re.compile(
    r"[a-z0-9_-]++(?:\.[a-z0-9_-]++)*+\.?|(?=[0-9a-f.]*+:)[0-9a-f:.]++", re.ASCII | re.IGNORECASE
)
"""Host name in ASCII, or address of IPv6 without its brackets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateLaunchLink:
    """Course to launch, and options; `expires_in` is in seconds."""

    course_id: Id | None = None
    reference: str | None = None
    version: int | None = None
    start_activity: str | None = None
    expires_in: int | None = None
    redirect_url: URL | None = None
    css_url: URL | None = None
    language: Locale | None = None
    is_new_attempt: bool | None = None
    is_closed_at_end: bool | None = None
    is_tracked: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchLinkCreated:
    """URL of the launch link, its expiry and its registration."""

    url: str
    expires_at: datetime
    registration_id: str


@command(
    UserErrorCode.NOT_FOUND,
    UserErrorCode.NOT_ACCESSIBLE,
    UserErrorCode.INVALID_INPUT,
    verb=Verb.READ,
    holds_secret=True,
)
async def create_launch_link(
    session: AsyncSession, viewer: Viewer, given: CreateLaunchLink
) -> LaunchLinkCreated:
    """Create a link that runs the viewer's registration: the last one for the version, else a new one.

    Learners run the version that the course shows, the course team and application any (`version` is its
    number). If the viewer is an application, the registration is its own, a preview of its course. An
    untracked link has a hidden registration.
    """
    if viewer.id is None and viewer.application_id is None:
        raise Unauthenticated("Sign in first: this needs a viewer.")
    expires_in = LIFE if given.expires_in is None else given.expires_in
    is_tracked = True if given.is_tracked is None else given.is_tracked
    problems = Problems()
    if not 0 < expires_in <= LONGEST_LIFE:
        problems.invalid(f"A link opens for 1 to {LONGEST_LIFE} seconds.", "expires_in")
    for field, url in (("redirect_url", given.redirect_url), ("css_url", given.css_url)):
        if url is not None and not (is_storable(url, LONGEST_URL) and web_origin(url)):
            problems.invalid("Give an address that begins with http.", field)
    if given.language is not None and LANGUAGE.fullmatch(given.language.lower()) is None:
        problems.invalid("Give a language tag such as 'en' or 'pt-BR'.", "language")
    if (given.course_id is None) == (given.reference is None):
        problems.invalid("Name the course by its id or by its reference.", "course_id")
    problems.refuse()
    named = (
        Course.id == given.course_id
        if given.course_id is not None
        else Course.reference == as_text(given.reference or "", "reference")
    )
    found = await _runnable(session, viewer, named, given.version)
    start_item_id = None
    if given.start_activity is not None:
        start_item_id = await _item_of(session, found.version_id, given.start_activity)
    if is_tracked:
        registration_id = await _registered(session, viewer, found, bool(given.is_new_attempt))
    else:
        registration_id = await _looking(session, viewer, found)
    secret = secrets.token_urlsafe(24)
    expires_at = await session.scalars(
        insert(LaunchLink)
        .values(
            id=new_id(),
            hash=hashed(secret),
            registration_id=registration_id,
            start_item_id=start_item_id,
            redirect_url=given.redirect_url,
            css_url=given.css_url,
            language=given.language,
            is_closed_at_end=bool(given.is_closed_at_end),
            is_tracked=is_tracked,
            expires_at=func.now() + timedelta(seconds=expires_in),
        )
        .returning(LaunchLink.expires_at)
    )
    return LaunchLinkCreated(
        url=f"{PLAYER}/{secret}/", expires_at=expires_at.one(), registration_id=registration_id
    )


async def _runnable(
    session: AsyncSession, viewer: Viewer, named: ColumnElement[bool], version: int | None
) -> Row[Any]:
    """Load the version to run; refuse if none is accessible to the viewer."""
    role = viewer.role
    is_team = teaches(Course.__table__.c.id, role)
    wanted = CourseVersion.id == Course.version_id if version is None else CourseVersion.number == version
    shown = or_(is_team, CourseVersion.id == Course.version_id)
    known: Select[*tuple[Any, ...]] = (
        select(
            Course.id.label("course_id"),
            CourseVersion.id.label("version_id"),
            COURSE.column("viewer_can_access", role).label("can_open"),
        )
        .select_from(
            Course.__table__.outerjoin(
                CourseVersion.__table__, and_(CourseVersion.course_id == Course.id, wanted, shown)
            )
        )
        .where(named, COURSE.visible(role))
    )
    rows = (await session.execute(known.limit(2), viewer.parameters)).all()
    if not rows:
        raise Refused(UserErrorCode.NOT_FOUND, "There is no such course.", "course_id")
    if len(rows) > 1:  # staff see the courses of all applications, each of which chooses its references
        message = "Several courses have this reference; use the id of the course."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "reference")
    (row,) = rows
    if row.version_id is None:
        field = "course_id" if version is None else "version"
        raise Refused(UserErrorCode.NOT_FOUND, "The course has no such package to run.", field)
    if not row.can_open:
        raise Refused(UserErrorCode.NOT_ACCESSIBLE, "The course is not accessible.", "course_id")
    return row


async def _item_of(session: AsyncSession, version_id: str, identifier: str) -> str:
    """Return the id of the item with the activity that has this identifier in the manifest."""
    held = select(Item.id).join(PackagedActivity, PackagedActivity.item_id == Item.id)
    named = PackagedActivity.identifier == as_text(identifier, "startActivity")
    found = await session.scalar(held.where(Item.version_id == version_id, named).limit(1))
    if found is None:
        message = "There is no such activity in the version."
        raise Refused(UserErrorCode.NOT_FOUND, message, "start_activity")
    return found


async def _registered(session: AsyncSession, viewer: Viewer, found: Row[Any], is_new_attempt: bool) -> str:
    """Return the id of the viewer's last registration, or of a new one if a new attempt is requested."""
    learner = _learner(viewer)
    own = and_(
        Registration.version_id == found.version_id,
        Registration.attempt > 0,
        Registration.user_id.is_not_distinct_from(learner["user_id"]),
        Registration.application_id.is_not_distinct_from(learner["application_id"]),
    )
    # Two concurrent launches must not create two attempts.
    lock = func.hashtextextended(f"{found.version_id} {viewer.id or viewer.application_id}", 0)
    await session.execute(select(func.pg_advisory_xact_lock(lock)))
    newest = select(Registration.id, Registration.attempt).where(own)
    last = (await session.execute(newest.order_by(Registration.attempt.desc()).limit(1))).one_or_none()
    if last is not None and not is_new_attempt:
        return str(last.id)
    made = new_id()
    await session.execute(
        insert(Registration).values(
            id=made,
            course_id=found.course_id,
            version_id=found.version_id,
            attempt=last.attempt + 1 if last else 1,
            **learner,
        )
    )
    return made


async def _looking(session: AsyncSession, viewer: Viewer, found: Row[Any]) -> str:
    """Return the id of the registration behind the viewer's untracked links; create it if needed."""
    made = upsert(Registration).values(
        id=new_id(), course_id=found.course_id, version_id=found.version_id, attempt=0, **_learner(viewer)
    )
    place = ["version_id", "user_id", "application_id", "attempt"]
    # The update protects the row from `forget_looks`.
    used = made.on_conflict_do_update(index_elements=place, set_={"updated_at": func.now()})
    return str(await session.scalar(used.returning(Registration.id)))


def _learner(viewer: Viewer) -> dict[str, str | None]:
    return {
        "user_id": viewer.id if viewer.role is not Role.APPLICATION else None,
        "application_id": viewer.application_id,
    }


async def forget_looks(database: Database) -> int:
    """Delete registrations of untracked links after all their links have expired; return their number."""
    ((count,),) = await database.fetch(_FORGET.sql, _FORGET.constants)
    return int(count)


_gone = (
    delete(Registration)
    .where(
        Registration.attempt == 0,
        Registration.updated_at < func.now() - func.make_interval(0, 0, 0, 0, 0, 10),
        ~exists().where(LaunchLink.registration_id == Registration.id, LIVES),
    )
    .returning(Registration.id)
    .cte("gone")
)
_documents = (
    delete(StatementDocument).where(StatementDocument.registration.in_(select(_gone.c.id))).cte("documents")
)
_FORGET = compiled(select(func.count()).select_from(_gone).add_cte(_documents))


def web_origin(url: str) -> str | None:
    """Return the origin of an absolute URL of http or https, in ASCII; null if the text is no such URL."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or HOST.fullmatch(host) is None:
        return None
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" + (f":{port}" if port is not None else "")
