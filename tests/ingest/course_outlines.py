"""Short ways to outline a course for tests of the writing, and to write it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast

from sqlalchemy import select, text

from ingest.outline import (
    ContentOutline,
    CourseOutline,
    ItemOutline,
    OptionOutline,
    QuestionOutline,
    QuizOutline,
    RichTextOutline,
    SectionOutline,
)
from ingest.report import ReportBuilder
from ingest.store import Stored, store_course
from models.catalogue.course import Course
from models.catalogue.item import ExerciseType, Item
from models.catalogue.section import Section
from models.content.quiz import QuestionType
from models.postgres.base import new_id
from models.postgres.database import Database
from models.storage.objects import KeptFile

R = TypeVar("R", Item, Section)


class Writer:
    """Writes outlines of one course; `statements` are those of the last writing."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.key = f"course-v1:Org+{new_id()}+R1"
        self.statements: list[str] = []

    def course(self, *sections: SectionOutline, **more: Any) -> CourseOutline:
        """The course with these sections."""
        usual = {
            "key": self.key,
            "slug": self.key[14:],
            "organization": "Org",
            "number": "C",
            "run": "R1",
            "title": "Course",
        }
        return CourseOutline(**{**usual, **more}, sections=sections)

    async def write(
        self, *sections: SectionOutline, files: Mapping[str, KeptFile] | None = None, **more: Any
    ) -> Stored:
        """Write the course as it is with these sections."""
        return await self.store(self.course(*sections, **more), files or {})

    async def store(self, course: CourseOutline, files: Mapping[str, KeptFile]) -> Stored:
        """Write a course of its own making."""
        self.statements = []
        async with self.database.transaction(self.statements) as session:
            return await store_course(session, course, files, ReportBuilder().closed())

    async def rows(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of a query; `:course` is the course's id."""
        async with self.database.transaction() as session:
            found = await session.execute(text("SELECT id FROM courses WHERE key = :key"), {"key": self.key})
            bound = {**parameters, **({"course": found.scalar_one()} if ":course" in sql else {})}
            return [tuple(row) for row in await session.execute(text(sql), bound)]

    async def found(self, model: type[R], key: str) -> R:
        """The section or item of the course with this key."""
        of: Any = model
        of_course = select(Course.id).where(Course.key == self.key).scalar_subquery()
        async with self.database.transaction() as session:
            rows = await session.scalars(select(of).where(of.course_id == of_course, of.source_key == key))
            return cast(R, rows.one())

    async def ids(self) -> dict[str, str]:
        """Ids of the course's sections and items by their keys; of those without, under ''."""
        union = "SELECT source_key, id::text FROM {} WHERE course_id = :course"
        rows = await self.rows(" UNION ALL ".join(map(union.format, ("sections", "items"))))
        return {key or "": id_ for key, id_ in rows}


def section(key: str, *children: SectionOutline | ItemOutline, **more: Any) -> SectionOutline:
    """A section with what it holds, in this order."""
    placed = [replace(child, position=place) for place, child in enumerate(children, 1)]
    return SectionOutline(
        **{"key": key, "kind": "section", "title": f"Section {key}", "position": 1, **more},
        sections=tuple(each for each in placed if isinstance(each, SectionOutline)),
        items=tuple(each for each in placed if isinstance(each, ItemOutline)),
    )


def item(key: str, content: ContentOutline | None = None, **more: Any) -> ItemOutline:
    """A leaf; a text unless it holds something else."""
    held = content or RichTextOutline(text=f"Text of {key}")
    usual: dict[str, Any] = {"key": key, "title": f"Item {key}", "position": 1, "content": held}
    if isinstance(held, QuizOutline):
        usual["exercise_type"] = ExerciseType.MAIN
        usual["max_points"] = sum(each.max_points for each in held.questions)
    return ItemOutline(**{**usual, **more})


def quiz(*questions: QuestionOutline, **more: Any) -> QuizOutline:
    """A quiz with its questions in this order."""
    placed = tuple(replace(each, position=place, key=f"q{place}") for place, each in enumerate(questions, 1))
    return QuizOutline(questions=placed, **more)


def question(words: str, *options: str, **more: Any) -> QuestionOutline:
    """A question with options of which the first is right."""
    given = tuple(OptionOutline(text=each, is_correct=not place) for place, each in enumerate(options))
    usual: dict[str, Any] = {
        "key": "q",
        "type": QuestionType.SELECT_ONE,
        "text": words,
        "position": 1,
        "options": given,
    }
    return QuestionOutline(**{**usual, **more})
