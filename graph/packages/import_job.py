"""Import jobs of courses."""

from datetime import datetime

import strawberry

import resolvers.catalogue.course
import resolvers.packages.course_version
import resolvers.packages.import_job
from graph.catalogue.course import Course
from graph.declaring.commands import does, taken
from graph.declaring.connection import Connection
from graph.declaring.declare import column, described, entity, link, listing, lookup, optional, told
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
    "Status of an import job.",
    RUNNING="Import is queued or running.",
    COMPLETE="Import is complete; the course shows the new version.",
    ERROR="Import failed; nothing has changed.",
)
described(
    ImportSource,
    "Source of the imported file.",
    UPLOAD="File uploaded before the import.",
    FETCH="File downloaded from a URL.",
    REFERENCE="File linked at its URL, without a stored copy.",
)


@entity(
    resolvers.packages.import_job.IMPORT_JOB,
    "Background import of a package or media file; visible until one week after the end of the import.",
)
class ImportJob(Node):
    reference: str = column("External id of the course, chosen by the importer.")
    source: ImportSource = column("Source of the imported file.")
    status: ImportStatus = column("Status of the import job.")
    progress: float = column("Progress of the import as a ratio from 0 to 1.")
    message: str | None = column("Reason the import failed; null unless the import failed.")
    warnings: list[str] = column("Faults of the package that did not prevent the import.")
    tags: list[str] = column("Tags for the imported course.")
    created_at: datetime = column("Creation timestamp of the import job.")
    finished_at: datetime | None = column("End of the import, successful or not; null while the import runs.")
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID, "Created or updated course; null until the import is complete."
    )
    version: CourseVersion | None = link(
        resolvers.packages.course_version.BY_ID, "Created version; null until the import is complete."
    )


@strawberry.input(description="Filter for import jobs; conditions are combined with AND.")
class ImportJobFilter:
    status: list[ImportStatus] | None = optional("Only import jobs with one of these statuses.")
    reference: str | None = optional("Only imports of the course with this external id.")


MediaDetails = taken(
    resolvers.packages.import_job.MediaDetails,
    "Details of a media file.",
    "MediaDetails",
    title="Title of the course.",
    description="Description of the course.",
    language="Language of the media file.",
    duration="Playing time in seconds.",
)


ImportCourseInput = taken(
    resolvers.packages.import_job.ImportCourse,
    "Input for importing a package or media file; give either `upload` or `url`.",
    reference="External id of the course, 1 to 255 characters.",
    upload="Name of an upload, as returned by `POST /uploads`.",
    url="Absolute URL of the file.",
    is_only_referred_to="Whether to link the media file at its URL instead of storing a copy.",
    media_type="Media type of a media file, such as `video/mp4`.",
    details="Details of a media file.",
    can_create_version="Whether an existing course may get a new version; if false, the mutation is refused.",
    tags="Tags for the imported course.",
    postback_url="URL that receives the result of the import, as JSON by POST.",
)


@strawberry.type(description="Result of starting an import.")
class ImportCoursePayload(Payload):
    import_job: ImportJob | None = link(
        resolvers.packages.import_job.BY_ID, "Queued import job; null if the mutation was refused."
    )
    user_errors: list[UserError] = column("Reasons the mutation was refused; empty on success.")


@extends(Query)
class ImportJobQuery:
    import_job: ImportJob | None = lookup(
        resolvers.packages.import_job.IMPORT_JOB,
        "Import job by id; null if it is not visible to the viewer.",
        id="Id of the import job.",
    )
    import_jobs: Connection[ImportJob] = listing(
        resolvers.packages.import_job.ALL,
        "Import jobs of the viewer, newest first; staff see all.",
        filter=ImportJobFilter,
    )


@extends(Mutation)
class ImportJobMutation:
    import_course: ImportCoursePayload = does(
        resolvers.packages.import_job.import_course,
        ImportCourseInput,
        "Start to import a package or media file as a new course or a new course version.",
    )


@strawberry.type(description="Event: an import progressed or ended.")
class ImportJobChanged(Event):
    import_job: ImportJob = link(resolvers.packages.import_job.BY_ID, "Current state of the import job.")


@extends(Subscription)
class ImportJobSubscription:
    import_job: ImportJobChanged = told(
        resolvers.packages.import_job.CHANGED,
        "Emits when an import of the viewer progresses or ends.",
        id="Id of the import job.",
    )
