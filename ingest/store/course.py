"""Storage of a whole course in the database, in the caller's transaction.

Values of the source replace existing ones; fields that the source does not have (a course's slug, status,
channel, categories, team and certificates) stay unchanged. A new course is active. Omitted, and listed in the
report if there are any: pages next to the sections, the credentials of LTI tools, a teaser on a video host,
effort and length. Further settings of blocks have no column and are omitted silently.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CursorResult, Text, all_, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

from ingest.outline import CourseOutline, GradingPolicyOutline
from ingest.report import ImportReport, ReportBuilder
from ingest.store.announcements import put_announcements
from ingest.store.contents import ContentRows
from ingest.store.files import Links
from ingest.store.known import CONTENTS, ExistingRows, read_known
from ingest.store.notes import note_all
from ingest.store.rows import Row, put, remove
from ingest.store.tree import TreePlan, item_rows, plan, section_rows, withdraw, withdraw_sections
from models.catalogue.course import Course, CourseStatus
from models.catalogue.item import Item
from models.catalogue.section import Section
from models.content.quiz import Option, Question
from models.content.subtitle import SubtitleCue, SubtitleTrack
from models.learning.grading_policy import GradingPolicy
from models.packages.asset import Asset
from models.people.organization import Organization
from models.postgres.base import new_id
from models.storage.objects import KeptFile
from resolvers.catalogue.arrangement import arrange

LARGEST_INTEGER = 2**31 - 1
NUMBERS = re.compile(r"(?:\d++-)++")
"""Numbers at the end of a slug, as they are in the reversed slug."""


class StoreError(Exception):
    """Raised when a course that was read cannot be written; one sentence."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Stored course: `written` counts the rows that are new or changed, by table.

    `report` is the reader's plus the remarks on writing. A package has become a version with a number.
    """

    id: str
    slug: str
    is_new: bool
    written: Mapping[str, int]
    report: ImportReport
    version_id: str | None = None
    version: int | None = None


async def store_course(
    session: AsyncSession, course: CourseOutline, files: Mapping[str, KeptFile], report: ImportReport
) -> Stored:
    """Write a course; a course with the same key is updated, and ids stay the same.

    `files` are its assets in the store, by path. Imports of the same course wait for each other. The number
    of statements does not depend on the size of the course.
    """
    known_course = await _find(session, course.key)
    course_id, slug = known_course or (new_id(), await free_slug(session, course.slug))
    known = await read_known(session, course_id) if known_course else ExistingRows()
    made = plan(course, known)
    links = Links(files, made.places(slug))
    written: Counter[str] = Counter()

    async def write(model: type[DeclarativeBase], rows: list[Row], key: tuple[str, ...] = ("id",)) -> None:
        written[model.__tablename__] += await put(session, model, rows, key)

    row = _course_row(course, links) | {"organization_id": await _organization_id(session, course)}
    own = {"id": course_id, "slug": slug, "key": course.key}
    await write(Course, [own | row | ({} if known_course else {"status": CourseStatus.ACTIVE})])
    kept = await withdraw(session, made)
    await write(Section, section_rows(course_id, made.sections))
    await write(Item, item_rows(course_id, made.items))
    unpublished = await withdraw_sections(session, made, known, kept)
    contents = ContentRows(course_id, known, links)
    for item in made.items:
        contents.add(item)
    await _write_contents(session, contents, made, known, written)
    await write(GradingPolicy, _grading_policy(course_id, course.grading_policy), ("course_id",))
    if course.grading_policy is None:
        await session.execute(delete(GradingPolicy).where(GradingPolicy.course_id == course_id))
    written["announcements"] += await put_announcements(session, course_id, course, links)
    await write(Asset, asset_rows(course_id, course, files), ("course_id", "version_id", "path"))
    paths = literal([asset.path for asset in course.assets], ARRAY(Text))
    gone = delete(Asset).where(Asset.course_id == course_id, Asset.path != all_(paths))
    written["assets"] += cast(CursorResult[Any], await session.execute(gone)).rowcount
    if known_course and written.total():
        await session.execute(update(Course).where(Course.id == course_id).values(updated_at=func.now()))
    await arrange(session, course_id)
    account = ReportBuilder(
        Counter(report.blocks),
        Counter(report.read),
        *(list(notes) for notes in (report.kept, report.altered, report.skipped, report.warnings)),
    )
    if slug != course.slug and not known_course:
        account.alter(course.title, f"has the slug {slug!r}, as another course is called {course.slug!r}")
    note_all(account, course, made, kept, contents, unpublished)
    return Stored(course_id, slug, known_course is None, +written, account.closed())


async def _find(session: AsyncSession, key: str) -> tuple[str, str] | None:
    """Return id and slug of the course with this key; locked against other imports in this transaction."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    found = (await session.execute(select(Course.id, Course.slug).where(Course.key == key))).one_or_none()
    return (found.id, found.slug) if found else None


async def free_slug(session: AsyncSession, wanted: str) -> str:
    """Return the wanted slug, with a number appended if another course has it.

    Slugs that differ only in the number are locked until the transaction ends.
    """
    wanted = wanted or "course"
    numbers = NUMBERS.match(wanted[::-1])
    stem = wanted[: len(wanted) - numbers.end()] if numbers else wanted
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"slug {stem}", 0))))
    taken = set(await session.scalars(select(Course.slug).where(Course.slug.startswith(wanted))))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (wanted, *numbered) if slug not in taken)


async def _organization_id(session: AsyncSession, course: CourseOutline) -> str | None:
    """Return the organization in the course's key, created if new: its slug is the key's own spelling."""
    if not course.organization:
        return None
    new = insert(Organization).values(id=new_id(), slug=course.organization, name=course.organization)
    await session.execute(new.on_conflict_do_nothing(index_elements=["slug"]))
    found = await session.scalar(select(Organization.id).where(Organization.slug == course.organization))
    return cast(str, found)


def _course_row(course: CourseOutline, links: Links) -> Row:
    image = links.files.get(course.image or "")
    url = links.url(f"asset:{course.image}") if image else None
    return {
        "title": course.title,
        "abstract": course.abstract,
        "description": links.text(course.description) if course.description else None,
        "handouts": links.text(course.handouts) if course.handouts else None,
        "language": course.language,
        "pacing": course.pacing,
        "starts_at": course.starts_at,
        "ends_at": course.ends_at,
        "enrollment_starts_at": course.enrollment_starts_at,
        "enrollment_ends_at": course.enrollment_ends_at,
        "images": [{"url": url, "max_width": None, "max_height": None}] if url else [],
        "teachers": course.teachers,
        "learning_goals": list(course.learning_goals),
        "is_hidden": course.is_hidden,
        "is_listed": course.is_listed,
        "is_invite_only": course.is_invite_only,
    }


async def _write_contents(
    session: AsyncSession, contents: ContentRows, made: TreePlan, known: ExistingRows, written: Counter[str]
) -> None:
    for type_, rows in contents.rows.items():
        written[CONTENTS[type_].__tablename__] += await put(session, CONTENTS[type_], rows)
    questions = contents.questions
    written["questions"] += await remove(session, Question, questions.gone_questions)
    written["options"] += await remove(session, Option, questions.gone_options)
    written["questions"] += await put(session, Question, questions.questions)
    written["options"] += await put(session, Option, questions.options)
    # Tracks and cues of videos that stay unchanged, unpublished, stay too.
    videos = {item.row.content_id for item in made.items if item.row}
    tracks = {id_ for (video_id, _), id_ in known.tracks.items() if video_id in videos}
    staying = {row["id"] for row in contents.tracks}
    written["subtitle_tracks"] += await remove(session, SubtitleTrack, tracks - staying)
    written["subtitle_tracks"] += await put(session, SubtitleTrack, contents.tracks)
    cues = {id_ for (track_id, _), id_ in known.cues.items() if track_id in staying}
    written["subtitle_cues"] += await remove(
        session, SubtitleCue, cues - {row["id"] for row in contents.cues}
    )
    written["subtitle_cues"] += await put(session, SubtitleCue, contents.cues)


def _grading_policy(course_id: str, policy: GradingPolicyOutline | None) -> list[Row]:
    if policy is None:
        return []
    types = [
        {
            "name": row.name,
            "short_name": row.short_name,
            "weight": row.weight,
            "minimum_count": row.minimum_count,
            "drop_count": row.drop_count,
        }
        for row in policy.assignment_types
    ]
    cutoffs = [{"grade": grade, "ratio": ratio} for grade, ratio in policy.cutoffs.items()]
    grace = None if policy.grace_period is None else min(policy.grace_period, LARGEST_INTEGER)
    return [
        {
            "id": new_id(),
            "course_id": course_id,
            "assignment_types": types,
            "cutoffs": cutoffs,
            "grace_period": grace,
        }
    ]


def asset_rows(
    course_id: str, course: CourseOutline, files: Mapping[str, KeptFile], version_id: str | None = None
) -> list[Row]:
    """Return the assets of a course, or of one version of it."""
    return [
        {
            "id": new_id(),
            "course_id": course_id,
            "version_id": version_id,
            "path": asset.path,
            "media_type": asset.media_type,
            "size": files[asset.path].size,
            "digest": files[asset.path].digest,
        }
        for asset in course.assets
    ]
