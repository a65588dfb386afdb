"""A small world with a row of every kind in every state, and viewers of every kind to look at it.

Viewers go by a letter: A anonymous, O an outsider who takes nothing, L a learner, X a learner of another
course, T the team of the learner's courses, Y the team of the other's, S staff of the platform, C an
application (a client of the API) with a course of its own. Of the users that are there to be looked at, F is
a fellow of the learner, and P tries a quiz without taking part.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from models.catalogue.channel import Channel
from models.catalogue.classifier import Classifier, Cluster, CourseClassifier
from models.catalogue.course import Course, CourseTeacher
from models.catalogue.document import CourseDocument, Document, DocumentLocalization
from models.catalogue.feature import Feature
from models.catalogue.item import ContentType, ExerciseType, Item
from models.catalogue.section import Section
from models.community.announcement import Announcement
from models.community.learning_room import LearningRoom, LearningRoomMember
from models.community.ticket import Ticket, TicketTopic
from models.community.topic import Comment, Topic
from models.content.quiz import Option, Question, QuestionType, Quiz
from models.content.subtitle import SubtitleCue, SubtitleTrack
from models.learning.enrollment import Enrollment
from models.learning.experiment import Experiment, ExperimentAssignment
from models.learning.grading_policy import GradingPolicy
from models.learning.submission import Answer, Submission
from models.learning.visit import Visit
from models.packages.asset import Asset
from models.packages.course_version import CourseVersion
from models.packages.import_job import ImportJob, ImportSource
from models.packages.packaged_activity import LearningStandard
from models.packages.registration import ActivityState, Registration
from models.people.application import Application
from models.people.organization import Organization
from models.people.token import Token
from models.people.user import User
from models.postgres.base import Base, new_id
from models.postgres.database import Database
from resolvers.access.viewer import Role, Viewer
from resolvers.catalogue.arrangement import arrange
from tests.policy_of_concepts import concepts_with_rows
from tests.policy_states import (
    COURSE_VALUES_BY_STATE,
    ITEM_VALUES_BY_STATE,
    PUBLISHED_AT_BY_STATE,
    SECTION_VALUES_BY_STATE,
    TABLES_IN_WRITE_ORDER,
    event_of,
)
from tests.world import NOW, YESTERDAY, World, item_with_content, statement_row

Kind = tuple[str, str]
"""Name of a type in the graph, and a state in which rows of it are."""


@dataclass
class Stage:
    """The world, who looks at it, and which ids are of which kind."""

    database: Database
    viewers: dict[str, Viewer]
    kinds: dict[Kind, list[str]]
    rows: list[Base]

    def ids(self, type_: str) -> dict[str, str]:
        """Ids of a type's rows with the state of each."""
        return {id_: state for (of, state), ids in self.kinds.items() if of == type_ for id_ in ids}


class Builder:
    """Notes rows by kind, in the order in which they are to be written."""

    def __init__(self) -> None:
        self.kinds: defaultdict[Kind, list[str]] = defaultdict(list)
        self.rows: list[Base] = []
        self.shown: dict[str, str] = {}
        self.users = {
            letter: User(
                id=new_id(),
                username=f"user-{letter}",
                name=letter,
                email=f"{letter}@x",
                is_staff=letter == "S",
            )
            for letter in "OLFPXTYS"
        }
        self.courses = {
            state: Course(
                id=new_id(), slug=new_id(), reference=new_id(), title=state, **{"status": "active", **values}
            )
            for state, values in COURSE_VALUES_BY_STATE.items()
        }

    def put(self, type_: str, state: str, row: Any) -> Any:
        self.kinds[type_, state].append(row.id)
        self.rows.append(row)
        return row

    def side(self, state: str) -> tuple[str, str]:
        """Letters of the learner and of the team of a course."""
        return ("X", "Y") if "elsewhere" in state else ("L", "T")

    def platform(self) -> None:
        """What belongs to no course."""
        for letter, user in self.users.items():
            self.put("User", letter, user)
        self.put("Organization", "any", Organization(id=new_id(), slug=new_id(), name="HPI"))
        for state, shown in (("public", True), ("private", False)):
            self.put("Channel", state, Channel(id=new_id(), code=state, title={}, is_public=shown))
        for state, shown in (("visible", True), ("hidden", False)):
            cluster = self.put("Cluster", state, Cluster(id=new_id(), code=state, title={}, is_visible=shown))
            self.put("Classifier", state, Classifier(id=new_id(), cluster_id=cluster.id, code="a", title={}))
        for state, published_at in PUBLISHED_AT_BY_STATE.items():
            row = Announcement(id=new_id(), title={}, text={}, published_at=published_at)
            self.put("Announcement", f"for all, {state}", row)
        for letter in "LTS":
            self.token(letter, f"of {letter}")
        self.put("Feature", "of the platform", Feature(id=new_id(), name="search"))
        self.experiment("of the platform", L="of the platform")
        for asking in ("L", "T", None):
            self.ticket(asking, f"of {asking}" if asking else "of nobody known")
        for name in ("C", "another"):
            self.put("Application", name, Application(id=new_id(), name=name, secret_hash=b""))
        self.statement("L", "of no course")
        application_id = self.kinds["Application", "C"][0]
        self.put("Statement", "kept by an application", statement_row(application_id=application_id))
        self.statement("L", "voided", is_voided=True)
        self.token("L", "revoked", revoked_at=YESTERDAY)
        self.token("L", "expired", expires_at=YESTERDAY)

    def statement(self, letter: str, state: str, course: Course | None = None, **values: Any) -> None:
        user_id, course_id = self.users[letter].id, course and course.id
        self.put("Statement", state, statement_row(user_id=user_id, course_id=course_id, **values))

    def ticket(self, letter: str | None, state: str) -> None:
        said = {"topic": TicketTopic.TECHNICAL, "title": "a", "report": "b", "language": "en", "mail": "a@b"}
        user_id = self.users[letter].id if letter else None
        self.put("Ticket", state, Ticket(id=new_id(), user_id=user_id, **said))

    def document(self, course: Course, state: str, **values: Any) -> None:
        document = self.put("Document", state, Document(id=new_id(), title=state, **values))
        self.rows.append(CourseDocument(course_id=course.id, document_id=document.id))
        file = DocumentLocalization(
            id=new_id(), document_id=document.id, language="en", title="a", file_url="/a.pdf"
        )
        self.put("DocumentLocalization", state, file)

    def experiment(self, state: str, course: Course | None = None, **assigned: str) -> None:
        """An experiment with who is assigned, by letter, in which state that row is."""
        row = Experiment(id=new_id(), course_id=course and course.id, identifier="colour", groups=["red"])
        self.put("Experiment", state, row)
        for letter, of in assigned.items():
            user_id = self.users[letter].id
            assignment = ExperimentAssignment(id=new_id(), experiment_id=row.id, user_id=user_id, group="red")
            self.put("ExperimentAssignment", of, assignment)

    def room(self, course: Course, state: str, **values: Any) -> LearningRoom:
        room = LearningRoom(id=new_id(), course_id=course.id, name=state, **values)
        made: LearningRoom = self.put("LearningRoom", state, room)
        return made

    def topic(self, course: Course, state: str, **values: Any) -> None:
        by = {"user_id": self.users["F"].id, "text": "a"}
        topic = Topic(id=new_id(), course_id=course.id, title="a", **by, **values)
        self.put("Topic", state, topic)
        self.put("Comment", state, Comment(id=new_id(), topic_id=topic.id, **by))

    def imports(self) -> None:
        """Imports of a user and of an application."""
        owners: dict[str, dict[str, Any]] = {
            "of L": {"user_id": self.users["L"].id},
            "of C": {"application_id": self.kinds["Application", "C"][0]},
            "of L, long ago": {"user_id": self.users["L"].id, "finished_at": NOW - timedelta(days=8)},
        }
        for state, owner in owners.items():
            row = ImportJob(
                id=new_id(),
                reference="a",
                source=ImportSource.UPLOAD,
                location="a",
                is_new_version_allowed=False,
                **owner,
            )
            self.put("ImportJob", state, row)

    def token(self, letter: str, state: str, **values: Any) -> None:
        user_id = self.users[letter].id
        self.put(
            "Token", state, Token(id=new_id(), user_id=user_id, hash=state.encode(), label="a", **values)
        )

    def course(self, state: str) -> None:
        """A course with its team, learners and papers, and all contents in a section that is open."""
        course, (learner, team) = self.courses[state], self.side(state)
        course.organization_id = self.kinds["Organization", "any"][0]
        for name, keeper in (("C", "of an application"), ("another", "of another application")):
            if state == keeper:
                course.application_id = self.kinds["Application", name][0]
        course.channel_id = self.kinds["Channel", "private" if state == "open" else "public"][0]
        self.put("Course", state, course)
        self.version(course, f"{state}, former", 1)
        self.shown[course.id] = self.version(course, state, 2)
        self.rows.append(CourseTeacher(course_id=course.id, user_id=self.users[team].id))
        for _, classifier in sorted(kind for kind in self.kinds if kind[0] == "Classifier"):
            classifier_id = self.kinds["Classifier", classifier][0]
            self.rows.append(CourseClassifier(course_id=course.id, classifier_id=classifier_id))
        self.enrollment(course, learner, state, is_active="left" not in state)
        self.registration(course, state, user_id=self.users[learner].id)
        if state == "of an application":
            self.registration(course, "a look of its own", application_id=course.application_id)
        self.statement(learner, state, course)
        self.put("Feature", state, Feature(id=new_id(), name="search", course_id=course.id))
        self.document(course, f"{state}, public", is_public=True)
        self.document(course, f"{state}, not public")
        assigned = {"L": state, "F": "of a fellow"} if state == "open" else {learner: state}
        self.experiment(state, course, **assigned)
        self.topic(course, state)
        for kind, is_open in (("open", True), ("closed", False)):
            room = self.room(course, f"{state}, {kind}", is_open=is_open)
        self.topic(course, f"{state}, in another's room", learning_room_id=room.id)
        self.put("GradingPolicy", state, GradingPolicy(id=new_id(), course_id=course.id))
        asset = Asset(id=new_id(), course_id=course.id, path="a", media_type="a/b", size=1, digest="0")
        self.put("Asset", state, asset)
        for moment, published_at in PUBLISHED_AT_BY_STATE.items():
            row = Announcement(id=new_id(), title={}, text={}, published_at=published_at, course_id=course.id)
            self.put("Announcement", f"{state}, {moment}", row)
        self.contents(self.section(course, state), state)

    def version(self, course: Course, state: str, number: int) -> str:
        standard = LearningStandard.SCORM_1_2
        row = CourseVersion(
            id=new_id(), course_id=course.id, number=number, standard=standard, identifier="a"
        )
        self.put("CourseVersion", state, row)
        return row.id

    def registration(self, course: Course, state: str, **learner: Any) -> None:
        row = Registration(
            id=new_id(), course_id=course.id, version_id=self.shown[course.id], attempt=1, **learner
        )
        self.put("Registration", state, row)

    def enrollment(self, course: Course, letter: str, state: str, **values: Any) -> None:
        user_id = self.users[letter].id
        row = Enrollment(id=new_id(), user_id=user_id, course_id=course.id, **values)
        self.put("Enrollment", state, row)

    def section(self, course: Course, state: str, **values: Any) -> Section:
        given = {"id": new_id(), "course_id": course.id, "title": state, "position": 1, **values}
        given["version_id"] = self.shown[course.id]
        made: Section = self.put("Section", state, Section(**given))
        return made

    def contents(self, section: Section, state: str, **values: Any) -> None:
        """An item of each content with all that belongs to it, in the same state."""
        for content_type in ContentType:
            kind = {"exercise_type": ExerciseType.MAIN} if content_type is ContentType.QUIZ else {}
            item, content = item_with_content(section, content_type, {}, **{**kind, **values})
            self.put("Item", state, item)
            self.put(type(content).__name__, state, content)
            if content_type is ContentType.RICH_TEXT:
                course = next(each for each in self.courses.values() if each.id == section.course_id)
                self.topic(course, f"about an item, {state}", item_id=item.id)
            if content_type is ContentType.VIDEO:
                self.subtitles(content.id, state)
            if content_type is ContentType.PACKAGED_ACTIVITY:
                self.rows += [
                    ActivityState(registration_id=row.id, activity_id=content.id)
                    for row in self.rows
                    if isinstance(row, Registration) and row.version_id == section.version_id
                ]
            if content_type is ContentType.QUIZ:
                self.questions(content.id, state)
                self.attempts(item, content, state)

    def subtitles(self, video_id: str, state: str) -> None:
        track = SubtitleTrack(id=new_id(), video_id=video_id, language="en")
        self.put("SubtitleTrack", state, track)
        cue = SubtitleCue(id=new_id(), track_id=track.id, position=1, starts_at=0, ends_at=1, text="a")
        self.put("SubtitleCue", state, cue)

    def timed_quiz(self, section: Section, state: str, *begun_by: str) -> None:
        """A quiz with a time limit, and the learners who have started an attempt."""
        limit = {"time_limit": 60}
        item, quiz = item_with_content(section, ContentType.QUIZ, limit, exercise_type=ExerciseType.SELFTEST)
        self.put("Item", "open", item)
        self.put("Quiz", "open", quiz)
        self.questions(quiz.id, state)
        for letter in begun_by:
            of = "open" if letter == "L" else "of a fellow"
            self.attempt(item, quiz, letter, of)

    def questions(self, quiz_id: str, state: str) -> None:
        for type_ in QuestionType:
            question = Question(id=new_id(), quiz_id=quiz_id, type=type_, position=1, text="?")
            self.put("Question", state, question)
            is_choice = type_ in (QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE)
            option = Option(id=new_id(), question_id=question.id, position=1, text="a", is_correct=True)
            self.put("Option", f"{state}, {'choice' if is_choice else 'accepted answer'}", option)

    def attempts(self, item: Item, quiz: Quiz, state: str) -> None:
        """A draft of the learner with all answers, and in the open course what a fellow handed in."""
        learner, _ = self.side(state)
        self.attempt(item, quiz, learner, state)
        if state == "open":
            self.attempt(item, quiz, "F", "of a fellow", submitted_at=NOW, points=1.0)
            self.attempt(item, quiz, "P", "of a passer-by")

    def attempt(self, item: Item, quiz: Quiz, letter: str, state: str, **values: Any) -> None:
        submission = Submission(
            id=new_id(),
            user_id=self.users[letter].id,
            quiz_id=quiz.id,
            item_id=item.id,
            course_id=item.course_id,
            attempt=1,
            **values,
        )
        self.put("Submission", state, submission)
        questions = [row for row in self.rows if isinstance(row, Question) and row.quiz_id == quiz.id]
        options = {row.question_id: row.id for row in self.rows if isinstance(row, Option)}
        self.rows += [
            Answer(
                submission_id=submission.id, question_id=each.id, option_ids=[options[each.id]], points=1.0
            )
            for each in questions
        ]
        self.rows.append(Visit(user_id=submission.user_id, item_id=item.id, course_id=item.course_id))

    def places(self) -> None:
        """Sections and items of the open course that are not open."""
        course = self.courses["open"]
        self.enrollment(course, "F", "of a fellow")
        self.registration(course, "of a fellow", user_id=self.users["F"].id)
        self.statement("F", "of a fellow", course)
        room = self.room(course, "of the learner", is_open=False)
        self.rows.append(LearningRoomMember(learning_room_id=room.id, user_id=self.users["L"].id))
        self.topic(course, "in the learner's room", learning_room_id=room.id)
        for state, values in SECTION_VALUES_BY_STATE.items():
            section = self.section(course, state, **values)
            self.contents(self.section(course, f"below, {state}", parent_id=section.id), f"below, {state}")
            self.contents(section, state)
        section_id = self.kinds["Section", "open"][0]
        section = next(row for row in self.rows if isinstance(row, Section) and row.id == section_id)
        for state, values in ITEM_VALUES_BY_STATE.items():
            self.contents(section, state, **values)
        self.timed_quiz(section, "timed, not begun", "F")
        self.timed_quiz(section, "timed, begun", "L")


def platform_events(builder: Builder) -> None:
    """Note the events of what is published; no table keeps them."""
    states = {id_: state for (_, state), ids in builder.kinds.items() for id_ in ids}
    courses = {row.id: row.course_id for row in builder.rows if isinstance(row, Topic)}
    for row in list(builder.rows):
        if isinstance(row, Topic | Comment) or (
            isinstance(row, Announcement) and row.published_at == YESTERDAY
        ):
            course_id = courses[row.topic_id] if isinstance(row, Comment) else row.course_id
            event = event_of(row, course_id)
            builder.put("PlatformEvent", f"{type(row).__name__.lower()}, {states[row.id]}", event)


async def build(database: Database) -> Stage:
    """Write all of it into an empty database."""
    builder = Builder()
    builder.platform()
    for state in COURSE_VALUES_BY_STATE:
        builder.course(state)
    builder.places()
    builder.imports()
    for concept in concepts_with_rows():
        concept.policy_rows(builder)
    rows = sorted(builder.rows, key=lambda row: TABLES_IN_WRITE_ORDER.index(row.__tablename__))
    await World(database).add(*rows)
    platform_events(builder)
    async with database.transaction() as session:
        for course_id, version_id in builder.shown.items():
            await session.execute(update(Course).where(Course.id == course_id).values(version_id=version_id))
            await arrange(session, course_id)
    taught = {
        letter: tuple(
            row.course_id
            for row in builder.rows
            if isinstance(row, CourseTeacher) and row.user_id == builder.users[letter].id
        )
        for letter in "OLXTYS"
    }
    viewers = {
        letter: Viewer(builder.users[letter].id, Role.STAFF if letter == "S" else Role.MEMBER, courses)
        for letter, courses in taught.items()
    }
    client = Viewer(role=Role.APPLICATION, application_id=builder.kinds["Application", "C"][0])
    return Stage(database, {"A": Viewer(), "C": client, **viewers}, dict(builder.kinds), builder.rows)
