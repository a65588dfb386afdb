"""A small academy with fixed ids and dates: the data of the recorded requests."""

from datetime import UTC, datetime

from models.catalogue.channel import Channel
from models.catalogue.classifier import Classifier, Cluster, CourseClassifier
from models.catalogue.course import Course, CourseStatus
from models.catalogue.item import ContentType, ExerciseType, Item
from models.catalogue.section import Section
from models.content.gadget import Gadget
from models.content.lti_exercise import LtiExercise
from models.content.quiz import Option, Question, QuestionType, Quiz
from models.content.rich_text import RichText
from models.content.subtitle import SubtitleTrack
from models.content.video import Video
from models.learning.enrollment import Enrollment
from models.learning.submission import Answer, Submission
from models.learning.visit import Visit
from models.people.token import Token
from models.people.user import User
from models.postgres.base import Base
from resolvers.access.password import hash_password
from resolvers.access.viewer import hashed
from tests.world import World

THEN = datetime(2020, 1, 1, 12, tzinfo=UTC)
LATER = datetime(2020, 2, 1, 8, 30, tzinfo=UTC)
NEVER = datetime(2999, 1, 1, tzinfo=UTC)

LEARNER = "1ea12e2"
"""Secret of the token of the learner in both courses; `STRANGER`'s learner is in none."""
STRANGER = "57a2"
PASSWORD = "correct horse"
PICTURE = f"/assets/{'0f' * 32}/t.png"


def at(number: int) -> str:
    """Return the id with a number, which keeps recordings readable."""
    return f"00000000-0000-7000-8000-{number:012d}"


COURSE, NESTED, HIDDEN = at(1), at(2), at(3)
ADA, BOB = at(11), at(12)
WEEK, CLOSED_WEEK, CHAPTER, SEQUENTIAL = at(21), at(22), at(23), at(24)
VERTICALS = (at(25), at(26))
VIDEO, QUIZ, TEXT, LTI, LATER_TEXT, PROBLEM, POLL = (at(number) for number in range(31, 38))
"""Items; the id of an item's content is 10 higher."""


async def found(world: World) -> None:
    """Write all rows."""
    await world.add(*people(), *courses())
    await world.add(*sections())
    await world.add(*items(), *contents())
    await world.add(*questions(), *learning())


def people() -> list[Base]:
    ada = User(
        id=ADA,
        username="ada",
        name="Ada L.",
        full_name="Ada Lovelace",
        email="ada@example.org",
        avatar_url="/assets/ada.png",
        password_hash=hash_password(PASSWORD),
    )
    bob = User(id=BOB, username="bob", name="Bob", email="bob@example.org")
    return [
        ada,
        bob,
        Token(id=at(13), user_id=ADA, hash=hashed(LEARNER), label="Phone"),
        Token(id=at(14), user_id=BOB, hash=hashed(STRANGER), label="Phone"),
    ]


def courses() -> list[Base]:
    channel = Channel(
        id=at(91),
        code="data",
        title={"en": "Data", "de": "Daten"},
        description={"en": "All about data."},
        color="FF0000",
        position=1,
        mobile_image_url="https://img.example.org/data.png",
        stage_statement={"en": "Data first."},
    )
    course = Course(
        id=COURSE,
        slug="databases",
        title="Databases",
        abstract="Tables and more.",
        description="*Everything* about tables.",
        status=CourseStatus.ACTIVE,
        starts_at=THEN,
        ends_at=NEVER,
        images=[{"url": "/assets/big.png", "max_width": 1400, "max_height": 700}],
        teaser={"hd_url": "https://v.example.org/teaser.mp4", "hd_size": 7_000_000_000},
        teachers="Prof. Codd",
        learning_goals=["Normal forms"],
        target_groups=["Everyone"],
        certificate_offers=[
            {"kind": "record_of_achievement", "is_available": True, "threshold": 50},
            {"kind": "confirmation_of_participation", "is_available": True, "threshold": 40},
        ],
        policy_url="https://example.org/policy",
        channel_id=channel.id,
    )
    nested = Course(
        id=NESTED, slug="nested", title="Nested", key="course-v1:A+B+C", status=CourseStatus.SELF_PACED
    )
    hidden = Course(id=HIDDEN, slug="hidden", title="Hidden", status=CourseStatus.ACTIVE, is_hidden=True)
    cluster = Cluster(id=at(92), code="topic", title={"en": "Topic"})
    classifier = Classifier(id=at(93), cluster_id=cluster.id, code="it", title={"en": "IT"})
    carried = CourseClassifier(course_id=COURSE, classifier_id=classifier.id)
    return [channel, course, nested, hidden, cluster, classifier, carried]


def sections() -> list[Base]:
    return [
        Section(
            id=WEEK,
            course_id=COURSE,
            position=1,
            title="Week 1",
            description="Start here.",
            starts_at=THEN,
            ends_at=NEVER,
        ),
        Section(id=CLOSED_WEEK, course_id=COURSE, position=2, title="Week 2", starts_at=NEVER),
        Section(id=CHAPTER, course_id=NESTED, position=1, title="Chapter"),
        Section(id=SEQUENTIAL, course_id=NESTED, position=1, title="Sequential", parent_id=CHAPTER),
        *(
            Section(id=id_, course_id=NESTED, position=place, title="Vertical", parent_id=SEQUENTIAL)
            for place, id_ in enumerate(VERTICALS, 1)
        ),
    ]


def item(id_: str, section_id: str, place: int, title: str, of: ContentType, **values: object) -> Item:
    course_id = NESTED if section_id in VERTICALS else COURSE
    return Item(
        id=id_,
        course_id=course_id,
        section_id=section_id,
        position=place,
        title=title,
        content_type=of,
        **values,
    )


def items() -> list[Base]:
    return [
        item(VIDEO, WEEK, 1, "Tables", ContentType.VIDEO, time_effort=600),
        item(
            QUIZ,
            WEEK,
            2,
            "Test",
            ContentType.QUIZ,
            exercise_type=ExerciseType.MAIN,
            max_points=3.0,
            deadline=LATER,
            solutions_at=LATER,
        ),
        item(TEXT, WEEK, 3, "Reading", ContentType.RICH_TEXT, is_optional=True, icon="chat"),
        item(
            LTI,
            WEEK,
            4,
            "Tool",
            ContentType.LTI_EXERCISE,
            exercise_type=ExerciseType.BONUS,
            max_points=5.0,
            is_proctored=True,
        ),
        item(LATER_TEXT, CLOSED_WEEK, 1, "Later", ContentType.RICH_TEXT),
        item(
            PROBLEM,
            VERTICALS[0],
            1,
            "Problem",
            ContentType.QUIZ,
            exercise_type=ExerciseType.SELFTEST,
            max_points=1.0,
        ),
        item(POLL, VERTICALS[1], 1, "Poll", ContentType.GADGET),
    ]


def contents() -> list[Base]:
    return [
        Video(
            id=at(41),
            item_id=VIDEO,
            course_id=COURSE,
            summary="About tables.",
            duration=93.6,
            thumbnail_url="/assets/t.png",
            single={"hd_url": "https://v.example.org/hd.mp4", "sd_url": "/assets/sd.mp4", "sd_size": 12},
            slides_file={"url": "/assets/slides.pdf", "size": 34},
        ),
        Quiz(id=at(42), item_id=QUIZ, course_id=COURSE, instructions="Good luck.", time_limit=3600),
        RichText(id=at(43), item_id=TEXT, course_id=COURSE, text=f"# Read\n\n![T]({PICTURE})"),
        LtiExercise(
            id=at(44),
            item_id=LTI,
            course_id=COURSE,
            instructions="Draw it.",
            weight=5.0,
            launch_url="https://lti.example.org/launch",
        ),
        RichText(id=at(45), item_id=LATER_TEXT, course_id=COURSE, text="Not yet."),
        Quiz(id=at(46), item_id=PROBLEM, course_id=NESTED, allowed_attempts=2),
        Gadget(id=at(47), item_id=POLL, course_id=NESTED, type="poll", text="More?", source="<poll/>"),
        SubtitleTrack(id=at(51), video_id=at(41), language="de"),
        SubtitleTrack(id=at(52), video_id=at(41), language="en", is_machine_made=True),
    ]


def questions() -> list[Base]:
    def question(number: int, of: QuestionType, text: str, **values: object) -> Question:
        return Question(id=at(60 + number), quiz_id=at(42), position=number, type=of, text=text, **values)

    def option(number: int, of: int, text: str, right: bool = False, **values: object) -> Option:
        place = number % 10
        return Option(
            id=at(number), question_id=at(60 + of), position=place, text=text, is_correct=right, **values
        )

    return [
        question(1, QuestionType.SELECT_ONE, "One?", explanation="Because.", shuffle_options=True),
        question(2, QuestionType.SELECT_MULTIPLE, "Many?", is_eligible_for_recap=True),
        question(3, QuestionType.NUMERICAL, "How many?"),
        option(71, 1, "Yes", right=True, explanation="Right."),
        option(72, 1, "No"),
        option(81, 2, "A", right=True),
        option(82, 2, "B", right=True),
    ]


def learning() -> list[Base]:
    enrollment = Enrollment(
        id=at(15),
        user_id=ADA,
        course_id=COURSE,
        created_at=THEN,
        is_proctored=True,
        certificates=[{"kind": "record_of_achievement", "url": "/assets/record.pdf"}],
    )
    nested = Enrollment(id=at(16), user_id=ADA, course_id=NESTED, created_at=THEN, completed_at=LATER)
    submission = Submission(
        id=at(17),
        user_id=ADA,
        quiz_id=at(42),
        item_id=QUIZ,
        course_id=COURSE,
        attempt=1,
        started_at=THEN,
        submitted_at=LATER,
        points=2.5,
    )
    answers = [
        Answer(submission_id=at(17), question_id=at(61), option_ids=[at(71)], points=1.0),
        Answer(submission_id=at(17), question_id=at(62), option_ids=[at(81), at(82)], points=1.0),
        Answer(submission_id=at(17), question_id=at(63), text="7", points=0.5),
    ]
    visits = [
        Visit(user_id=ADA, item_id=item_id, course_id=COURSE, first_visited_at=THEN, visited_at=LATER)
        for item_id in (VIDEO, QUIZ)
    ]
    return [enrollment, nested, submission, *answers, *visits]
