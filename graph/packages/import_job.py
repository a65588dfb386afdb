"""Imports of courses."""

from datetime import datetime

import strawberry

import resolvers.catalogue.course
import resolvers.packages.course_version
import resolvers.packages.import_job
from graph.catalogue.course import Course
from graph.declaring.commands import does, taken
from graph.declaring.connection import Connection
from graph.declaring.declare import column, described, entity, link, listing, lookup, told
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Mutation, Query, Subscription
from graph.packages.course_version import CourseVersion
from graph.values.event import Event
from graph.values.payload import Payload, UserError
from models.packages.import_job import ImportSource as ImportSource
from models.packages.import_job import ImportStatus as ImportStatus

described(
    ImportStatus,
    "How far an import is.",
    RUNNING="Waiting or at work.",
    COMPLETE="Done: the course shows the new version.",
    ERROR="Given up: nothing has changed.",
)
described(
    ImportSource,
    "Where the file of an import comes from.",
    UPLOAD="Sent before.",
    FETCH="Fetched by its address.",
    REFERENCE="Left at its address, and only referred to.",
)


@entity(
    resolvers.packages.import_job.IMPORT_JOB, "Import in the background; known until a week after its end."
)
class ImportJob(Node):
    reference: str = column("Id that who imports has chosen for the course.")
    source: ImportSource = column("Where the file comes from.")
    status: ImportStatus = column("How far it is.")
    progress: float = column("Ratio of the work that is done, from 0 to 1.")
    message: str | None = column("Why it was given up; null otherwise.")
    warnings: list[str] = column("Faults of the package that did not keep it from being read.")
    tags: list[str] = column("Words that the course gets to be grouped by.")
    created_at: datetime = column("When it was asked for.")
    finished_at: datetime | None = column("When it was done or given up; null while it runs.")
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID, "Course that it made or changed; null until then."
    )
    version: CourseVersion | None = link(
        resolvers.packages.course_version.BY_ID, "Version that it made; null until then."
    )


@strawberry.input(description="Which imports; several conditions must all hold.")
class ImportJobFilter:
    status: list[ImportStatus] | None = strawberry.field(
        default=strawberry.UNSET, description="Those in one of these states."
    )
    reference: str | None = strawberry.field(
        default=strawberry.UNSET, description="Those of the course of this reference."
    )


MediaDetails = taken(
    resolvers.packages.import_job.MediaDetails,
    "What is known of a media file.",
    "MediaDetails",
    title="Title of the course.",
    description="What it is about.",
    language="Language that it is in.",
    duration="Seconds that it takes.",
)


ImportCourseInput = taken(
    resolvers.packages.import_job.ImportCourse,
    "What to import: a package that was uploaded, or one at an address.",
    reference="Id of the course, in 1 to 255 characters.",
    upload="Name of an upload, as `POST /uploads` answers it.",
    url="Address of the file.",
    is_only_referred_to="Whether a media file stays at its address.",
    media_type="Media type of a file that is no package, such as `video/mp4`.",
    details="What is known of a media file.",
    can_create_version="Whether a course that is there may get a new version.",
    tags="Words to group the course by.",
    postback_url="Address to which the outcome is sent, as JSON by POST.",
)


@strawberry.type(description="What came of asking for an import.")
class ImportCoursePayload(Payload):
    import_job: ImportJob | None = link(
        resolvers.packages.import_job.BY_ID, "Import that has begun; null for an error."
    )
    user_errors: list[UserError] = column("Why nothing was done; empty where all went well.")


@extends(Query)
class ImportJobQuery:
    import_job: ImportJob | None = lookup(
        resolvers.packages.import_job.IMPORT_JOB,
        "One import; null where there is none.",
        id="Id of the import.",
    )
    import_jobs: Connection[ImportJob] = listing(
        resolvers.packages.import_job.ALL, "Imports of the viewer, the newest first.", filter=ImportJobFilter
    )


@extends(Mutation)
class ImportJobMutation:
    import_course: ImportCoursePayload = does(
        resolvers.packages.import_job.import_course,
        ImportCourseInput,
        "Begin to import a package as a course, or as a new version of one.",
    )


@strawberry.type(description="That an import has gone on or ended.")
class ImportJobChanged(Event):
    import_job: ImportJob = link(resolvers.packages.import_job.BY_ID, "Import as it is now.")


@extends(Subscription)
class ImportJobSubscription:
    import_job: ImportJobChanged = told(
        resolvers.packages.import_job.CHANGED, "Import goes on or ends.", id="Id of the import."
    )
