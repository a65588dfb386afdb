"""What the demo's people do beside learning and teaching: traces of it, and what is kept around courses."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from demo import garden, sky
from models.base import new_id
from models.document import CourseDocument, Document, DocumentLocalization
from models.feature import Feature
from models.item import Item
from models.user import User
from models.video import Video
from resolvers.statement import record_statements
from resolvers.ticket import create_ticket
from resolvers.viewer import Role, Viewer

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
TICKETS: Sequence[tuple[str, dict[str, Any]]] = (
    (
        "ada",
        {
            "topic": "technical",
            "title": "The video of the walk has no sound",
            "report": "I hear nothing, with and without headphones.",
            "language": "en",
            "data": "Firefox 145 on Linux",
        },
    ),
    (
        "jonas",
        {
            "topic": "reactivation",
            "title": "Noch einmal",
            "report": "Kann ich den Kurs nach dem Ende noch einmal machen?",
            "language": "de",
        },
    ),
)


async def enliven(session: AsyncSession, course_ids: Mapping[str, str], now: datetime) -> None:
    """Write all of it; `course_ids` by the courses' keys."""
    found = await session.execute(select(User.username, User.id))
    people = {username: Viewer(user_id, Role.MEMBER) for username, user_id in found}
    await _watch(session, people, now)
    await _furnish(session, course_ids)
    for username, ticket in TICKETS:
        await create_ticket(session, people[username], **ticket)


async def _furnish(session: AsyncSession, course_ids: Mapping[str, str]) -> None:
    """Documents and features of the platform and its courses."""
    for document, keys, files in DOCUMENTS:
        row = Document(id=new_id(), **document)
        session.add(row)
        await session.flush()
        session.add_all(CourseDocument(course_id=course_ids[key], document_id=row.id) for key in keys)
        session.add_all(DocumentLocalization(id=new_id(), document_id=row.id, **file) for file in files)
    for name, key in FEATURES:
        session.add(Feature(id=new_id(), name=name, course_id=key and course_ids[key]))
    await session.flush()


async def _watch(session: AsyncSession, people: Mapping[str, Viewer], now: datetime) -> None:
    """Who has watched how much of a video, as the player tells it."""
    of_walk = select(Video.id).join(Item, Item.id == Video.item_id).where(Item.source_key == garden.WALK)
    video_id = (await session.scalars(of_walk)).one()
    for username, stops in {"ada": (12.5, 40.0), "jonas": (7.25,)}.items():
        began = now - timedelta(days=10)
        plays = [("VIDEO_PLAY", 0.0, began)]
        plays += [("VIDEO_PAUSE", stop, began + timedelta(seconds=stop)) for stop in stops]
        await record_statements(
            session,
            people[username],
            [
                {
                    "verb": verb,
                    "object": {"id": video_id, "type": "video"},
                    "context": {"current_time": at},
                    "happened_at": moment,
                }
                for verb, at, moment in plays
            ],
        )
