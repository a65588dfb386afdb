"""Platform events: what is new for the viewer."""

from datetime import datetime

import strawberry

import resolvers.catalogue.course
import resolvers.community.learning_room
import resolvers.community.platform_event
from graph.catalogue.course import Course
from graph.community.learning_room import LearningRoom
from graph.declaring.connection import Connection
from graph.declaring.declare import column, described, entity, link, listing, optional
from graph.declaring.extending import extends
from graph.declaring.roots import Query
from graph.values.scalars import Markdown
from models.community.platform_event import PlatformEventType as PlatformEventType

described(
    PlatformEventType,
    "What is new.",
    ANNOUNCEMENT="Announcement was published.",
    TOPIC="Discussion was begun.",
    COMMENT="Something was said to a topic.",
)


@entity(resolvers.community.platform_event.PLATFORM_EVENT, "Something new on the platform or in a course.")
class PlatformEvent:
    type: PlatformEventType = column("What it is.")
    title: Markdown = column("Title of the announcement or topic.")
    preview: Markdown = column("Beginning of what it says, at most 300 characters.")
    created_at: datetime = column("When it happened.")
    resource_id: strawberry.ID = column("Id of the announcement, topic or comment.")
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID, "Course in which it happened; null for everybody's."
    )
    learning_room: LearningRoom | None = link(
        resolvers.community.learning_room.BY_ID, "Learning room in which it happened; null for none."
    )


@strawberry.input(description="Which platform events; several conditions must all hold.")
class PlatformEventFilter:
    course: strawberry.ID | None = optional("Those in this course, by its id.")
    learning_room: strawberry.ID | None = optional("Those in this learning room, by its id.")
    is_in_learning_room: bool | None = optional("Those in any learning room, or those in none.")


@extends(Query)
class PlatformEventQuery:
    platform_events: Connection[PlatformEvent] = listing(
        resolvers.community.platform_event.ALL,
        "What is new for everybody and in the courses that the viewer takes or teaches, the newest first.",
        filter=PlatformEventFilter,
    )
