"""Announcements."""

from datetime import datetime

import strawberry

import resolvers.catalogue.course
import resolvers.community.announcement
from graph.catalogue.course import Course
from graph.declaring.commands import does, taken
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing, lookup, optional, told
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Mutation, Query, Subscription
from graph.values.event import Event
from graph.values.payload import Payload
from graph.values.scalars import URL, Locale, Markdown


@entity(resolvers.community.announcement.ANNOUNCEMENT, "News from a course's team or the platform.")
class Announcement(Node):
    title: str = column("Headline in the viewer's language where there is one.")
    text: Markdown = column("What it says, in the viewer's language where there is one.")
    image_url: URL | None = column("Picture to show with it.")
    published_at: datetime | None = column("When it was or will be published; null for a draft.")
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID, "Course that it concerns; null for everybody's."
    )
    viewer_has_visited: bool = column("Whether the viewer has seen it.")


@strawberry.input(description="Which announcements; several conditions must all hold.")
class AnnouncementFilter:
    course: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Those of this course, by its id."
    )
    course_or_global: strawberry.ID | None = optional(
        "Those of this course, by its id, and those for everybody."
    )
    is_global: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Those for everybody, or those of courses."
    )
    language: Locale | None = strawberry.field(
        default=strawberry.UNSET, description="Those that are to be had in this language."
    )


@extends(Query)
class AnnouncementQuery:
    announcement: Announcement | None = lookup(
        resolvers.community.announcement.ANNOUNCEMENT,
        "One announcement; null where there is none.",
        id="Id of the announcement.",
    )
    announcements: Connection[Announcement] = listing(
        resolvers.community.announcement.ALL, "Announcements, the newest first.", filter=AnnouncementFilter
    )


@strawberry.type(description="That an announcement was published.")
class AnnouncementPublished(Event):
    announcement: Announcement = link(resolvers.community.announcement.BY_ID, "What was published.")


@extends(Course)
class AnnouncementsOfCourse:
    announcements: Connection[Announcement] = listing(
        resolvers.community.announcement.OF_COURSE, "What its team has announced, the newest first."
    )


@extends(Subscription)
class AnnouncementSubscription:
    announcement_published: AnnouncementPublished = told(
        resolvers.community.announcement.PUBLISHED,
        "Announcement that the viewer may know is published.",
        optional=True,
        course_id="Id of the course that it concerns; any, or everybody's, where left out.",
    )


VisitAnnouncementInput = taken(
    resolvers.community.announcement.VisitAnnouncement,
    "Which announcement was seen.",
    announcement_id="Id of the announcement.",
)


@strawberry.type(description="What came of seeing an announcement.")
class VisitAnnouncementPayload(Payload):
    announcement: Announcement | None = link(
        resolvers.community.announcement.BY_ID, "Announcement that was seen; null for an error."
    )


@extends(Mutation)
class AnnouncementMutation:
    visit_announcement: VisitAnnouncementPayload = does(
        resolvers.community.announcement.visit_announcement,
        VisitAnnouncementInput,
        "Note that the viewer has seen an announcement. Done again it changes nothing.",
    )
