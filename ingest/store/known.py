"""Rows of a course in the database before an import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Executable, exists, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from ingest.store.rows import table_of
from models.catalogue.item import ContentType, Item
from models.catalogue.section import Section
from models.content.gadget import Gadget
from models.content.lti_exercise import LtiExercise
from models.content.peer_assessment import PeerAssessment
from models.content.quiz import Option, Question, QuestionType, Quiz
from models.content.rich_text import RichText
from models.content.subtitle import SubtitleCue, SubtitleTrack
from models.content.video import Video
from models.learning.submission import Answer
from models.packages.packaged_activity import PackagedActivity
from models.postgres.base import Base

CONTENTS: Mapping[ContentType, type[Base]] = {
    ContentType.QUIZ: Quiz,
    ContentType.VIDEO: Video,
    ContentType.RICH_TEXT: RichText,
    ContentType.LTI_EXERCISE: LtiExercise,
    ContentType.PACKAGED_ACTIVITY: PackagedActivity,
    ContentType.GADGET: Gadget,
    ContentType.PEER_ASSESSMENT: PeerAssessment,
}


@dataclass(frozen=True, slots=True)
class KnownSection:
    id: str
    key: str | None
    parent_id: str | None
    title: str


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item; `content_id` is null if the row of its content is missing."""

    id: str
    key: str | None
    section_id: str
    title: str
    content_type: ContentType
    content_id: str | None


@dataclass(frozen=True, slots=True)
class KnownOption:
    id: str
    text: str
    position: int


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """A question; `is_answered` is whether any learner's submission answers it."""

    id: str
    type: QuestionType
    text: str
    position: int
    is_answered: bool
    options: list[KnownOption]


@dataclass(frozen=True, slots=True)
class ExistingRows:
    """Rows of a course: `questions` by quiz, `tracks` by video and language, `cues` by track and position."""

    sections: Sequence[KnownSection] = ()
    items: Sequence[KnownItem] = ()
    questions: Mapping[str, Sequence[KnownQuestion]] = field(default_factory=dict)
    tracks: Mapping[tuple[str, str], str] = field(default_factory=dict)
    cues: Mapping[tuple[str, int], str] = field(default_factory=dict)


async def read_known(session: AsyncSession, course_id: str) -> ExistingRows:
    """Return the course's rows, read in seven statements."""
    contents = union_all(
        *(
            select(table.c.item_id, table.c.id).where(table.c.course_id == course_id)
            for table in map(table_of, CONTENTS.values())
        )
    ).subquery()
    sections = select(Section.id, Section.source_key, Section.parent_id, Section.title)
    items = select(
        Item.id, Item.source_key, Item.section_id, Item.title, Item.content_type, contents.c.id
    ).outerjoin(contents, contents.c.item_id == Item.id)
    return ExistingRows(
        [KnownSection(*row) for row in await _rows(session, sections.where(Section.course_id == course_id))],
        [KnownItem(*row) for row in await _rows(session, items.where(Item.course_id == course_id))],
        await _questions(session, course_id),
        *await _subtitles(session, course_id),
    )


async def _questions(session: AsyncSession, course_id: str) -> dict[str, list[KnownQuestion]]:
    options: dict[str, list[KnownOption]] = {}
    of_options = (
        select(Option.question_id, Option.id, Option.text, Option.position)
        .join(Question, Question.id == Option.question_id)
        .join(Quiz, Quiz.id == Question.quiz_id)
        .where(Quiz.course_id == course_id)
        .order_by(Option.position)
    )
    for question_id, *option in await _rows(session, of_options):
        options.setdefault(question_id, []).append(KnownOption(*option))
    is_answered = exists().where(Answer.question_id == Question.id)
    of_questions = (
        select(Question.quiz_id, Question.id, Question.type, Question.text, Question.position, is_answered)
        .join(Quiz, Quiz.id == Question.quiz_id)
        .where(Quiz.course_id == course_id)
        .order_by(Question.position)
    )
    questions: dict[str, list[KnownQuestion]] = {}
    for quiz_id, id_, type_, text, position, answered in await _rows(session, of_questions):
        question = KnownQuestion(id_, type_, text, position, answered, options.get(id_, []))
        questions.setdefault(quiz_id, []).append(question)
    return questions


async def _subtitles(
    session: AsyncSession, course_id: str
) -> tuple[dict[tuple[str, str], str], dict[tuple[str, int], str]]:
    of_tracks = (
        select(SubtitleTrack.video_id, SubtitleTrack.language, SubtitleTrack.id)
        .join(Video, Video.id == SubtitleTrack.video_id)
        .where(Video.course_id == course_id)
    )
    of_cues = (
        select(SubtitleCue.track_id, SubtitleCue.position, SubtitleCue.id)
        .join(SubtitleTrack, SubtitleTrack.id == SubtitleCue.track_id)
        .join(Video, Video.id == SubtitleTrack.video_id)
        .where(Video.course_id == course_id)
    )
    return (
        {(video_id, language): id_ for video_id, language, id_ in await _rows(session, of_tracks)},
        {(track_id, position): id_ for track_id, position, id_ in await _rows(session, of_cues)},
    )


async def _rows(session: AsyncSession, statement: Executable) -> Sequence[Any]:
    return (await session.execute(statement)).all()
