"""Import jobs: visibility, lists, and the start of imports."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Interval, and_, func, insert, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.catalogue.course import Course
from models.events.event import EventKind
from models.packages.import_job import ImportJob, ImportSource
from models.postgres.base import new_id
from models.storage.objects import UPLOAD_NAME
from resolvers.access.viewer import APPLICATION, Role, Viewer, owns
from resolvers.catalogue.tag import checked_tags
from resolvers.commands.command import command, written
from resolvers.commands.problem import Refused, UserErrorCode
from resolvers.commands.queue import Task, defer
from resolvers.commands.text import is_storable
from resolvers.commands.values import URL, Locale
from resolvers.events.event import record
from resolvers.events.happening import Happening
from resolvers.loading.entity import Entity, among
from resolvers.loading.page import Page
from resolvers.loading.relation import One

KEPT = literal_column("interval '7 days'", Interval)
"""Retention of an import job after its end (SCORM Cloud: getImportJobStatus)."""

LONGEST_REFERENCE = 255


def _known(role: Role) -> ColumnElement[bool]:
    """Visible to the application or user that started the import, and to staff."""
    mine = (
        ImportJob.application_id == APPLICATION
        if role is Role.APPLICATION
        else owns(ImportJob.__table__.c.user_id, role)
    )
    return and_(or_(ImportJob.finished_at.is_(None), ImportJob.finished_at > func.now() - KEPT), mine)


IMPORT_JOB = Entity(
    model=ImportJob,
    rows=_known,
    filters={
        "status": lambda value: among(ImportJob.status, value),
        "reference": lambda value: ImportJob.reference == value,
    },
    orders={"CREATED_AT": (lambda _: ImportJob.created_at,)},
)

BY_ID = One(target=IMPORT_JOB, needs=("import_job_id",))
ALL = Page(target=IMPORT_JOB, order="CREATED_AT", descending=True)
CHANGED = Happening(
    kinds=frozenset({EventKind.IMPORT_JOB_CHANGED}),
    by="subject_id",
    place=BY_ID,
    shown=BY_ID,
    key="import_job_id",
    subject="import_job_id",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaDetails:
    """Details of a media file; `duration` is in seconds."""

    title: str | None = None
    description: str | None = None
    language: Locale | None = None
    duration: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCourse:
    """Package or media file to import."""

    reference: str
    upload: str | None = None
    url: URL | None = None
    is_only_referred_to: bool = False
    media_type: str | None = None
    details: MediaDetails | None = None
    can_create_version: bool = False
    tags: list[str] | None = None
    postback_url: URL | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportBegun:
    """Queued import job."""

    import_job_id: str


@command(UserErrorCode.NOT_ACCESSIBLE, UserErrorCode.INVALID_INPUT, UserErrorCode.ALREADY_EXISTS)
async def import_course(session: AsyncSession, viewer: Viewer, given: ImportCourse) -> ImportBegun:
    """Queue the import of a package, for the application or the platform.

    The package was uploaded before, or is at `url`; a media file may also be linked at its URL only.
    """
    if not viewer.keeps_courses:
        raise Refused(UserErrorCode.NOT_ACCESSIBLE, "Only staff and applications can import courses.")
    reference = checked_reference(given.reference)
    if (given.upload is None) == (given.url is None) or (given.is_only_referred_to and given.url is None):
        raise Refused(UserErrorCode.INVALID_INPUT, "Give either 'upload' or 'url'.", "url")
    if given.upload is not None and not UPLOAD_NAME.fullmatch(given.upload):
        raise Refused(
            UserErrorCode.INVALID_INPUT, "Give the name that the upload was answered with.", "upload"
        )
    for field, address in (("url", given.url), ("postback_url", given.postback_url)):
        if address is not None:
            check_address(address, field)
    exists = select(Course.id).where(
        Course.reference == reference, Course.application_id.is_not_distinct_from(viewer.application_id)
    )
    if not given.can_create_version and (await session.execute(exists)).first():
        raise Refused(UserErrorCode.ALREADY_EXISTS, f"There is a course {reference!r} already.", "reference")
    fetched = ImportSource.REFERENCE if given.is_only_referred_to else ImportSource.FETCH
    job_id = new_id()
    await session.execute(
        insert(ImportJob).values(
            id=job_id,
            application_id=viewer.application_id,
            user_id=viewer.id,
            reference=reference,
            source=ImportSource.UPLOAD if given.upload is not None else fetched,
            location=given.url if given.upload is None else given.upload,
            media_type=given.media_type,
            details=written(given.details) if given.details is not None else {},
            is_new_version_allowed=given.can_create_version,
            tags=checked_tags(given.tags or []),
            postback_url=given.postback_url,
        )
    )
    await defer(session, Task.IMPORT, f"{viewer.application_id}/{reference}", job_id=job_id)
    await record(session, EventKind.IMPORT_JOB_CHANGED, job_id, user_id=viewer.id)
    return ImportBegun(import_job_id=job_id)


def checked_reference(reference: str) -> str:
    """Return the external id of a course; refuse one that no URL can contain."""
    if not reference.strip() or not is_storable(reference, LONGEST_REFERENCE):
        message = f"A reference is text of 1 to {LONGEST_REFERENCE} characters."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "reference")
    return reference


def check_address(address: str, field: str) -> None:
    """Refuse a text that is not an HTTP URL; reachability is checked at download."""
    try:
        parts = urlsplit(address)
        is_right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        is_right = False
    if not is_right or not is_storable(address, 2048):
        raise Refused(UserErrorCode.INVALID_INPUT, "Give a URL such as https://…", field)
