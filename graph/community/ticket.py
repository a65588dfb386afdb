"""Tickets for the helpdesk."""

from datetime import datetime

import strawberry

import resolvers.catalogue.course
import resolvers.community.ticket
import resolvers.people.user
from graph.catalogue.course import Course
from graph.declaring.commands import does, taken
from graph.declaring.connection import Connection
from graph.declaring.declare import column, described, entity, link, listing, lookup, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Mutation, Query
from graph.people.user import User
from graph.values.payload import Payload
from graph.values.scalars import URL, Locale
from models.community.ticket import TicketTopic as TicketTopic

described(
    TicketTopic,
    "What a ticket is about.",
    TECHNICAL="Something that does not work.",
    REACTIVATION="Taking a course after its end.",
    COURSE="Content of a course.",
)


@entity(resolvers.community.ticket.TICKET, "Question to the helpdesk, seen by who asked and by staff.")
class Ticket(Node):
    topic: TicketTopic = column("What it is about.")
    title: str = column("Short form of the question.")
    report: str = column("Long form of the question.")
    language: Locale = column("Language of the client of who asked.")
    mail: str = column("Address to answer to.")
    url: URL | None = column("Where the trouble was met; null when not told.")
    data: str | None = column("What the client tells of itself; null when not told.")
    created_at: datetime = column("When it was asked.")
    user: User | None = link(resolvers.people.user.BY_ID, "Who asked; null for who was not signed in.")
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID, "Course that it concerns; null for none that the viewer knows."
    )


@strawberry.input(description="Which tickets; several conditions must all hold.")
class TicketFilter:
    course: strawberry.ID | None = optional("Those that concern this course, by its id.")
    topic: list[TicketTopic] | None = optional("Those about one of these.")


@extends(Query)
class TicketQuery:
    ticket: Ticket | None = lookup(
        resolvers.community.ticket.TICKET, "One ticket; null where there is none.", id="Id of the ticket."
    )
    tickets: Connection[Ticket] = listing(
        resolvers.community.ticket.ALL,
        "Tickets that the viewer may know, the newest first.",
        filter=TicketFilter,
    )


CreateTicketInput = taken(
    resolvers.community.ticket.CreateTicket,
    "What to ask the helpdesk.",
    topic="What it is about; for `COURSE` the course is to be named.",
    title="Short form of the question, at most 300 characters.",
    report="Long form of the question, at most 20,000 characters.",
    language="Language of the client.",
    mail="Address to answer to; needed from who is not signed in, else ignored.",
    course_id="Id of the course that it concerns.",
    url="Where the trouble was met.",
    data="What the client tells of itself.",
)


@strawberry.type(description="What came of asking the helpdesk.")
class CreateTicketPayload(Payload):
    ticket_id: strawberry.ID | None = column("Id of the new ticket; null for an error.")
    ticket: Ticket | None = link(
        resolvers.community.ticket.BY_ID, "New ticket; null for an error, and for who is not signed in."
    )


@extends(Mutation)
class TicketMutation:
    create_ticket: CreateTicketPayload = does(
        resolvers.community.ticket.create_ticket, CreateTicketInput, "Ask the helpdesk, signed in or not."
    )
