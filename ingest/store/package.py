"""Storage of a package as a new version of a course, in the caller's transaction: published by one write."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ingest.package import PackageOutline
from ingest.report import ImportReport
from ingest.store.contents import ContentRows
from ingest.store.course import Stored, StoreError, asset_rows, free_slug
from ingest.store.files import Links
from ingest.store.known import ExistingRows
from ingest.store.rows import Row, put, table_of
from ingest.store.tree import item_rows, plan, section_rows
from models.catalogue.course import Course, CourseStatus
from models.catalogue.item import ContentType, Item
from models.catalogue.section import Section
from models.packages.asset import Asset
from models.packages.course_version import CourseVersion
from models.packages.packaged_activity import PackagedActivity
from models.postgres.base import new_id
from models.storage.objects import KeptFile
from resolvers.catalogue.arrangement import arrange


class CourseExistsError(StoreError):
    """Raised when the course of this external id exists and new versions are not allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Target of a package: the course with the external id `reference`, new or with a new version.

    Courses of an application belong to it. Without `is_new_version_allowed` the course must be new.
    """

    reference: str
    application_id: str | None = None
    is_new_version_allowed: bool = True
    tags: tuple[str, ...] = ()


async def store_package(
    session: AsyncSession,
    package: PackageOutline,
    files: Mapping[str, KeptFile],
    report: ImportReport,
    destination: Destination,
) -> Stored:
    """Add and publish the version; imports to the same course wait for each other.

    Raises CourseExistsError. The number of statements does not depend on the size of the package.
    """
    course, outline = await _course(session, package, destination), package.course
    version_id = new_id()
    await session.execute(insert(CourseVersion).values(**_version_row(package, course, version_id)))
    made = plan(outline, ExistingRows())
    await put(session, Section, section_rows(course.id, made.sections, version_id))
    await put(session, Item, item_rows(course.id, made.items, version_id))
    contents = ContentRows(course.id, ExistingRows(), Links(files, {}))
    for item in made.items:
        contents.add(item)
    activities = contents.rows[ContentType.PACKAGED_ACTIVITY]
    await put(session, PackagedActivity, activities)
    rows = asset_rows(course.id, outline, files, version_id)
    await put(session, Asset, rows, ("course_id", "version_id", "path"))
    await session.execute(
        update(Course).where(Course.id == course.id).values(version_id=version_id, updated_at=func.now())
    )
    await arrange(session, course.id)
    written = {
        "sections": len(made.sections),
        "items": len(made.items),
        "packaged_activities": len(activities),
        "assets": len(rows),
    }
    return Stored(course.id, course.slug, course.is_new, written, report, version_id, course.number)


@dataclass(frozen=True, slots=True)
class _Place:
    """Course of the package, and the number of the new version."""

    id: str
    slug: str
    is_new: bool
    number: int


async def _course(session: AsyncSession, package: PackageOutline, destination: Destination) -> _Place:
    """Return the course, created or updated, and locked until the transaction ends."""
    name = f"{destination.application_id}/{destination.reference}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
    known = select(Course.id, Course.slug, Course.last_version).where(
        Course.reference == destination.reference,
        Course.application_id.is_not_distinct_from(destination.application_id),
    )
    found = (await session.execute(known)).one_or_none()
    if found and not destination.is_new_version_allowed:
        raise CourseExistsError(f"A course {destination.reference!r} already exists.")
    told: Row = {
        "title": package.course.title,
        "description": package.course.description,
        "language": package.course.language,
        "last_version": (found.last_version if found else 0) + 1,
    }
    if destination.tags:
        told["tags"] = list(destination.tags)
    if found:
        await put(session, Course, [{"id": found.id, "slug": found.slug, **told}])
        return _Place(found.id, found.slug, is_new=False, number=told["last_version"])
    slug = re.sub(r"[^a-z0-9]+", "-", package.course.title.lower()).strip("-")[:80]
    place = _Place(new_id(), await free_slug(session, slug), is_new=True, number=1)
    own: Row = {
        "id": place.id,
        "slug": place.slug,
        "reference": destination.reference,
        "application_id": destination.application_id,
        "status": CourseStatus.ACTIVE,
        "is_hidden": destination.application_id is not None,
        "images": [],
        "learning_goals": [],
    }
    await session.execute(insert(table_of(Course)).values(**own, **told))
    return place


def _version_row(package: PackageOutline, course: _Place, version_id: str) -> Row:
    return {
        "id": version_id,
        "course_id": course.id,
        "number": course.number,
        "standard": package.standard,
        "identifier": package.identifier,
        "title": dict(package.titles),
        "description": dict(package.descriptions),
        "keywords": list(package.keywords),
        "languages": list(package.languages),
        "duration": package.duration,
        "typical_time": package.typical_time,
        "sequencing": cast(Row, package.sequencing),
    }
