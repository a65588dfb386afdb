"""Tickets as the graph reads them, and as users write them."""

import re
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.catalogue.course import Course
from models.community.ticket import Ticket, TicketTopic
from models.people.user import User
from models.postgres.base import new_id
from resolvers.access.scope import open_to_all
from resolvers.access.viewer import LANGUAGE, Viewer, owns
from resolvers.catalogue.course import COURSE
from resolvers.commands.text import is_storable
from resolvers.loading.entity import Entity, among
from resolvers.loading.page import Page
from resolvers.loading.relation import One
from resolvers.operations.errors import Refused, UserErrorCode

LONGEST_TITLE = 300
LONGEST_REPORT = 20_000
LONGEST_URL = 2_000
LONGEST_DATA = 10_000
MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")

TICKET = Entity(
    model=Ticket,
    rows=lambda role: owns(Ticket.__table__.c.user_id, role),
    filters={
        "course": lambda value: Ticket.course_id == value,
        "topic": lambda value: among(Ticket.topic, value),
    },
    orders={"CREATED_AT": (lambda _: Ticket.created_at,)},
)

ALL = Page(target=TICKET, order="CREATED_AT", descending=True)
BY_ID = One(target=TICKET, needs=("ticket_id",))


@open_to_all
async def create_ticket(
    session: AsyncSession,
    viewer: Viewer,
    topic: str,
    title: str,
    report: str,
    language: str,
    mail: str | None = None,
    course_id: str | None = None,
    url: str | None = None,
    data: str | None = None,
) -> dict[str, Any]:
    """Ask the helpdesk, signed in or not; the address for mail of who is signed in is their own.

    (000, tickets: "otherwise ignored and extracted automatically"; a topic of `course` names the course.)
    """
    for field, text, longest in (
        ("title", title, LONGEST_TITLE),
        ("report", report, LONGEST_REPORT),
        ("url", url, LONGEST_URL),
        ("data", data, LONGEST_DATA),
    ):
        if text is not None and not is_storable(text, longest):
            raise _wrong(f"Give plain text of at most {longest} characters.", field)
    if not title.strip() or not report.strip():
        raise _wrong("Say what it is about.", "title" if not title.strip() else "report")
    if not LANGUAGE.fullmatch(language.lower()):
        raise _wrong("Give the tag of a language, such as 'en'.", "language")
    if viewer.id is not None:
        mail = await session.scalar(select(User.email).where(User.id == viewer.id))
    if mail is None or not MAIL.fullmatch(mail) or not is_storable(mail, len(mail)):
        raise _wrong("Give an address for mail to answer to.", "mail")
    if course_id is not None:
        known = select(Course.id).where(Course.id == course_id, COURSE.visible(viewer.role))
        if await session.scalar(known, viewer.parameters) is None:
            raise Refused(UserErrorCode.NOT_FOUND, "There is no such course.", "courseId")
    elif topic == TicketTopic.COURSE:
        raise _wrong("Name the course that it is about.", "courseId")
    ticket_id = new_id()
    await session.execute(
        insert(Ticket).values(
            id=ticket_id,
            user_id=viewer.id,
            course_id=course_id,
            topic=topic,
            title=title.strip(),
            report=report,
            language=language,
            mail=mail,
            url=url,
            data=data,
        )
    )
    return {"ticket_id": ticket_id}


def _wrong(message: str, field: str) -> Refused:
    return Refused(UserErrorCode.INVALID_INPUT, message, field)
