"""Versions of courses that come as packages."""

from datetime import datetime

import strawberry
from strawberry.scalars import JSON

import resolvers.catalogue.course
import resolvers.packages.course_version
from graph.catalogue.course import COURSE_NAMED, Course
from graph.catalogue.item import Item
from graph.catalogue.section import Section
from graph.declaring.commands import does, taken
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing, lookup, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Mutation, Query
from graph.packages.packaged_activity import LearningStandard
from graph.values.payload import Payload
from graph.values.scalars import Locale


@entity(resolvers.packages.course_version.COURSE_VERSION, "Version of a course, as one package brought it.")
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
    course: Course = link(resolvers.catalogue.course.BY_ID, "Course of which it is a version.")
    sections: list[Section] = link(
        resolvers.packages.course_version.SECTIONS, "Sections of all levels, in order."
    )
    items: list[Item] = link(resolvers.packages.course_version.ITEMS, "Every item, in order.")


@strawberry.input(description="Which versions; several conditions must all hold.")
class CourseVersionFilter:
    number: int | None = optional("One of this number.")
    updated_since: datetime | None = optional("Those changed then or later.")
    updated_until: datetime | None = optional("Those changed last before.")


@extends(Course)
class VersionsOfCourse:
    version: CourseVersion | None = link(
        resolvers.packages.course_version.BY_ID, "Version that it shows; null where it came as no package."
    )
    versions: Connection[CourseVersion] = listing(
        resolvers.packages.course_version.OF_COURSE,
        "Its versions as far as the viewer may know, the newest first.",
        filter=CourseVersionFilter,
    )


@extends(Query)
class CourseVersionQuery:
    course_version: CourseVersion | None = lookup(
        resolvers.packages.course_version.COURSE_VERSION,
        "One version of a course; null where there is none.",
        id="Id of the version.",
    )


VERSION_NAMED = {
    **COURSE_NAMED,
    "version_id": "Id of the version.",
    "version": "Number of the version in its course, which shows one where none is said.",
}
"""Descriptions of what names a version in an input."""

DeleteCourseVersionInput = taken(
    resolvers.packages.course_version.DeleteCourseVersion,
    "Which version to delete.",
    **VERSION_NAMED,
)


@strawberry.type(description="What came of deleting a version.")
class DeleteCourseVersionPayload(Payload):
    deleted_id: strawberry.ID | None = column("Id of the version that is no more; null for an error.")
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID, "Course with what is left; null where that was its last version."
    )


@extends(Mutation)
class CourseVersionMutation:
    delete_course_version: DeleteCourseVersionPayload = does(
        resolvers.packages.course_version.delete_course_version,
        DeleteCourseVersionInput,
        "Delete a version with all that hangs on it, and with the last one its course.",
    )
