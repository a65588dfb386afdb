"""Sections and items: matching with existing rows, and handling of rows whose block is gone.

Work of learners is never deleted. An item that is no longer in the source is deleted, unless a learner
visited it or submitted something to it: then it stays, unpublished, and its sections with it. An item with
content of another type is a new item, and so is a quiz that lost a question that learners have answered; the
old item is treated as gone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import case, exists, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ingest.outline import CourseOutline, ItemOutline, QuizOutline, SectionOutline, SolutionRelease
from ingest.store.known import ExistingRows, KnownItem, KnownQuestion
from ingest.store.questions import same_questions
from ingest.store.rows import Row, among, remove
from models.catalogue.item import ExerciseType, Item
from models.catalogue.section import Section
from models.content.quiz import SolutionRule
from models.learning.submission import Submission
from models.learning.visit import Visit
from models.postgres.base import new_id

# Releases that depend on a learner's action; the graph supports one such action, a submission.
BY_LEARNER = set(SolutionRelease) - {SolutionRelease.ALWAYS, SolutionRelease.PAST_DUE, SolutionRelease.NEVER}


@dataclass(frozen=True, slots=True)
class PlacedSection:
    """A section with the ids of its row and its parent's row."""

    id: str
    parent_id: str | None
    outline: SectionOutline


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """An item with the ids of its row and its section's row; `row` is the existing row, null for a new item.

    `questions` are the existing rows of a quiz's questions, by their new position.
    """

    id: str
    section_id: str
    outline: ItemOutline
    row: KnownItem | None
    questions: Mapping[int, KnownQuestion]


@dataclass(slots=True)
class TreePlan:
    """Rows of a course's tree; parents come before their children.

    `replaced` are items whose key another item takes over, `gone` are items no longer in the source.
    """

    sections: list[PlacedSection] = field(default_factory=list)
    items: list[PlacedItem] = field(default_factory=list)
    replaced: list[KnownItem] = field(default_factory=list)
    gone: list[KnownItem] = field(default_factory=list)

    def places(self, slug: str) -> dict[str, str]:
        """Return paths of sections and items by key, in the form of openHPI's pages, for front ends."""
        sections = {each.outline.key: f"/courses/{slug}/sections/{each.id}" for each in self.sections}
        items = {each.outline.key: f"/courses/{slug}/items/{each.id}" for each in self.items}
        return {**sections, **items}


def plan(course: CourseOutline, known: ExistingRows) -> TreePlan:
    """Return rows for the sections and items of a course: existing rows of their keys, else new ones."""
    made = TreePlan()
    section_ids = {section.key: section.id for section in known.sections if section.key}
    items = {item.key: item for item in known.items if item.key}
    for placed in _sections(course.sections, section_ids):
        made.sections.append(placed)
        for item in placed.outline.items:
            row = items.pop(item.key, None)
            questions = _same_questions(row, item, known)
            if row and questions is None:
                made.replaced.append(row)
                row = None
            made.items.append(PlacedItem(row.id if row else new_id(), placed.id, item, row, questions or {}))
    made.gone = list(items.values())
    return made


def _sections(
    outlines: Sequence[SectionOutline], known: Mapping[str, str], parent_id: str | None = None
) -> Iterator[PlacedSection]:
    for outline in outlines:
        id_ = known.get(outline.key) or new_id()
        yield PlacedSection(id_, parent_id, outline)
        yield from _sections(outline.sections, known, id_)


def _same_questions(
    row: KnownItem | None, item: ItemOutline, known: ExistingRows
) -> dict[int, KnownQuestion] | None:
    """Return questions that keep their rows, by their new position; null if `row` is another item."""
    if row and row.content_type != item.content.content_type:
        return None
    if not row or not row.content_id or not isinstance(item.content, QuizOutline):
        return {}
    questions = known.questions.get(row.content_id, ())
    same = same_questions(questions, item.content.questions)
    is_whole = all(question in same.values() for question in questions if question.is_answered)
    return same if is_whole else None


def section_rows(course_id: str, placed: Sequence[PlacedSection], version_id: str | None = None) -> list[Row]:
    """Return the columns of sections; one hidden from the outline is unpublished, as one for staff only."""
    return [
        {
            "id": each.id,
            "course_id": course_id,
            "version_id": version_id,
            "parent_id": each.parent_id,
            "source_key": each.outline.key,
            "title": each.outline.title,
            "position": each.outline.position,
            "starts_at": each.outline.starts_at,
            "ends_at": each.outline.ends_at,
            "deadline": each.outline.deadline,
            "assignment_type": each.outline.assignment_type,
            "is_graded": each.outline.is_graded,
            "is_published": not (each.outline.is_staff_only or each.outline.is_hidden),
            "is_optional": each.outline.is_optional,
        }
        for each in placed
    ]


def item_rows(course_id: str, placed: Sequence[PlacedItem], version_id: str | None = None) -> list[Row]:
    """Return the columns of items."""
    return [
        {
            "id": each.id,
            "course_id": course_id,
            "version_id": version_id,
            "section_id": each.section_id,
            "source_key": each.outline.key,
            "title": each.outline.title,
            "position": each.outline.position,
            "content_type": each.outline.content.content_type,
            "exercise_type": each.outline.exercise_type,
            "max_points": each.outline.max_points,
            "starts_at": each.outline.starts_at,
            "deadline": each.outline.deadline,
            "solutions_at": solutions_at(each.outline),
            "is_optional": each.outline.is_optional,
            "is_proctored": each.outline.is_proctored,
            "is_published": not each.outline.is_staff_only,
        }
        for each in placed
    ]


def solutions_at(item: ItemOutline) -> datetime | None:
    """Return the timestamp for publishing a quiz's solutions, if a date decides (`solution_rule`).

    It is the deadline, because submissions end then. Null without a deadline: a graded exercise then waits
    for the learner's submission, and an ungraded one for nothing (`release_note` reports it).
    """
    by_date = isinstance(item.content, QuizOutline) and solution_rule(item) is SolutionRule.BY_DATE
    return item.deadline if by_date else None


def solution_rule(item: ItemOutline) -> SolutionRule:
    """Return the rule for a quiz's solutions; past a missing deadline means never."""
    match item.content:
        case QuizOutline(solution_release=SolutionRelease.ALWAYS):
            return SolutionRule.ALWAYS
        case QuizOutline(solution_release=SolutionRelease.NEVER):
            return SolutionRule.NEVER
        case QuizOutline(solution_release=SolutionRelease.PAST_DUE) if item.deadline is None:
            return SolutionRule.NEVER
    return SolutionRule.BY_DATE


def release_note(item: ItemOutline) -> str | None:
    """Return the remark on solutions that are shown at another time than in the source; null if none."""
    if not isinstance(item.content, QuizOutline) or item.content.solution_release not in BY_LEARNER:
        return None
    release = item.content.solution_release.replace("_", " ")
    if item.deadline:
        return f"its solutions are shown after its deadline; its source says: {release}"
    if item.exercise_type is ExerciseType.MAIN:
        return f"its solutions are shown once a learner has submitted; its source says: {release}"
    return f"its solutions are shown immediately, because it is ungraded; its source says: {release}"


async def withdraw(session: AsyncSession, made: TreePlan) -> list[KnownItem]:
    """Delete items that are gone or replaced; return those used by learners, which stay, unpublished."""
    ids = [item.id for item in (*made.gone, *made.replaced)]
    if not ids:
        return []
    # Learners cannot visit or submit to them between the two reads and the deletion.
    await session.execute(select(Item.id).where(among(Item.id, ids)).with_for_update())
    is_used = or_(exists().where(Visit.item_id == Item.id), exists().where(Submission.item_id == Item.id))
    used = set(await session.scalars(select(Item.id).where(among(Item.id, ids), is_used)))
    freed = among(Item.id, [item.id for item in made.replaced])
    await session.execute(
        update(Item)
        .where(among(Item.id, used))
        .values(is_published=False, source_key=case((freed, null()), else_=Item.source_key))
        .execution_options(synchronize_session=False)
    )
    await remove(session, Item, [id_ for id_ in ids if id_ not in used])
    return [item for item in (*made.gone, *made.replaced) if item.id in used]


async def withdraw_sections(
    session: AsyncSession, made: TreePlan, known: ExistingRows, kept: Sequence[KnownItem]
) -> int:
    """Delete sections that are gone; unpublish those that must stay, and return their number.

    A section stays if it contains a row that stays. Runs after items are written, because some have moved.
    """
    wanted = {section.id for section in made.sections}
    gone = {section.id for section in known.sections if section.key and section.id not in wanted}
    parents = {section.id: section.parent_id for section in known.sections}
    staying = [item.section_id for item in kept]
    # Rows that were not imported are not deleted here.
    staying += [item.section_id for item in known.items if not item.key]
    staying += [section.id for section in known.sections if not section.key]
    needed: set[str] = set()
    for place in staying:
        above: str | None = place
        while above and above not in wanted:
            needed.add(above)
            above = parents.get(above)
    if gone & needed:
        await session.execute(
            update(Section)
            .where(among(Section.id, gone & needed))
            .values(is_published=False)
            .execution_options(synchronize_session=False)
        )
    await remove(session, Section, gone - needed)
    return len(gone & needed)
