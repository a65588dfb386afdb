"""Platform events: new announcements, topics and comments for the viewer."""

from datetime import datetime

import strawberry

import resolvers.catalogue.course
import resolvers.community.learning_room
import resolvers.community.platform_event
from graph.catalogue.course import Course
from graph.community.learning_room import LearningRoom
from graph.declaring.connection import Connection
from graph.declaring.declare import column, described, entity, html, link, listing, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import Html, Markdown
from models.community.platform_event import PlatformEventType as PlatformEventType

described(
    PlatformEventType,
    "Type of a platform event.",
    ANNOUNCEMENT="Publication of an announcement.",
    TOPIC="Start of a discussion.",
    COMMENT="Comment on a topic.",
)


@entity(
    resolvers.community.platform_event.PLATFORM_EVENT,
    "New announcement, topic or comment on the platform or in a course.",
)
class PlatformEvent(Node):
    type: PlatformEventType = column("Type of the platform event.")
    title: Markdown = column("Title of the announcement or topic.")
    title_html: Html = html("title", "Title of the announcement or topic as sanitized HTML.")
    preview: Markdown = column("Start of the text, at most 300 characters.")
    preview_html: Html = html("preview", "Start of the text as sanitized HTML.")
    created_at: datetime = column("Timestamp of the platform event.")
    resource_id: strawberry.ID = column("Id of the announcement, topic or comment.")
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID, "Course of the platform event; null for a global announcement."
    )
    learning_room: LearningRoom | None = link(
        resolvers.community.learning_room.BY_ID,
        "Learning room of the topic or comment; null outside learning rooms.",
    )


@strawberry.input(description="Filter for platform events; conditions are combined with AND.")
class PlatformEventFilter:
    course: strawberry.ID | None = optional("Only platform events in this course.")
    learning_room: strawberry.ID | None = optional("Only platform events in this learning room.")
    is_in_learning_room: bool | None = optional(
        "Only platform events in learning rooms if true, outside them if false."
    )


@extends(Query)
class PlatformEventQuery:
    platform_events: Connection[PlatformEvent] = listing(
        resolvers.community.platform_event.ALL,
        "Global platform events and those in courses the viewer takes or teaches, newest first.",
        filter=PlatformEventFilter,
    )
