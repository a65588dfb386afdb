"""Makers of rows, and of a request that reads all of them, for each operation."""

from typing import Any

from models.catalogue.channel import Channel
from models.catalogue.classifier import Cluster
from models.catalogue.document import CourseDocument, Document, DocumentLocalization
from models.catalogue.feature import Feature
from models.catalogue.item import ContentType, ExerciseType, Item
from models.catalogue.section import Section
from models.community.announcement import Announcement
from models.community.topic import Comment, Topic
from models.content.quiz import Option, Question, Quiz
from models.content.subtitle import SubtitleTrack
from models.learning.enrollment import Enrollment
from models.learning.experiment import Experiment
from models.learning.submission import Answer, Submission
from models.learning.visit import Visit
from models.people.token import Token
from models.postgres.base import new_id
from resolvers.access.password import hash_password
from resolvers.access.viewer import Viewer, hashed
from tests.rest.xikolo.row_counts import ROW_GROWTH_BY_OPERATION, Request, of, taken, token_of, written
from tests.world import NOW, TOMORROW, World

__all__ = ["ROW_GROWTH_BY_OPERATION"]


@of("root", at_most=0)
async def root(world: World, rows: int) -> Request:
    return Request("", None)


@of("authenticate", at_most=6)
async def authenticate(world: World, rows: int) -> Request:
    user = await world.user(password_hash=hash_password("correct horse"))
    tokens = [Token(id=new_id(), user_id=user.id, hash=hashed(new_id()), label="Phone") for _ in range(rows)]
    await world.add(*tokens)
    form = {"email": str(user.email), "password": "correct horse"}
    return Request("authenticate", None, method="POST", form=form)


@of("announcements", "announcement", "update_announcement", at_most=4)
async def announcements(world: World, rows: int, name: str) -> Request:
    course = await world.course()
    said = {"title": {"en": "News"}, "text": {"en": "Text"}, "published_at": NOW}
    made = [Announcement(id=new_id(), course_id=course.id, **said) for _ in range(rows)]
    await world.add(*made)
    token = await taken(world, course)
    if name == "announcements":
        return Request(f"announcements?filter[course]={course.id}", token, rows)
    path = f"announcements/{made[0].id}"
    if name == "announcement":
        return Request(path, token, 1)
    return Request(path, token, 1, method="PATCH", data=written("announcements", made[0].id, visited=True))


@of("channels", "channel", at_most=6)
async def channels(world: World, rows: int, name: str) -> Request:
    channel = await world.channel(code=f"of-{new_id()}")
    await world.courses(rows, channel_id=channel.id)
    token = await taken(world)
    if name == "channel":
        return Request(f"channels/{channel.code}?include=courses", token, 1, rows)
    others = [Channel(id=new_id(), code=new_id(), title={"en": "Channel"}) for _ in range(rows)]
    await world.add(*others)
    return Request("channels?include=courses", token)


@of("clusters", at_most=1)
async def clusters(world: World, rows: int) -> Request:
    await world.add(*(Cluster(id=new_id(), code=new_id(), title={"en": "Topic"}) for _ in range(rows)))
    return Request("clusters", None)


@of("enrollments", "course_dates", at_most=2)
async def courses_to_come(world: World, rows: int, name: str) -> Request:
    courses = await world.courses(rows, starts_at=TOMORROW)
    return Request(name.replace("_", "-"), await taken(world, *courses), rows)


@of("course_feature", "feature", "features", at_most=2)
async def features(world: World, rows: int, name: str) -> Request:
    course = await world.course() if name == "course_feature" else None
    await world.add(
        *(Feature(id=new_id(), course_id=course and course.id, name=new_id()) for _ in range(rows))
    )
    paths = {"features": "features", "feature": "features/features"}
    return Request(paths.get(name) or f"course-features/{course and course.id}", await taken(world), 1)


@of("course_items", at_most=15)
async def course_items(world: World, rows: int) -> Request:
    course = await world.course()
    (section,) = await world.sections(course, 1)
    for kind in ContentType:
        await world.items([section], kind, rows)
    found = rows * len(ContentType)
    path = f"course-items?filter[section]={section.id}&include=content"
    return Request(path, await taken(world, course), found, found)


@of("course_item", "update_course_item", at_most=7)
async def course_item(world: World, rows: int, name: str) -> Request:
    item, token = await one_of(world, ContentType.RICH_TEXT, rows)
    if name == "course_item":
        return Request(f"course-items/{item.id}?include=content", token, 1, 1)
    sent = written("course-items", item.id, visited=True)
    return Request(f"course-items/{item.id}", token, 1, method="PATCH", data=sent)


CONTENT_TYPES_BY_OPERATION = {
    "lti_exercise": ContentType.LTI_EXERCISE,
    "rich_text": ContentType.RICH_TEXT,
    "peer_assessment": ContentType.PEER_ASSESSMENT,
}


@of(*CONTENT_TYPES_BY_OPERATION, at_most=4)
async def content(world: World, rows: int, name: str) -> Request:
    item, token = await one_of(world, CONTENT_TYPES_BY_OPERATION[name], rows)
    return Request(f"{name.replace('_', '-')}s/{(await world.content(item)).id}", token, 1)


async def one_of(world: World, kind: ContentType, rows: int) -> tuple[Item, str]:
    """Return one of this many items, and the token of a learner in their course."""
    course = await world.course()
    made = await world.items(await world.sections(course, 1), kind, rows)
    return made[0][0], await taken(world, course)


@of("course_progress", "section_progresses", at_most=8)
async def progresses(world: World, rows: int, name: str) -> Request:
    course = await world.course()
    await world.items(await world.sections(course, rows))
    token = await taken(world, course)
    if name == "section_progresses":
        return Request(f"section-progresses?filter[course]={course.id}", token, rows)
    return Request(f"course-progresses/{course.id}?include=section_progresses", token, 1, rows)


@of("course_sections", "course_section", at_most=8)
async def course_sections(world: World, rows: int, name: str) -> Request:
    course = await world.course()
    sections = await world.sections(course, rows)
    await world.items(sections, rows=2)
    token = await taken(world, course)
    if name == "course_sections":
        return Request(f"course-sections?filter[course]={course.id}&include=items", token, rows, 2 * rows)
    return Request(f"course-sections/{sections[0].id}?include=items", token, 1, 2)


@of("courses", "course", at_most=10)
async def courses(world: World, rows: int, name: str) -> Request:
    channel = await world.channel(code=f"of-{new_id()}")
    made = await world.courses(rows, channel_id=channel.id)
    if name == "course":
        await world.sections(made[0], rows)
    else:
        places = [(course, place) for course in made for place in (1, 2)]
        await world.add(
            *(Section(id=new_id(), course_id=each.id, position=at, title="Week") for each, at in places)
        )
    token = await taken(world, *made)
    included = "include=channel,user_enrollment,sections"
    if name == "course":
        return Request(f"courses/{made[0].id}?{included}", token, 1, rows + 2)
    return Request(f"courses?filter[channel]={channel.code}&{included}", token, rows, 3 * rows + 1)


@of("documents", "document", at_most=8)
async def documents(world: World, rows: int, name: str) -> Request:
    courses = await world.courses(1 if name == "documents" else rows)
    made = [Document(id=new_id(), title="Handbook", is_public=True) for _ in range(rows)]
    file = {"title": "Handbook", "file_url": "/a.pdf"}
    languages = [
        DocumentLocalization(id=new_id(), document_id=each.id, language=language, **file)
        for each in made
        for language in ("de", "en")
    ]
    joined = [CourseDocument(course_id=course.id, document_id=each.id) for each in made for course in courses]
    await world.add(*made, *languages, *joined)
    token, included = await taken(world, courses[0]), "include=localizations,courses"
    if name == "document":
        return Request(f"documents/{made[0].id}?{included}", token, 1, rows + 2)
    return Request(f"documents?filter[course]={courses[0].id}&{included}", token, rows, 2 * rows + 1)


@of("enrollment", "create_enrollment", "update_enrollment", "delete_enrollment", at_most=6)
async def enrollment(world: World, rows: int, name: str) -> Request:
    courses, user = await world.courses(rows + 1), await world.user()
    made = [Enrollment(id=new_id(), user_id=user.id, course_id=each.id) for each in courses[1:]]
    await world.add(*made)
    token, path = await token_of(world, Viewer(user.id)), f"enrollments/{made[0].id}"
    if name == "create_enrollment":
        sent = written("enrollments", to={"course": ("courses", courses[0].id)})
        return Request("enrollments", token, 1, method="POST", data=sent)
    if name == "update_enrollment":
        sent = written("enrollments", made[0].id, completed=True)
        return Request(path, token, 1, method="PATCH", data=sent)
    return Request(
        path, token, None if "delete" in name else 1, method="DELETE" if "delete" in name else "GET"
    )


@of("create_experiment_assignment", at_most=5)
async def experiment(world: World, rows: int) -> Request:
    course = await world.course()
    made = [
        Experiment(id=new_id(), course_id=course.id, identifier=new_id(), groups=["a", "b"])
        for _ in range(rows)
    ]
    await world.add(*made)
    sent = written(
        "experiment-assignments", to={"course": ("courses", course.id)}, identifier=made[0].identifier
    )
    return Request("experiment-assignments", await taken(world, course), 1, method="POST", data=sent)


@of("last_visit", at_most=5)
async def last_visit(world: World, rows: int) -> Request:
    course = await world.course()
    made = await world.items(await world.sections(course, 1), rows=rows)
    learner = await world.learner(course)
    seen = {"user_id": learner.signed_in_id, "course_id": course.id}
    await world.add(*(Visit(item_id=item.id, **seen) for item, _ in made))
    return Request(f"last-visits/{course.id}", await token_of(world, learner), 1)


@of("pinboard_topics", "create_pinboard_topic", "platform_events", at_most=5)
async def topics(world: World, rows: int, name: str) -> Request:
    course = await world.course()
    item = await world.item(await world.section(course))
    learner = await world.learner(course)
    room = await world.room(course, learner)
    said = {"course_id": course.id, "user_id": learner.signed_in_id, "title": "Why?", "text": "Tell me."}
    made = [Topic(id=new_id(), item_id=item.id, **said) for _ in range(rows)]
    comments = [Comment(id=new_id(), topic_id=each.id, user_id=each.user_id, text="So.") for each in made]
    await world.add(*made, *comments, *(Topic(id=new_id(), learning_room_id=room.id, **said) for _ in made))
    token = await token_of(world, learner)
    if name == "platform_events":
        path = f"platform-events?filter[collab_space]={room.id}&filter[only_collab_space_related]=true"
        return Request(path, token, rows)
    if name == "pinboard_topics":
        return Request(f"pinboard-topics?filter[item]={item.id}", token, rows)
    to = {"course": ("courses", course.id), "item": ("course-items", item.id)}
    values: Any = {"title": "Why?", "abstract": "Tell me.", "meta": {"video_timestamp": 1.5}}
    return Request(
        "pinboard-topics", token, 1, method="POST", data=written("pinboard-topics", to=to, **values)
    )


async def examined(world: World, rows: int, is_submitted: bool = False) -> tuple[Quiz, Submission, Any, str]:
    """Return a quiz with this many questions, a draft that answers each, its answers, the learner's token."""
    course = await world.course()
    quiz = await world.quiz(await world.section(course), questions=0)
    questions = [
        Question(id=new_id(), quiz_id=quiz.id, position=at, type="select_one", text="?") for at in range(rows)
    ]
    options = [
        Option(id=new_id(), question_id=each.id, position=1, text="yes", is_correct=True)
        for each in questions
    ]
    await world.add(*questions, *options)
    chosen = list(zip(questions, options, strict=True))
    held = [Answer(question_id=question.id, option_ids=[option.id]) for question, option in chosen]
    learner, done = await world.learner(course), {"submitted_at": NOW, "points": 1.0} if is_submitted else {}
    submission = await world.submission(learner, quiz, held, **done)
    sent = {question.id: {"type": "select_one", "data": option.id} for question, option in chosen}
    return quiz, submission, sent, await token_of(world, learner)


@of("quiz", "quiz_questions", "quiz_question", at_most=12)
async def quizzes(world: World, rows: int, name: str) -> Request:
    quiz, _, answers, token = await examined(world, rows)
    if name == "quiz":
        path = f"quizzes/{quiz.id}?include=questions,newest_user_submission"
        return Request(path, token, 1, rows + 1)
    if name == "quiz_questions":
        return Request(f"quiz-questions?filter[quiz]={quiz.id}", token, rows)
    return Request(f"quiz-questions/{next(iter(answers))}", token, 1)


@of("create_quiz_submission", "quiz_submission", "update_quiz_submission", at_most=12)
async def quiz_submissions(world: World, rows: int, name: str) -> Request:
    quiz, submission, answers, token = await examined(world, rows)
    if name == "create_quiz_submission":
        sent = written("quiz-submissions", to={"quiz": ("quizzes", quiz.id)})
        return Request("quiz-submissions", token, 1, method="POST", data=sent)
    path = f"quiz-submissions/{submission.id}"
    if name == "quiz_submission":
        return Request(path, token, 1)
    sent = written("quiz-submissions", submission.id, submitted=True, answers=answers)
    return Request(path, token, 1, method="PATCH", data=sent)


@of("repetition_suggestions", at_most=5)
async def repetition_suggestions(world: World, rows: int) -> Request:
    course = await world.course()
    (section,) = await world.sections(course, 1)
    kind: Any = {"exercise_type": ExerciseType.SELFTEST, "max_points": 4.0}
    learner = await world.learner(course)
    done = {"user_id": learner.signed_in_id, "course_id": course.id, "submitted_at": NOW, "points": 1.0}
    made = await world.items([section], ContentType.QUIZ, rows, **kind)
    await world.add(
        *(
            Submission(id=new_id(), quiz_id=quiz.id, item_id=quiz.item_id, attempt=1, **done)
            for _, quiz in made
        )
    )
    path = f"repetition-suggestions?filter[course]={course.id}"
    return Request(path, await token_of(world, learner), min(rows, 3))


@of("subtitle_cues", "subtitle_tracks", "video", at_most=6)
async def subtitles(world: World, rows: int, name: str) -> Request:
    course = await world.course()
    ((_, video),) = await world.items(await world.sections(course, 1), ContentType.VIDEO)
    track = await world.subtitles(video, cues=rows)
    languages = [f"x-{number}" for number in range(rows - 1)]
    others = [SubtitleTrack(id=new_id(), video_id=video.id, language=each) for each in languages]
    if others:
        await world.add(*others)
    token = await taken(world, course)
    paths = {
        "subtitle_cues": Request(f"subtitle-cues?filter[track]={track.id}", token, rows),
        "subtitle_tracks": Request(
            f"subtitle-tracks?filter[video]={video.id}&include=cues", token, rows, rows
        ),
        "video": Request(f"videos/{video.id}?include=subtitle-tracks", token, 1, rows),
    }
    return paths[name]


@of("create_ticket", at_most=4)
async def ticket(world: World, rows: int) -> Request:
    course = (await world.courses(rows))[0]
    values = {"title": "Help", "report": "It stops.", "topic": "course", "language": "en"}
    sent = written("tickets", to={"course": ("courses", course.id)}, **values)
    return Request("tickets", await taken(world, course), 1, method="POST", data=sent)


@of("create_tracking_event", at_most=3)
async def tracking_event(world: World, rows: int) -> Request:
    hashes: Any = {
        "user": {"uuid": new_id()},
        "verb": {"type": "SEEK"},
        "resource": {"uuid": "v", "type": "x"},
    }
    sent = {"data": [written("tracking-events", **hashes)["data"] for _ in range(rows)]}
    return Request("tracking-events", await taken(world), rows, method="POST", data=sent)


@of("user", "current_user", at_most=2)
async def user(world: World, rows: int, name: str) -> Request:
    me = (await world.users(rows))[0]
    path = f"users/{me.id if name == 'user' else 'me'}?include=profile"
    return Request(path, await token_of(world, Viewer(me.id)), 1, 1)
