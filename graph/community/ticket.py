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
    "Subject of a helpdesk ticket.",
    TECHNICAL="Technical problem of the platform.",
    REACTIVATION="Access to a course after its end.",
    COURSE="Content of a course.",
)


@entity(resolvers.community.ticket.TICKET, "Question to the helpdesk; visible to its author and to staff.")
class Ticket(Node):
    topic: TicketTopic = column("Subject of the question.")
    title: str = column("Short form of the question.")
    report: str = column("Long form of the question.")
    language: Locale = column("Language of the author's client.")
    mail: str = column("Email address for the helpdesk's response.")
    url: URL | None = column("URL of the page with the problem; null if not given.")
    data: str | None = column("Client's description of itself; null if not given.")
    created_at: datetime = column("Creation timestamp of the ticket.")
    user: User | None = link(
        resolvers.people.user.BY_ID, "Author of the ticket; null for an anonymous author."
    )
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID,
        "Course of the ticket; null if not given, or not visible to the viewer.",
    )


@strawberry.input(description="Filter for tickets; conditions are combined with AND.")
class TicketFilter:
    course: strawberry.ID | None = optional("Only tickets about this course.")
    topic: list[TicketTopic] | None = optional("Only tickets on one of these subjects.")


@extends(Query)
class TicketQuery:
    ticket: Ticket | None = lookup(
        resolvers.community.ticket.TICKET,
        "Ticket by id; null if it is not visible to the viewer.",
        id="Id of the ticket.",
    )
    tickets: Connection[Ticket] = listing(
        resolvers.community.ticket.ALL,
        "Tickets visible to the viewer, newest first.",
        filter=TicketFilter,
    )


CreateTicketInput = taken(
    resolvers.community.ticket.CreateTicket,
    "Input for sending a question to the helpdesk.",
    topic="Subject of the question; `COURSE` requires a course id.",
    title="Short form of the question, at most 300 characters.",
    report="Long form of the question, at most 20,000 characters.",
    language="Language of the client.",
    mail="Email address for the helpdesk's response; required from anonymous viewers, ignored from others.",
    course_id="Id of the course the question is about.",
    url="URL of the page with the problem, at most 2,000 characters.",
    data="Client's description of itself, at most 10,000 characters.",
)


@strawberry.type(description="Result of sending a question to the helpdesk.")
class CreateTicketPayload(Payload):
    ticket_id: strawberry.ID | None = column("Id of the created ticket; null if the mutation was refused.")
    ticket: Ticket | None = link(
        resolvers.community.ticket.BY_ID,
        "Created ticket; null if the mutation was refused, or for anonymous viewers.",
    )


@extends(Mutation)
class TicketMutation:
    create_ticket: CreateTicketPayload = does(
        resolvers.community.ticket.create_ticket, CreateTicketInput, "Send a question to the helpdesk."
    )
