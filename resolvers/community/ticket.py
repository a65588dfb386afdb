"""Tickets: entity, relations, and the command that creates one."""

import re
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.catalogue.course import Course
from models.community.ticket import Ticket, TicketTopic
from models.people.user import User
from models.postgres.base import new_id
from resolvers.access.throttle import ticket_tried
from resolvers.access.viewer import LANGUAGE, Viewer, owns
from resolvers.catalogue.course import COURSE
from resolvers.commands.command import command_after
from resolvers.commands.problem import Problems, UserErrorCode
from resolvers.commands.text import is_storable
from resolvers.commands.values import URL, Id, Locale
from resolvers.loading.entity import Entity, among
from resolvers.loading.page import Page
from resolvers.loading.relation import One
from resolvers.operations.context import Context

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


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTicket:
    """Question for the helpdesk."""

    topic: TicketTopic
    title: str
    report: str
    language: Locale
    mail: str | None = None
    course_id: Id | None = None
    url: URL | None = None
    data: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCreated:
    """Id of the created ticket."""

    ticket_id: str


async def _tried(context: Context, _: CreateTicket) -> None:
    await ticket_tried(context)


@command_after(_tried, UserErrorCode.NOT_FOUND, UserErrorCode.INVALID_INPUT, is_open=True)
async def create_ticket(
    session: AsyncSession, viewer: Viewer, given: CreateTicket, _: None = None
) -> TicketCreated:
    """Create a ticket for any viewer; signed-in viewers get responses at their own email address.

    (Xikolo: tickets, "otherwise ignored and extracted automatically"; the topic `course` requires a course.)
    """
    mail = given.mail
    problems = Problems()
    for field, text, longest in (
        ("title", given.title, LONGEST_TITLE),
        ("report", given.report, LONGEST_REPORT),
        ("url", given.url, LONGEST_URL),
        ("data", given.data, LONGEST_DATA),
    ):
        if text is not None and not is_storable(text, longest):
            problems.invalid(f"Give plain text of at most {longest} characters.", field)
    for field, text in (("title", given.title), ("report", given.report)):
        if not text.strip():
            problems.invalid("Give a text that is not blank.", field)
    if not LANGUAGE.fullmatch(given.language.lower()):
        problems.invalid("Give a language tag, such as 'en'.", "language")
    if viewer.id is not None:
        mail = await session.scalar(select(User.email).where(User.id == viewer.id))
    if mail is None or not MAIL.fullmatch(mail) or not is_storable(mail, len(mail)):
        problems.invalid("Give an email address for the response.", "mail")
    if given.course_id is not None:
        known = select(Course.id).where(Course.id == given.course_id, COURSE.visible(viewer.role))
        if await session.scalar(known, viewer.parameters) is None:
            problems.add(UserErrorCode.NOT_FOUND, "There is no such course.", "course_id")
    elif given.topic == TicketTopic.COURSE:
        problems.invalid("Give the course the question is about.", "course_id")
    problems.refuse()
    ticket_id = new_id()
    await session.execute(
        insert(Ticket).values(
            id=ticket_id,
            user_id=viewer.id,
            course_id=given.course_id,
            topic=given.topic,
            title=given.title.strip(),
            report=given.report,
            language=given.language,
            mail=mail,
            url=given.url,
            data=given.data,
        )
    )
    return TicketCreated(ticket_id=ticket_id)
