"""Activity in the demo besides learning and teaching, and documents, features and experiments."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from demo import garden, sky
from models.catalogue.document import CourseDocument, Document, DocumentLocalization
from models.catalogue.feature import Feature
from models.catalogue.item import Item
from models.community.learning_room import LearningRoom
from models.community.ticket import TicketTopic
from models.content.video import Video
from models.learning.experiment import Experiment
from models.people.user import User
from models.postgres.base import new_id
from resolvers.access.viewer import TAUGHT, Role, Viewer
from resolvers.commands.values import Id, Json, Markdown
from resolvers.community.learning_room import JoinLearningRoom, join_learning_room
from resolvers.community.ticket import CreateTicket, create_ticket
from resolvers.community.topic import CreateComment, CreateTopic, create_comment, create_topic
from resolvers.learning.experiment import AssignToExperiment, assign_to_experiment
from resolvers.packages.statement import GivenObject, GivenStatement, RecordStatements, record_statements

DOCUMENTS: Sequence[tuple[dict[str, Any], Sequence[str], Sequence[dict[str, Any]]]] = (
    (
        {"title": "Tool list", "description": "What to bring.", "tags": ["handout"], "is_public": True},
        [garden.KEY, sky.KEY],
        [
            {"language": "en", "title": "Tool list", "revision": 2, "file_url": "/documents/tools.en.pdf"},
            {"language": "de", "title": "Werkzeugliste", "file_url": "/documents/tools.de.pdf"},
        ],
    ),
    (
        {"title": "Notes for the team", "tags": ["internal"]},
        [garden.KEY],
        [{"language": "en", "title": "Notes for the team", "file_url": "/documents/notes.pdf"}],
    ),
)
FEATURES = (("announcements", None), ("dark_mode", None), ("discussions", garden.KEY))
EXPERIMENTS = (("path_colours", garden.KEY, ["plain", "coloured"]), ("new_menu", None, ["old", "new"]))
TICKETS: Sequence[tuple[str, dict[str, Any]]] = (
    (
        "ada",
        {
            "topic": TicketTopic.TECHNICAL,
            "title": "The video of the walk has no sound",
            "report": "I hear nothing, with and without headphones.",
            "language": "en",
            "data": "Firefox 145 on Linux",
        },
    ),
    (
        "jonas",
        {
            "topic": TicketTopic.REACTIVATION,
            "title": "Noch einmal",
            "report": "Kann ich den Kurs nach dem Ende noch einmal machen?",
            "language": "de",
        },
    ),
)


# Topics: author, course, text, and comments with their authors.
TOPICS: Sequence[tuple[str, str, dict[str, Any], Sequence[tuple[str, str]]]] = (
    (
        "ada",
        garden.KEY,
        {
            "title": "Which path did she skip?",
            "text": "At the fork Grace turns left. *Was that on purpose?*",
            "video_position": 12.5,
        },
        [("grace", "It was. Count the paths that meet there."), ("lucia", "Three, so it is odd!")],
    ),
    ("mei", sky.KEY, {"title": "Binoculars", "text": "Which ones do you take along?"}, []),
)


async def enliven(session: AsyncSession, course_ids: Mapping[str, str], now: datetime) -> None:
    """Write all of the activity; `course_ids` are keyed by course key."""
    found = await session.execute(select(User.username, User.id, TAUGHT))
    people = {username: Viewer(user_id, Role.MEMBER, taught) for username, user_id, taught in found}
    await _watch(session, people, now)
    await _furnish(session, course_ids)
    await _talk(session, people, course_ids)
    for username in ("ada", "jonas", "lucia"):
        given = AssignToExperiment(identifier="path_colours", course_id=Id(course_ids[garden.KEY]))
        await assign_to_experiment(session, people[username], given)
    for username, ticket in TICKETS:
        await create_ticket(session, people[username], CreateTicket(**ticket))


async def _furnish(session: AsyncSession, course_ids: Mapping[str, str]) -> None:
    """Write documents, experiments and features of the platform and its courses."""
    for document, keys, files in DOCUMENTS:
        row = Document(id=new_id(), **document)
        session.add(row)
        await session.flush()
        session.add_all(CourseDocument(course_id=course_ids[key], document_id=row.id) for key in keys)
        session.add_all(DocumentLocalization(id=new_id(), document_id=row.id, **file) for file in files)
    for identifier, key, groups in EXPERIMENTS:
        session.add(
            Experiment(id=new_id(), identifier=identifier, course_id=key and course_ids[key], groups=groups)
        )
    for name, key in FEATURES:
        session.add(Feature(id=new_id(), name=name, course_id=key and course_ids[key]))
    await session.flush()


async def _talk(session: AsyncSession, people: Mapping[str, Viewer], course_ids: Mapping[str, str]) -> None:
    """Write topics with comments, one of them about a video, and a learning room with its own topic."""
    of_walk = select(Item.id).where(Item.source_key == garden.WALK)
    walk_id = (await session.scalars(of_walk)).one()
    for username, key, topic, comments in TOPICS:
        item: dict[str, Any] = {"item_id": walk_id} if "video_position" in topic else {}
        begun = CreateTopic(course_id=Id(course_ids[key]), **topic, **item)
        made = await create_topic(session, people[username], begun)
        for commenter, text in comments:
            comment = CreateComment(topic_id=Id(made.topic_id), text=Markdown(text))
            await create_comment(session, people[commenter], comment)
    room = LearningRoom(id=new_id(), course_id=course_ids[garden.KEY], name="Balcony gardeners")
    session.add(room)
    await session.flush()
    for username in ("ada", "lucia"):
        await join_learning_room(session, people[username], JoinLearningRoom(learning_room_id=Id(room.id)))
    given = CreateTopic(
        course_id=Id(room.course_id),
        title="Swap seeds?",
        text=Markdown("I have beans."),
        learning_room_id=Id(room.id),
    )
    await create_topic(session, people["lucia"], given)


async def _watch(session: AsyncSession, people: Mapping[str, Viewer], now: datetime) -> None:
    """Record the video positions that people have watched, as the player reports them."""
    of_walk = select(Video.id).join(Item, Item.id == Video.item_id).where(Item.source_key == garden.WALK)
    video_id = (await session.scalars(of_walk)).one()
    for username, stops in {"ada": (12.5, 40.0), "jonas": (7.25,)}.items():
        began = now - timedelta(days=10)
        plays = [("VIDEO_PLAY", 0.0, began)]
        plays += [("VIDEO_PAUSE", stop, began + timedelta(seconds=stop)) for stop in stops]
        await record_statements(
            session,
            people[username],
            RecordStatements(
                statements=[
                    GivenStatement(
                        verb=verb,
                        object=GivenObject(id=video_id, type="video"),
                        context=Json({"current_time": at}),
                        happened_at=moment,
                    )
                    for verb, at, moment in plays
                ]
            ),
        )
