"""Puts the demo data into an empty database, once, and remembers who can sign in."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from graph.http.pages import DemoViewer
from models.base import new_id
from models.course import Course, CourseStatus, CourseTeacher
from models.database import Database
from models.enrollment import Enrollment
from models.item import ContentType, Item
from models.rich_text import RichText
from models.section import Section
from models.token import Token
from models.user import User
from resolvers.arrangement import arrange
from resolvers.viewer import hashed


@dataclass(frozen=True, slots=True)
class Demo:
    """`viewers` for GraphiQL's menu, the first of them a learner; `examples` fills its examples' variables."""

    viewers: Sequence[DemoViewer] = ()
    examples: Mapping[str, Any] = None  # type: ignore[assignment]


async def load_demo(url: str, home: Path, say: Callable[[str], None]) -> Demo:
    """The demo of the database at `url`, made where there is nothing yet."""
    note = home / "demo.json"
    database = Database(url, pool_size=2)
    await database.open()
    try:
        if await database.fetch("SELECT 1 FROM users UNION ALL SELECT 1 FROM courses LIMIT 1", {}):
            return _read(note)
        say("Writing the demo courses.")
        async with database.transaction() as session:
            demo = await _write(session)
            note.touch(mode=0o600)
            note.write_text(json.dumps({"viewers": demo.viewers, "examples": demo.examples}, indent=2))
        return demo
    finally:
        await database.close()


def _read(note: Path) -> Demo:
    if not note.exists():
        return Demo((), {})
    kept = json.loads(note.read_text())
    return Demo(tuple(DemoViewer(*each) for each in kept["viewers"]), kept["examples"])


async def _write(session: AsyncSession) -> Demo:
    viewers = []
    users = {}
    for username, name, role in (
        ("ada", "Ada Lovelace", "learner"),
        ("grace", "Grace Hopper", "teacher"),
        ("edith", "Edith Clarke", "staff"),
    ):
        token = secrets.token_hex(32)
        user = User(
            id=new_id(),
            username=username,
            name=name,
            email=f"{username}@example.org",
            is_staff=role == "staff",
        )
        session.add(user)
        await session.flush()
        session.add(Token(id=new_id(), user_id=user.id, hash=hashed(token), label="demo"))
        users[role] = user
        viewers.append(DemoViewer(f"{name} ({role})", token))
    course = Course(
        id=new_id(), slug="graphs-for-gardeners", title="Graphs for Gardeners", status=CourseStatus.ACTIVE
    )
    session.add(course)
    await session.flush()
    section = Section(id=new_id(), course_id=course.id, title="Paths and beds", position=1)
    session.add(section)
    await session.flush()
    item = Item(
        id=new_id(),
        course_id=course.id,
        section_id=section.id,
        title="Welcome",
        position=1,
        content_type=ContentType.RICH_TEXT,
    )
    session.add(item)
    await session.flush()
    session.add(RichText(id=new_id(), item_id=item.id, course_id=course.id, text="Welcome to the garden."))
    session.add(Enrollment(id=new_id(), user_id=users["learner"].id, course_id=course.id))
    session.add(CourseTeacher(user_id=users["teacher"].id, course_id=course.id))
    await session.flush()
    await arrange(session, course.id)
    course_id = await session.scalar(select(Course.id))
    return Demo(tuple(viewers), {"slug": course.slug, "input": {"courseId": course_id}})
