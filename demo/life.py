"""What the demo's people do beside learning and teaching: traces of it, and what is kept around courses."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from demo import garden
from models.item import Item
from models.user import User
from models.video import Video
from resolvers.statement import record_statements
from resolvers.viewer import Role, Viewer


async def enliven(session: AsyncSession, course_ids: Mapping[str, str], now: datetime) -> None:
    """Write all of it; `course_ids` by the courses' keys."""
    found = await session.execute(select(User.username, User.id))
    people = {username: Viewer(user_id, Role.MEMBER) for username, user_id in found}
    await _watch(session, people, now)


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
