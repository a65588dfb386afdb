"""Announcements of course teams and of the platform."""

from datetime import datetime

import strawberry

import resolvers.catalogue.course
import resolvers.community.announcement
from graph.catalogue.course import Course
from graph.declaring.commands import does, taken
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, html, link, listing, lookup, optional, told
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Mutation, Query, Subscription
from graph.values.event import Event
from graph.values.payload import Payload
from graph.values.scalars import URL, Html, Locale, Markdown


@entity(resolvers.community.announcement.ANNOUNCEMENT, "News from a course team or the platform.")
class Announcement(Node):
    title: str = column("Title in the viewer's language if available.")
    text: Markdown = column("Text in the viewer's language if available.")
    text_html: Html = html("text", "Text as sanitized HTML, in the viewer's language if available.")
    image_url: URL | None = column("URL of an image; null if the announcement has no image.")
    published_at: datetime | None = column("Publication timestamp, past or future; null for a draft.")
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID, "Course of the announcement; null for a global announcement."
    )
    viewer_has_visited: bool = column("Whether the viewer has seen the announcement.")


@strawberry.input(description="Filter for announcements; conditions are combined with AND.")
class AnnouncementFilter:
    course: strawberry.ID | None = optional("Only announcements of this course.")
    course_or_global: strawberry.ID | None = optional(
        "Only announcements of this course and global announcements."
    )
    is_global: bool | None = optional("Only global announcements if true, only those of courses if false.")
    is_for_viewer: bool | None = optional(
        "Only global announcements and those of courses that the viewer takes or teaches if true, only "
        "others if false."
    )
    language: Locale | None = optional("Only announcements available in this language.")


@extends(Query)
class AnnouncementQuery:
    announcement: Announcement | None = lookup(
        resolvers.community.announcement.ANNOUNCEMENT,
        "Announcement by id; null if it is not visible to the viewer.",
        id="Id of the announcement.",
    )
    announcements: Connection[Announcement] = listing(
        resolvers.community.announcement.ALL,
        "Announcements visible to the viewer, newest first.",
        filter=AnnouncementFilter,
    )


@strawberry.type(description="Event: an announcement was published.")
class AnnouncementPublished(Event):
    announcement: Announcement = link(
        resolvers.community.announcement.BY_ID, "Announcement that was published."
    )


@extends(Course)
class AnnouncementsOfCourse:
    announcements: Connection[Announcement] = listing(
        resolvers.community.announcement.OF_COURSE, "Announcements of the course team, newest first."
    )


@extends(Subscription)
class AnnouncementSubscription:
    announcement_published: AnnouncementPublished = told(
        resolvers.community.announcement.PUBLISHED,
        "Emits when an announcement visible to the viewer is published.",
        optional=True,
        course_id="Id of the announcement's course; omit for all announcements, global ones included.",
    )


VisitAnnouncementInput = taken(
    resolvers.community.announcement.VisitAnnouncement,
    "Input for marking an announcement as seen.",
    announcement_id="Id of the announcement.",
)


@strawberry.type(description="Result of marking an announcement as seen.")
class VisitAnnouncementPayload(Payload):
    announcement: Announcement | None = link(
        resolvers.community.announcement.BY_ID,
        "Announcement marked as seen; null if the mutation was refused.",
    )


@extends(Mutation)
class AnnouncementMutation:
    visit_announcement: VisitAnnouncementPayload = does(
        resolvers.community.announcement.visit_announcement,
        VisitAnnouncementInput,
        "Mark an announcement as seen by the viewer. Repeating the mutation changes nothing.",
    )
