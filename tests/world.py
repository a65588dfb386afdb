"""Builds rows for tests: each method adds one thing with sensible values and answers its row."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import select, update

from models.catalogue.channel import Channel
from models.catalogue.classifier import Classifier, Cluster, CourseClassifier
from models.catalogue.course import Course, CourseStatus, CourseTeacher
from models.catalogue.item import ContentType, ExerciseType, Item
from models.catalogue.section import Section
from models.community.announcement import Announcement
from models.community.learning_room import LearningRoom, LearningRoomMember
from models.community.topic import Comment, Topic
from models.content.gadget import Gadget
from models.content.lti_exercise import LtiExercise
from models.content.peer_assessment import PeerAssessment
from models.content.quiz import Option, Question, QuestionType, Quiz
from models.content.rich_text import RichText
from models.content.subtitle import SubtitleCue, SubtitleTrack
from models.content.video import Video
from models.learning.enrollment import Enrollment
from models.learning.grading_policy import GradingPolicy
from models.learning.submission import Answer, Submission
from models.learning.visit import Visit
from models.packages.asset import Asset
from models.packages.course_version import CourseVersion
from models.packages.packaged_activity import LearningStandard, PackagedActivity
from models.packages.registration import Registration
from models.packages.statement import Statement
from models.people.application import Application
from models.people.organization import Organization
from models.people.token import Token
from models.people.user import User
from models.postgres.base import Base, new_id
from models.postgres.database import Database
from resolvers.access.viewer import Role, Viewer, hashed
from resolvers.catalogue.arrangement import arrange

R = TypeVar("R", bound=Base)
NOW = datetime.now(UTC)
YESTERDAY = NOW - timedelta(days=1)
TOMORROW = NOW + timedelta(days=1)


class World:
    """Rows are committed at once; ids and names are fresh, so that tests do not meet each other's."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def add(self, row: R, *more: Base) -> R:
        """Write rows in their order, those of one kind that follow each other at once; answers the first."""
        async with self.database.transaction() as session:
            for _, alike in groupby((row, *more), type):
                session.add_all(alike)
                await session.flush()
            for course_id in {each.course_id for each in (row, *more) if isinstance(each, Section | Item)}:
                await arrange(session, course_id)
        return row

    async def application(self, **values: Any) -> Application:
        """One whose secret nobody knows."""
        usual = {"id": new_id(), "name": "Application", "secret_hash": b""}
        return await self.add(Application(**{**usual, **values}))

    async def organization(self, **values: Any) -> Organization:
        return await self.add(Organization(**{"id": new_id(), "slug": new_id(), "name": "HPI", **values}))

    async def channel(self, **values: Any) -> Channel:
        return await self.add(
            Channel(**{"id": new_id(), "code": new_id(), "title": {"en": "Channel"}, **values})
        )

    async def cluster(self, **values: Any) -> Cluster:
        return await self.add(
            Cluster(**{"id": new_id(), "code": new_id(), "title": {"en": "Topic"}, **values})
        )

    async def classifier(self, cluster: Cluster, *courses: Course, **values: Any) -> Classifier:
        """A value of the cluster that these courses carry."""
        usual = {"id": new_id(), "code": new_id(), "title": {"en": "Biology"}, "cluster_id": cluster.id}
        row = Classifier(**{**usual, **values})
        carried = [CourseClassifier(course_id=course.id, classifier_id=row.id) for course in courses]
        return await self.add(row, *carried)

    async def course(self, **values: Any) -> Course:
        return (await self.courses(1, **values))[0]

    async def courses(self, rows: int, **values: Any) -> list[Course]:
        usual = {"title": "Course", "status": CourseStatus.ACTIVE}
        made = [Course(**{"id": new_id(), "slug": new_id(), **usual, **values}) for _ in range(rows)]
        await self.add(*made)
        return made

    async def grading_policy(self, course: Course, **values: Any) -> GradingPolicy:
        return await self.add(GradingPolicy(**{"id": new_id(), "course_id": course.id, **values}))

    async def asset(self, course: Course, **values: Any) -> Asset:
        usual = {"id": new_id(), "path": f"{new_id()}.png", "media_type": "image/png", "size": 1}
        return await self.add(Asset(**{**usual, "digest": "0" * 64, "course_id": course.id, **values}))

    async def section(self, course: Course, parent: Section | None = None, **values: Any) -> Section:
        usual = {"id": new_id(), "title": "Section", "position": 1, "course_id": course.id}
        return await self.add(Section(**{**usual, "parent_id": parent and parent.id, **values}))

    async def sections(
        self, course: Course, rows: int, parent: Section | None = None, **values: Any
    ) -> list[Section]:
        """Sections at the positions from 1 on."""
        made = [
            Section(
                **{
                    "id": new_id(),
                    "title": f"Section {place}",
                    "position": place,
                    "course_id": course.id,
                    "parent_id": parent and parent.id,
                    **values,
                }
            )
            for place in range(1, rows + 1)
        ]
        await self.add(*made)
        return made

    async def item(
        self, section: Section, content_type: ContentType = ContentType.RICH_TEXT, **values: Any
    ) -> Item:
        """An item with content of its type; a quiz has no questions yet."""
        item, content = item_with_content(section, content_type, {}, **values)
        await self.add(item, content)
        return item

    async def items(
        self,
        sections: Sequence[Section],
        content_type: ContentType = ContentType.RICH_TEXT,
        rows: int = 1,
        content: Mapping[str, Any] = {},
        **values: Any,
    ) -> list[tuple[Item, Any]]:
        """`rows` items in each section, at the positions from 1 on, each with content of these values."""
        made = [
            item_with_content(section, content_type, content, position=place, title=f"Item {place}", **values)
            for section in sections
            for place in range(1, rows + 1)
        ]
        await self.add(*(item for item, _ in made), *(held for _, held in made))
        return made

    async def content(self, item: Item) -> Any:
        """The content row of an item."""
        model: Any = MODELS_BY_CONTENT_TYPE[ContentType(item.content_type)]
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
        if questions:
            await self.questions([row], questions)
        return row

    async def questions(self, quizzes: Sequence[Quiz], rows: int = 1, **values: Any) -> list[Question]:
        """`rows` questions in each quiz, with a right and a wrong option each."""
        usual = {"type": QuestionType.SELECT_ONE, "text": "?"}
        made = [
            Question(**{"id": new_id(), "quiz_id": quiz.id, "position": place, **usual, **values})
            for quiz in quizzes
            for place in range(1, rows + 1)
        ]
        options = [
            Option(id=new_id(), question_id=question.id, position=place, text=words, is_correct=place == 1)
            for question in made
            for place, words in enumerate(("yes", "no"), 1)
        ]
        await self.add(*made, *options)
        return made

    async def subtitles(self, video: Video, language: str = "en", cues: int = 2) -> SubtitleTrack:
        return (await self.subtitles_of([video], language, cues))[0]

    async def subtitles_of(
        self, videos: Sequence[Video], language: str = "en", cues: int = 2
    ) -> list[SubtitleTrack]:
        """A track for each video, with cues of a second each."""
        tracks = [SubtitleTrack(id=new_id(), video_id=video.id, language=language) for video in videos]
        lines = [
            SubtitleCue(
                id=new_id(), track_id=track.id, position=at, starts_at=at, ends_at=at + 1, text=f"Line {at}"
            )
            for track in tracks
            for at in range(1, cues + 1)
        ]
        await self.add(*tracks, *lines)
        return tracks

    async def user(self, **values: Any) -> User:
        return (await self.users(1, **values))[0]

    async def users(self, rows: int, **values: Any) -> list[User]:
        names = [new_id() for _ in range(rows)]
        made = [
            User(**{"id": new_id(), "username": n, "name": "Ada", "email": f"{n}@example.org", **values})
            for n in names
        ]
        await self.add(*made)
        return made

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

    async def version(self, course: Course, **values: Any) -> CourseVersion:
        """A version of a course, which shows it from now on."""
        usual = {"id": new_id(), "number": 1, "standard": LearningStandard.SCORM_1_2, "identifier": "a"}
        row = await self.add(CourseVersion(**{**usual, "course_id": course.id, **values}))
        async with self.database.transaction() as session:
            await session.execute(update(Course).where(Course.id == course.id).values(version_id=row.id))
        return row

    async def registrations(self, version: CourseVersion, rows: int = 1, **values: Any) -> list[Registration]:
        """Registrations of a version, each of a learner of its own."""
        users = [values] * rows if values else [{"user_id": user.id} for user in await self.users(rows)]
        made = [
            Registration(
                **{
                    "id": new_id(),
                    "course_id": version.course_id,
                    "version_id": version.id,
                    "attempt": 1,
                    **each,
                }
            )
            for each in users
        ]
        await self.add(*made)
        return made

    async def enrollment(self, user: User, course: Course, **values: Any) -> Enrollment:
        return await self.add(
            Enrollment(**{"id": new_id(), "user_id": user.id, "course_id": course.id, **values})
        )

    async def token(self, viewer: Viewer, secret: str | None = None, **values: Any) -> Token:
        """A live token with this secret, else with one that nobody knows."""
        usual = {"id": new_id(), "user_id": viewer.signed_in_id, "label": "Laptop"}
        return await self.add(Token(**{**usual, "hash": hashed(secret or new_id()), **values}))

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

    async def room(self, course: Course, *members: Viewer, **values: Any) -> LearningRoom:
        """A learning room with these members."""
        row = LearningRoom(**{"id": new_id(), "course_id": course.id, "name": "Room", **values})
        within = [
            LearningRoomMember(learning_room_id=row.id, user_id=member.signed_in_id) for member in members
        ]
        return await self.add(row, *within)

    async def topic(self, course: Course, viewer: Viewer, comments: int = 0, **values: Any) -> Topic:
        """A topic that the viewer has begun, with comments by the same."""
        usual = {"id": new_id(), "course_id": course.id, "title": "Why?", "text": "Tell me."}
        row = Topic(**{**usual, "user_id": viewer.signed_in_id, **values})
        said = [
            Comment(id=new_id(), topic_id=row.id, user_id=row.user_id, text=f"Comment {place}")
            for place in range(1, comments + 1)
        ]
        return await self.add(row, *said)

    async def announcement(self, course: Course | None = None, **values: Any) -> Announcement:
        usual = {"id": new_id(), "title": {"en": "News"}, "text": {"en": "Text"}, "published_at": YESTERDAY}
        return await self.add(Announcement(**{**usual, "course_id": course and course.id, **values}))


MODELS_BY_CONTENT_TYPE: dict[ContentType, type[Base]] = {
    ContentType.QUIZ: Quiz,
    ContentType.VIDEO: Video,
    ContentType.RICH_TEXT: RichText,
    ContentType.LTI_EXERCISE: LtiExercise,
    ContentType.PACKAGED_ACTIVITY: PackagedActivity,
    ContentType.GADGET: Gadget,
    ContentType.PEER_ASSESSMENT: PeerAssessment,
}

VALUES_BY_CONTENT_TYPE: dict[ContentType, dict[str, Any]] = {
    ContentType.QUIZ: {},
    ContentType.VIDEO: {"single": {"hd_url": "https://example.org/hd.mp4"}},
    ContentType.RICH_TEXT: {"text": "Text"},
    ContentType.LTI_EXERCISE: {"launch_url": "https://example.org/lti"},
    ContentType.PACKAGED_ACTIVITY: {
        "standard": LearningStandard.SCORM_1_2,
        "identifier": "sco",
        "launch_path": "index.html",
    },
    ContentType.PEER_ASSESSMENT: {"instructions": "Build it."},
    ContentType.GADGET: {"type": "poll", "source": "<poll/>"},
}


def item_with_content(
    section: Section, content_type: ContentType, content: Mapping[str, Any], **values: Any
) -> tuple[Item, Any]:
    """Rows of an item and of what it holds, not written yet."""
    usual = {"id": new_id(), "title": "Item", "position": 1, "content_type": content_type}
    place = {"course_id": section.course_id, "section_id": section.id, "version_id": section.version_id}
    item = Item(**{**usual, **place, **values})
    held = {"id": new_id(), "item_id": item.id, "course_id": item.course_id}
    held |= VALUES_BY_CONTENT_TYPE[content_type]
    return item, MODELS_BY_CONTENT_TYPE[content_type](**{**held, **content})


def statement_row(**values: Any) -> Statement:
    """A statement, not written yet."""
    statement_id = new_id()
    document = {
        "id": statement_id,
        "actor": {"objectType": "Agent", "mbox": "mailto:ada@example.org"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"objectType": "Activity", "id": "https://example.org/video"},
    }
    usual = {
        "id": new_id(),
        "statement_id": statement_id,
        "actor_key": "mbox mailto:ada@example.org",
        "verb": "http://adlnet.gov/expapi/verbs/experienced",
        "activity": "https://example.org/video",
        "happened_at": NOW,
        "document": document,
    }
    return Statement(**{**usual, **values})
