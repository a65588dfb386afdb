"""Further data of the academy, and a learner who writes; other users' responses do not change by it."""

from models.catalogue.course import Course, CourseStatus
from models.catalogue.document import CourseDocument, Document, DocumentLocalization
from models.catalogue.feature import Feature
from models.catalogue.item import ContentType, ExerciseType, Item
from models.catalogue.section import Section
from models.community.announcement import Announcement
from models.community.learning_room import LearningRoom, LearningRoomMember
from models.community.topic import Comment, Topic
from models.content.peer_assessment import PeerAssessment, PeerAssessmentType
from models.content.quiz import Option, Question, QuestionType, Quiz
from models.content.subtitle import SubtitleCue
from models.learning.enrollment import Enrollment
from models.learning.submission import Submission
from models.learning.visit import Visit
from models.people.token import Token
from models.people.user import User
from models.postgres.base import Base
from resolvers.access.viewer import hashed
from tests.rest.xikolo.academy import ADA, COURSE, LATER, NESTED, PROBLEM, THEN, at

WRITER = "ca201"
"""Secret of the token of the learner in the courses that requests write to."""

CAROL = at(201)
EXAMS, FREE = at(4), at(5)
DRAFT, ENDED = at(221), at(222)


def lying_about() -> list[Base]:
    """Announcements, a document, features and the lines of a subtitle track."""
    global_news = Announcement(
        id=at(112),
        title={"en": "Maintenance", "de": "Wartung"},
        text={"en": "On Sunday.", "de": "Am Sonntag."},
        image_url="/assets/news.png",
        published_at=THEN,
    )
    course_news = Announcement(
        id=at(111), course_id=COURSE, title={"en": "Welcome"}, text={"en": "*Hello*"}, published_at=LATER
    )
    document = Document(
        id=at(121), title="Handbook", description="How to.", tags=["help", "start"], is_public=True
    )
    return [
        global_news,
        course_news,
        document,
        DocumentLocalization(
            id=at(122),
            document_id=at(121),
            language="de",
            title="Handbuch",
            revision=2,
            file_url="/assets/handbuch.pdf",
        ),
        CourseDocument(course_id=COURSE, document_id=at(121)),
        Feature(id=at(131), name="course_list"),
        Feature(id=at(132), course_id=COURSE, name="quiz_recap"),
        *(
            SubtitleCue(
                id=at(140 + place),
                track_id=at(51),
                position=place,
                identifier=str(place),
                starts_at=61.5 * place,
                ends_at=61.5 * place + 2.25,
                text=f"Satz {place}",
                settings="align:left" if place == 1 else None,
            )
            for place in (1, 2)
        ),
    ]


def writing() -> list[Base]:
    """Carol, her enrollments, and three quizzes: one to start, one half done, one to submit."""
    items = [
        Item(
            id=at(211 + place),
            course_id=EXAMS,
            section_id=at(210),
            position=place + 1,
            title=f"Exam {place + 1}",
            content_type=ContentType.QUIZ,
            exercise_type=ExerciseType.MAIN,
            max_points=1.0,
        )
        for place in range(3)
    ]
    quizzes = [Quiz(id=at(231 + place), item_id=item.id, course_id=EXAMS) for place, item in enumerate(items)]
    return [
        User(id=CAROL, username="carol", name="Carol", email="carol@example.org"),
        Token(id=at(202), user_id=CAROL, hash=hashed(WRITER), label="Phone"),
        Course(id=EXAMS, slug="exams", title="Exams", status=CourseStatus.ACTIVE),
        Course(id=FREE, slug="free", title="Free", status=CourseStatus.ACTIVE),
        Section(id=at(210), course_id=EXAMS, position=1, title="Week"),
        *items,
        *quizzes,
        *(
            Question(id=at(241 + place), quiz_id=quiz.id, position=1, type=QuestionType.SELECT_ONE, text="?")
            for place, quiz in enumerate(quizzes)
        ),
        *(
            Option(id=at(251 + place), question_id=at(241 + place), position=1, text="Yes", is_correct=True)
            for place in range(3)
        ),
        *(
            Enrollment(id=at(261 + place), user_id=CAROL, course_id=course_id, created_at=THEN)
            for place, course_id in enumerate((EXAMS, NESTED, COURSE))
        ),
        Visit(user_id=CAROL, item_id=at(211), course_id=EXAMS, first_visited_at=THEN, visited_at=LATER),
        Item(
            id=at(214),
            course_id=EXAMS,
            section_id=at(210),
            position=4,
            title="Draw",
            content_type=ContentType.PEER_ASSESSMENT,
        ),
        PeerAssessment(
            id=at(235),
            item_id=at(214),
            course_id=EXAMS,
            type=PeerAssessmentType.TEAM,
            instructions="Draw a plan.",
        ),
        Submission(
            id=at(281),
            user_id=ADA,
            quiz_id=at(46),
            item_id=PROBLEM,
            course_id=NESTED,
            attempt=1,
            started_at=THEN,
            submitted_at=LATER,
            points=0.25,
        ),
        Topic(
            id=at(271),
            course_id=COURSE,
            item_id=at(31),
            user_id=CAROL,
            title="At 1:30",
            text="What is *this*?",
            video_position=90.5,
            created_at=THEN,
        ),
        LearningRoom(id=at(275), course_id=NESTED, name="Team"),
        LearningRoomMember(learning_room_id=at(275), user_id=ADA),
        Topic(
            id=at(272),
            course_id=NESTED,
            learning_room_id=at(275),
            user_id=ADA,
            title="Plan",
            text="*First* read.",
            created_at=LATER,
        ),
        Comment(id=at(273), topic_id=at(272), user_id=ADA, text="Then write.", created_at=LATER),
        *(
            Submission(
                id=id_,
                user_id=CAROL,
                quiz_id=quizzes[place].id,
                item_id=items[place].id,
                course_id=EXAMS,
                attempt=1,
                started_at=THEN,
            )
            for place, id_ in ((1, DRAFT), (2, ENDED))
        ),
    ]
