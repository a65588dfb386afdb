"""Tickets: what users ask the helpdesk (Xikolo: tickets)."""

from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.postgres.base import Base, CreatedAt, Id, PrimaryId, name_column


class TicketTopic(StrEnum):
    """What a ticket is about."""

    TECHNICAL = "technical"
    REACTIVATION = "reactivation"
    COURSE = "course"


class Ticket(Base):
    """`user_id` is null for who was not signed in; `mail` is where the answer goes.

    `url` is where the trouble was met, `data` what a client tells of itself.
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
