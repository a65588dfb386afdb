"""Builds rows for tests: each method adds one thing with sensible values and answers its row."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from models.announcement import Announcement
from models.base import Base, new_id
from models.channel import Channel
from models.course import Course, CourseStatus, CourseTeacher
from models.database import Database
from models.enrollment import Enrollment
from models.gadget import Gadget
from models.item import ContentType, ExerciseType, Item
from models.lti_exercise import LtiExercise
from models.organization import Organization
from models.packaged_activity import LearningStandard, PackagedActivity
from models.quiz import Option, Question, QuestionType, Quiz
from models.rich_text import RichText
from models.section import Section
from models.submission import Answer, Submission
from models.subtitle import SubtitleCue, SubtitleTrack
from models.user import User
from models.video import Video
from models.visit import Visit
from resolvers.arrangement import arrange
from resolvers.viewer import Role, Viewer

R = TypeVar("R", bound=Base)
NOW = datetime.now(UTC)
YESTERDAY = NOW - timedelta(days=1)
TOMORROW = NOW + timedelta(days=1)


class World:
    """Rows are committed at once; ids and names are fresh, so that tests do not meet each other's."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def add(self, row: R, *more: Base) -> R:
        """Write rows in their order; answers the first."""
        async with self.database.transaction() as session:
            for each in (row, *more):
                session.add(each)
                await session.flush()
                if isinstance(each, Section | Item):
                    await arrange(session, each.course_id)
        return row

    async def organization(self, **values: Any) -> Organization:
        return await self.add(Organization(**{"id": new_id(), "slug": new_id(), "name": "HPI", **values}))

    async def channel(self, **values: Any) -> Channel:
        return await self.add(
            Channel(**{"id": new_id(), "code": new_id(), "title": {"en": "Channel"}, **values})
        )

    async def course(self, **values: Any) -> Course:
        usual = {"id": new_id(), "slug": new_id(), "title": "Course", "status": CourseStatus.ACTIVE}
        return await self.add(Course(**{**usual, **values}))

    async def section(self, course: Course, parent: Section | None = None, **values: Any) -> Section:
        usual = {"id": new_id(), "title": "Section", "position": 1, "course_id": course.id}
        return await self.add(Section(**{**usual, "parent_id": parent and parent.id, **values}))

    async def item(
        self, section: Section, content_type: ContentType = ContentType.RICH_TEXT, **values: Any
    ) -> Item:
        """An item with content of its type; a quiz has no questions yet."""
        item = Item(
            **{
                "id": new_id(),
                "title": "Item",
                "position": 1,
                "course_id": section.course_id,
                "section_id": section.id,
                "content_type": content_type,
                **values,
            }
        )
        held = {"id": new_id(), "item_id": item.id, "course_id": item.course_id}
        content: dict[ContentType, Base] = {
            ContentType.QUIZ: Quiz(**held),
            ContentType.VIDEO: Video(**held, single={"hd_url": "https://example.org/hd.mp4"}),
            ContentType.RICH_TEXT: RichText(**held, text="Text"),
            ContentType.LTI_EXERCISE: LtiExercise(**held, launch_url="https://example.org/lti"),
            ContentType.PACKAGED_ACTIVITY: PackagedActivity(
                **held, standard=LearningStandard.SCORM_1_2, identifier="sco", launch_path="index.html"
            ),
            ContentType.GADGET: Gadget(**held, type="poll", source="<poll/>"),
        }
        await self.add(item, content[content_type])
        return item

    async def content(self, item: Item) -> Any:
        """The content row of an item."""
        models: dict[ContentType, type[Base]] = {
            ContentType.QUIZ: Quiz,
            ContentType.VIDEO: Video,
            ContentType.RICH_TEXT: RichText,
            ContentType.LTI_EXERCISE: LtiExercise,
            ContentType.PACKAGED_ACTIVITY: PackagedActivity,
            ContentType.GADGET: Gadget,
        }
        model: Any = models[ContentType(item.content_type)]
        async with self.database.transaction() as session:
            return (await session.scalars(select(model).where(model.item_id == item.id))).one()

    async def question(
        self,
        quiz_id: str,
        options: Sequence[tuple[str, bool]] = (("yes", True), ("no", False)),
        **values: Any,
    ) -> tuple[Question, list[Option]]:
        """A question whose options are given as text and whether it is right."""
        usual = {
            "id": new_id(),
            "quiz_id": quiz_id,
            "type": QuestionType.SELECT_ONE,
            "position": 1,
            "text": "?",
        }
        question = Question(**{**usual, **values})
        rows = [
            Option(id=new_id(), question_id=question.id, position=place, text=words, is_correct=right)
            for place, (words, right) in enumerate(options, 1)
        ]
        await self.add(question, *rows)
        return question, rows

    async def quiz(
        self, section: Section, questions: int = 1, quiz: dict[str, Any] | None = None, **item: Any
    ) -> Quiz:
        """A quiz that counts, with `questions` questions of one point and two options each."""
        usual = {"exercise_type": ExerciseType.MAIN, "max_points": float(questions)}
        made = await self.item(section, ContentType.QUIZ, **{**usual, **item})
        row: Quiz = await self.content(made)
        if quiz:
            async with self.database.transaction() as session:
                row = await session.merge(row)
                for name, value in quiz.items():
                    setattr(row, name, value)
        for place in range(1, questions + 1):
            await self.question(row.id, position=place)
        return row

    async def subtitles(self, video: Video, language: str = "en", cues: int = 2) -> SubtitleTrack:
        track = SubtitleTrack(id=new_id(), video_id=video.id, language=language)
        lines = [
            SubtitleCue(
                id=new_id(), track_id=track.id, position=at, starts_at=at, ends_at=at + 1, text=f"Line {at}"
            )
            for at in range(1, cues + 1)
        ]
        await self.add(track, *lines)
        return track

    async def user(self, **values: Any) -> User:
        name = new_id()
        usual = {"id": new_id(), "username": name, "name": "Ada", "email": f"{name}@example.org"}
        return await self.add(User(**{**usual, **values}))

    async def learner(self, *courses: Course) -> Viewer:
        """A member who takes these courses."""
        user = await self.user()
        for course in courses:
            await self.enrollment(user, course)
        return Viewer(user.id, Role.MEMBER)

    async def teacher(self, *courses: Course) -> Viewer:
        """A member of these courses' teams."""
        user = await self.user()
        for course in courses:
            await self.add(CourseTeacher(course_id=course.id, user_id=user.id))
        return Viewer(user.id, Role.MEMBER, tuple(course.id for course in courses))

    async def staff(self) -> Viewer:
        """Somebody who runs the platform."""
        return Viewer((await self.user(is_staff=True)).id, Role.STAFF)

    async def enrollment(self, user: User, course: Course, **values: Any) -> Enrollment:
        return await self.add(
            Enrollment(**{"id": new_id(), "user_id": user.id, "course_id": course.id, **values})
        )

    async def visit(self, viewer: Viewer, item: Item, **values: Any) -> Visit:
        return await self.add(
            Visit(user_id=viewer.signed_in_id, item_id=item.id, course_id=item.course_id, **values)
        )

    async def submission(
        self, viewer: Viewer, quiz: Quiz, answers: Sequence[Answer] = (), **values: Any
    ) -> Submission:
        """An attempt; a draft unless `submitted_at` and `points` are given."""
        usual = {
            "id": new_id(),
            "user_id": viewer.signed_in_id,
            "quiz_id": quiz.id,
            "item_id": quiz.item_id,
            "course_id": quiz.course_id,
            "attempt": 1,
        }
        row = Submission(**{**usual, **values})
        for answer in answers:
            answer.submission_id = row.id
        await self.add(row, *answers)
        return row

    async def announcement(self, course: Course | None = None, **values: Any) -> Announcement:
        usual = {"id": new_id(), "title": {"en": "News"}, "text": {"en": "Text"}, "published_at": YESTERDAY}
        return await self.add(Announcement(**{**usual, "course_id": course and course.id, **values}))
