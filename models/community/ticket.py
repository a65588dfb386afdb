"""Tickets: questions of users to the helpdesk (Xikolo: tickets)."""

from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, PrimaryId, name_column


class TicketTopic(StrEnum):
    """Subject of a helpdesk ticket."""

    TECHNICAL = "technical"
    REACTIVATION = "reactivation"
    COURSE = "course"


class Ticket(Base):
    """Ticket; `user_id` is null for anonymous authors, `mail` is the address for the helpdesk's response.

    `url` is the page with the problem, `data` the client's description of itself.
    """

    __tablename__ = "tickets"

    id: Mapped[PrimaryId]
    user_id: Mapped[Id | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    course_id: Mapped[Id | None] = mapped_column(ForeignKey("courses.id", ondelete="SET NULL"), index=True)
    topic: Mapped[TicketTopic] = mapped_column(name_column(TicketTopic))
    title: Mapped[str]
    report: Mapped[str]
    language: Mapped[str]
    mail: Mapped[str]
    url: Mapped[str | None]
    data: Mapped[str | None]
    created_at: Mapped[CreatedAt]
