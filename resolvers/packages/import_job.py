"""Imports as the graph reads them, and how they are begun."""

from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Interval, and_, func, insert, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.catalogue.course import Course
from models.events.event import EventKind
from models.packages.import_job import ImportJob, ImportSource
from models.postgres.base import new_id
from resolvers.access.viewer import APPLICATION, Role, Viewer, owns
from resolvers.catalogue.tag import checked_tags
from resolvers.commands.queue import Task, defer
from resolvers.commands.text import is_storable
from resolvers.events.event import record
from resolvers.events.happening import Happening
from resolvers.loading.entity import Entity, among
from resolvers.loading.page import Page
from resolvers.loading.relation import One
from resolvers.operations.errors import Refused, UserErrorCode

KEPT = literal_column("interval '7 days'", Interval)
"""For how long an import can be asked for after its end (002: getImportJobStatus)."""

LONGEST_REFERENCE = 255


def _known(role: Role) -> ColumnElement[bool]:
    """An application knows its own imports, a user theirs, staff all."""
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


async def import_course(
    session: AsyncSession,
    viewer: Viewer,
    reference: str,
    upload: str | None = None,
    url: str | None = None,
    is_only_referred_to: bool = False,
    media_type: str | None = None,
    details: dict[str, Any] | None = None,
    can_create_version: bool = False,
    tags: list[str] | None = None,
    postback_url: str | None = None,
) -> dict[str, Any]:
    """Have a package imported in the background, for the application or the platform.

    The package was uploaded before, or lies at `url`; a media file may stay there, only referred to.
    """
    if not viewer.keeps_courses:
        raise Refused(UserErrorCode.NOT_ACCESSIBLE, "Only staff and applications import courses.")
    reference = checked_reference(reference)
    if (upload is None) == (url is None) or (is_only_referred_to and url is None):
        raise Refused(UserErrorCode.INVALID_INPUT, "Give either 'upload' or 'url'.", "url")
    for field, address in (("url", url), ("postbackUrl", postback_url)):
        if address is not None:
            check_address(address, field)
    exists = select(Course.id).where(
        Course.reference == reference, Course.application_id.is_not_distinct_from(viewer.application_id)
    )
    if not can_create_version and (await session.execute(exists)).first():
        raise Refused(UserErrorCode.ALREADY_EXISTS, f"There is a course {reference!r} already.", "reference")
    fetched = ImportSource.REFERENCE if is_only_referred_to else ImportSource.FETCH
    job_id = new_id()
    await session.execute(
        insert(ImportJob).values(
            id=job_id,
            application_id=viewer.application_id,
            user_id=viewer.id,
            reference=reference,
            source=ImportSource.UPLOAD if upload else fetched,
            location=upload or url,
            media_type=media_type,
            details={name: value for name, value in (details or {}).items() if value is not None},
            is_new_version_allowed=can_create_version,
            tags=checked_tags(tags or []),
            postback_url=postback_url,
        )
    )
    await defer(session, Task.IMPORT, f"{viewer.application_id}/{reference}", job_id=job_id)
    await record(session, EventKind.IMPORT_JOB_CHANGED, job_id, user_id=viewer.id)
    return {"import_job_id": job_id}


def checked_reference(reference: str) -> str:
    """A course's reference; refused where no address could carry it."""
    if not reference.strip() or not is_storable(reference, LONGEST_REFERENCE):
        message = f"A reference is text of 1 to {LONGEST_REFERENCE} characters."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "reference")
    return reference


def check_address(address: str, field: str) -> None:
    """Refuse what is no address of the web; whether it may be reached is seen when it is."""
    try:
        parts = urlsplit(address)
        is_right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        is_right = False
    if not is_right or not is_storable(address, 2048):
        raise Refused(UserErrorCode.INVALID_INPUT, "Give an address such as https://…", field)
