"""Versions of packaged courses."""

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


@entity(resolvers.packages.course_version.COURSE_VERSION, "Version of a course, imported from one package.")
class CourseVersion(Node):
    number: int = column("Number of the version in the course, from 1; numbers are never reused.")
    edition: int = column("Edition of the files: starts at 1, rises with every change of a file.")
    standard: LearningStandard = column("Standard that the package follows.")
    identifier: str = column("Identifier of the course in the manifest of the package.")
    title: str = column("Title in the viewer's language, or in another if there is no translation.")
    description: str | None = column(
        "Description in the viewer's language, or in another if there is no translation; null if the "
        "manifest has none."
    )
    keywords: list[str] = column("Keywords from the metadata of the package.")
    languages: list[Locale] = column("Languages of the texts in the manifest.")
    duration: str | None = column("Playing time as ISO 8601 duration; null if unknown.")
    typical_time: str | None = column("Typical learning time as ISO 8601 duration; null if unknown.")
    sequencing: JSON = column(
        "Sequencing rules of SCORM 2004 by identifier of an activity, an activity cluster or the course."
    )
    is_current: bool = column("Whether the course shows this version.")
    created_at: datetime = column("Timestamp of the import.")
    updated_at: datetime = column("Timestamp of the last change.")
    course: Course = link(resolvers.catalogue.course.BY_ID, "Course of this version.")
    sections: list[Section] = link(
        resolvers.packages.course_version.SECTIONS, "Sections of all levels, in course order."
    )
    items: list[Item] = link(
        resolvers.packages.course_version.ITEMS, "Items of the version, in course order."
    )


@strawberry.input(description="Filter for course versions; conditions are combined with AND.")
class CourseVersionFilter:
    number: int | None = optional("Only the version with this number.")
    updated_since: datetime | None = optional("Only versions updated at or after this timestamp.")
    updated_until: datetime | None = optional("Only versions last updated before this timestamp.")


@extends(Course)
class VersionsOfCourse:
    version: CourseVersion | None = link(
        resolvers.packages.course_version.BY_ID,
        "Version that the course shows; null unless the course was imported from a package.",
    )
    versions: Connection[CourseVersion] = listing(
        resolvers.packages.course_version.OF_COURSE,
        "Versions visible to the viewer, newest first; only the course team sees all.",
        filter=CourseVersionFilter,
    )


@extends(Query)
class CourseVersionQuery:
    course_version: CourseVersion | None = lookup(
        resolvers.packages.course_version.COURSE_VERSION,
        "Course version by id; null if it is not visible to the viewer.",
        id="Id of the version.",
    )


VERSION_NAMED = {
    **COURSE_NAMED,
    "version_id": "Id of the version.",
    "version": "Number of the version in the course; defaults to the version that the course shows.",
}
"""Descriptions of the fields that identify a version in an input."""

DeleteCourseVersionInput = taken(
    resolvers.packages.course_version.DeleteCourseVersion,
    "Input for deleting a course version.",
    **VERSION_NAMED,
)


@strawberry.type(description="Result of deleting a course version.")
class DeleteCourseVersionPayload(Payload):
    deleted_id: strawberry.ID | None = column("Id of the deleted version; null if the mutation was refused.")
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID,
        "Course without the version; null if the course was deleted with its last version, or if the "
        "mutation was refused.",
    )


@extends(Mutation)
class CourseVersionMutation:
    delete_course_version: DeleteCourseVersionPayload = does(
        resolvers.packages.course_version.delete_course_version,
        DeleteCourseVersionInput,
        "Delete a course version with its content and registrations. Deleting the last version deletes the "
        "course.",
    )
