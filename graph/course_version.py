"""Versions of courses that come as packages."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.scalars import JSON

import resolvers
from graph.asset import Asset
from graph.connection import Connection
from graph.declare import column, entity, link, listing, lookup, optional
from graph.item import Item
from graph.node import Node
from graph.scalars import Locale
from graph.section import Section
from models.packaged_activity import LearningStandard

if TYPE_CHECKING:
    from graph.course import Course
    from graph.registration import Registration

RegistrationRef = Annotated["Registration", strawberry.lazy("graph.registration")]
CourseRef = Annotated["Course", strawberry.lazy("graph.course")]


@entity(resolvers.course_version.COURSE_VERSION, "Version of a course, as one package brought it.")
class CourseVersion(Node):
    number: int = column("Which version of its course, from 1; no number is given twice.")
    edition: int = column("How often its files were changed, from 1.")
    standard: LearningStandard = column("Standard that its package follows.")
    identifier: str = column("Name of the whole in its package's manifest.")
    title: str = column("Title in the viewer's language where there is one.")
    description: str | None = column("What it is about, in the viewer's language where there is one.")
    keywords: list[str] = column("Words to find it by, from its metadata.")
    languages: list[Locale] = column("Languages in which its manifest has texts.")
    duration: str | None = column("Time that it takes to play, as of ISO 8601; null when unknown.")
    typical_time: str | None = column("Time that learning with it takes, as of ISO 8601; null when unknown.")
    sequencing: JSON = column("Rules of SCORM 2004 by identifier of an activity, a cluster or the whole.")
    is_current: bool = column("Whether its course shows this version.")
    created_at: datetime = column("When it was imported.")
    updated_at: datetime = column("When it was last changed.")
    course: CourseRef = link(resolvers.course.BY_ID, "Course of which it is a version.")
    sections: list[Section] = link(resolvers.course_version.SECTIONS, "Sections of all levels, in order.")
    items: list[Item] = link(resolvers.course_version.ITEMS, "Every item, in order.")
    assets: Connection[Asset] = listing(
        resolvers.course_version.ASSETS, "Files of its package, for the course's team."
    )
    registrations: Connection[RegistrationRef] = listing(
        resolvers.registration.OF_VERSION, "Attempts at it that the viewer may know, the newest first."
    )


@strawberry.input(description="Which versions; several conditions must all hold.")
class CourseVersionFilter:
    number: int | None = optional("One of this number.")
    updated_since: datetime | None = optional("Those changed then or later.")
    updated_until: datetime | None = optional("Those changed last before.")


@strawberry.type
class CourseVersionQuery:
    course_version: CourseVersion | None = lookup(
        resolvers.course_version.COURSE_VERSION,
        "One version of a course; null where there is none.",
        id="Id of the version.",
    )
