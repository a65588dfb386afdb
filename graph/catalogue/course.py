"""Courses."""

from datetime import datetime
from enum import StrEnum

import strawberry

import resolvers.catalogue.channel
import resolvers.catalogue.classifier
import resolvers.catalogue.course
import resolvers.people.application
import resolvers.people.organization
from graph.catalogue.channel import Channel
from graph.catalogue.classifier import Classifier
from graph.declaring.commands import does, taken
from graph.declaring.connection import Connection
from graph.declaring.declare import column, described, entity, html, link, listing, lookup, needed, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Mutation, Query
from graph.people.application import Application
from graph.people.organization import Organization
from graph.values.order import OrderDirection
from graph.values.payload import Payload
from graph.values.scalars import URL, Html, Locale, Markdown
from graph.values.value import Image, Stream
from models.catalogue.course import CertificateKind as CertificateKind
from models.catalogue.course import CourseStatus as CourseStatus
from models.catalogue.course import Pacing as Pacing

described(
    CourseStatus,
    "Status of a course in its life cycle.",
    PREPARATION="Course is being prepared and visible only to its course team.",
    ANNOUNCED="Course is announced and has no content yet.",
    PREVIEW="Course is open for preview before its start.",
    ACTIVE="Course is running now.",
    SELF_PACED="Course run has ended; learners continue at their own pace.",
    EXTERNAL="Course is held on another platform.",
)
described(
    Pacing,
    "Pace of a course.",
    INSTRUCTOR="Course team sets the pace by dates.",
    SELF="Learners set their own pace.",
)


described(
    CertificateKind,
    "Kind of certificate that a learner can earn.",
    CONFIRMATION_OF_PARTICIPATION="Earned by visiting enough of the content.",
    RECORD_OF_ACHIEVEMENT="Earned by reaching enough points.",
    QUALIFIED_CERTIFICATE="Earned by reaching enough points under supervision.",
)


@strawberry.type(description="Certificate that learners can earn in a course.")
class CertificateOffer:
    kind: CertificateKind = column("Kind of the certificate on offer.")
    is_available: bool = column("Whether the course awards this certificate.")
    threshold: int | None = column(
        "Required visits or points as a percentage, 0 to 100; null if there is no such rule."
    )


@entity(resolvers.catalogue.course.COURSE, "One run of a course.", "id", "slug", "key")
class Course(Node):
    slug: str = column("Slug of the course, used in URLs.")
    key: str | None = column("Open edX key of the course run (`course-v1:…`); null if the course has none.")
    reference: str | None = column("External id chosen by the importer; null if the course was not imported.")
    title: str = column("Title of the course.")
    abstract: str | None = column("Short summary of the course.")
    description: Markdown | None = column("Detailed description of the course.")
    description_html: Html | None = html(
        "description", "Detailed description of the course as sanitized HTML."
    )
    handouts: Markdown | None = column("Handouts of the course for learners.")
    handouts_html: Html | None = html("handouts", "Handouts of the course for learners as sanitized HTML.")
    status: CourseStatus = column("Status of the course in its life cycle.")
    language: Locale = column("Language the course is held in.")
    pacing: Pacing = column("Pace of the course.")
    starts_at: datetime | None = column("Start of the course; null if it is not scheduled.")
    ends_at: datetime | None = column("End of the course; null if the course has no end.")
    enrollment_starts_at: datetime | None = column(
        "Start of the enrollment period; null if the period has no start."
    )
    enrollment_ends_at: datetime | None = column(
        "End of the enrollment period; null if the period has no end."
    )
    image: Image | None = column("Largest picture of the course.")
    images: list[Image] = column("Pictures of the course in several sizes, largest first.", usual=2)
    teaser: Stream | None = column("Recording that introduces the course.")
    teachers: str | None = column("Names of the course team, as one text.")
    learning_goals: list[str] = column("Goals that learners are expected to reach.")
    target_groups: list[str] = column("Groups of learners that the course addresses.")
    certificate_offers: list[CertificateOffer] = column("Certificates that learners can earn.", usual=2)
    tags: list[str] = column("Tags for grouping courses, chosen by the importer.")
    is_hidden: bool = column(
        "Whether the course is visible only to its course team and its enrolled learners."
    )
    is_listed: bool = column("Whether lists of courses should show the course.")
    is_invite_only: bool = column("Whether learners cannot enroll by themselves.")
    is_on_demand: bool = column("Whether the course can be reactivated after its end.")
    is_web_only: bool = column("Whether the course is web-only; web-only courses are hidden from apps.")
    is_external: bool = column("Whether the course is held on another platform.")
    is_started: bool = column("Whether the course content is open to enrolled learners now.")
    external_url: URL | None = column("URL of the course on the other platform.")
    policy_url: URL | None = column("URL of a policy that learners agree to before they enroll.")
    channel: Channel | None = link(resolvers.catalogue.channel.OF_COURSE, "Channel that shows the course.")
    application: Application | None = link(
        resolvers.people.application.BY_ID,
        "Application that owns the course; null if there is none, or if it is not visible to the viewer.",
    )
    organization: Organization | None = link(
        resolvers.people.organization.OF_COURSE, "Organization that offers the course."
    )
    classifiers: list[Classifier] = link(
        resolvers.catalogue.classifier.OF_COURSE, "Classifiers of the course, by position."
    )
    viewer_can_access: bool = column("Whether the course content is accessible to the viewer now.")
    viewer_can_enroll: bool = column(
        "Whether enrollment is open to the viewer; anonymous viewers must sign in to enroll."
    )
    viewer_is_enrolled: bool = column("Whether the viewer is enrolled in the course.")
    created_at: datetime = column("Creation timestamp of the course.")
    updated_at: datetime = column("Timestamp of the last update.")


@strawberry.input(description="Filter for courses; conditions are combined with AND.")
class CourseFilter:
    channel: strawberry.ID | None = optional("Only courses in this channel, by id.")
    channel_code: str | None = optional("Only courses in the channel with this code.")
    document: strawberry.ID | None = optional("Only courses with this course document, by id.")
    organization: strawberry.ID | None = optional("Only courses of this organization, by id.")
    status: list[CourseStatus] | None = optional("Only courses with one of these statuses.")
    language: Locale | None = optional("Only courses held in this language.")
    search: str | None = optional("Only courses whose title contains this text, in any case.")
    search_reference: str | None = optional(
        "Only courses whose external id, or id if they have none, contains this text."
    )
    search_title_or_reference: str | None = optional(
        "Only courses whose title, external id or, if they have none, id contains this text."
    )
    is_listed: bool | None = optional("Only courses that lists should show; false selects only the others.")
    is_web_only: bool | None = optional(
        "Only web-only courses; false selects only courses that apps show, too."
    )
    viewer_is_enrolled: bool | None = optional(
        "Only courses the viewer is enrolled in; false selects only the others."
    )
    tags: list[str] | None = optional("Only courses with all of these tags.")
    any_tags: list[str] | None = optional("Only courses with at least one of these tags.")
    created_since: datetime | None = optional("Only courses created at or after this timestamp.")
    created_until: datetime | None = optional("Only courses created before this timestamp.")
    updated_since: datetime | None = optional("Only courses updated at or after this timestamp.")
    updated_until: datetime | None = optional("Only courses last updated before this timestamp.")


@extends(Channel)
class CoursesOfChannel:
    courses: Connection[Course] = listing(
        resolvers.catalogue.course.OF_CHANNEL, "Courses of the channel, sorted by title."
    )


@extends(Organization)
class CoursesOfOrganization:
    courses: Connection[Course] = listing(
        resolvers.catalogue.course.OF_ORGANIZATION, "Courses of the organization, sorted by title."
    )


@extends(Application)
class CoursesOfApplication:
    courses: Connection[Course] = listing(
        resolvers.catalogue.course.OF_APPLICATION, "Courses that the application owns, sorted by title."
    )


class CourseOrderField(StrEnum):
    """Fields to sort courses by."""

    TITLE = "title"
    STARTS_AT = "starts_at"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


described(
    CourseOrderField,
    "Field to sort courses by.",
    TITLE="Sort courses by title.",
    STARTS_AT="Sort by start; courses without a start count as the latest.",
    CREATED_AT="Sort by creation timestamp.",
    UPDATED_AT="Sort by timestamp of the last update.",
)


@strawberry.input(description="Sort order of courses.")
class CourseOrder:
    field: CourseOrderField = needed("Field to sort by.")
    direction: OrderDirection = strawberry.field(
        default=OrderDirection.ASC, description="Direction of the sort order."
    )


@extends(Query)
class CourseQuery:
    course: Course | None = lookup(
        resolvers.catalogue.course.COURSE,
        "Course by id, slug, key or external id; null if it is not visible to the viewer.",
        id="Id of the course.",
        slug="Slug of the course, used in URLs.",
        key="Open edX key of the course run.",
        reference="External id chosen by the importer.",
    )
    courses: Connection[Course] = listing(
        resolvers.catalogue.course.ALL,
        "Courses visible to the viewer, sorted by title unless `orderBy` is given.",
        filter=CourseFilter,
        order=CourseOrder,
    )


COURSE_NAMED = {
    "course_id": "Id of the course.",
    "reference": "External id of the course, in place of `courseId`.",
}
"""Descriptions of the two input fields that identify a course."""

SetCourseTitleInput = taken(
    resolvers.catalogue.course.SetCourseTitle,
    "Input for renaming a course.",
    **COURSE_NAMED,
    title="Title of 1 to 500 characters.",
)


@strawberry.type(description="Result of renaming a course.")
class SetCourseTitlePayload(Payload):
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID, "Renamed course; null if the mutation was refused."
    )


SetCourseWebOnlyInput = taken(
    resolvers.catalogue.course.SetCourseWebOnly,
    "Input for making a course web-only.",
    course_id="Id of the course.",
    is_web_only="Whether to hide the course from apps.",
)


@strawberry.type(description="Result of hiding a course from apps, or of showing the course to apps.")
class SetCourseWebOnlyPayload(Payload):
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID, "Updated course; null if the mutation was refused."
    )


DeleteCourseInput = taken(
    resolvers.catalogue.course.DeleteCourse,
    "Input for deleting a course.",
    **COURSE_NAMED,
)


@strawberry.type(description="Result of deleting a course.")
class DeleteCoursePayload(Payload):
    deleted_id: strawberry.ID | None = column("Id of the deleted course; null if the mutation was refused.")


@extends(Mutation)
class CourseMutation:
    set_course_title: SetCourseTitlePayload = does(
        resolvers.catalogue.course.set_course_title,
        SetCourseTitleInput,
        "Rename a course; the title lasts until the next course version.",
    )
    set_course_web_only: SetCourseWebOnlyPayload = does(
        resolvers.catalogue.course.set_course_web_only,
        SetCourseWebOnlyInput,
        "Hide a course from apps by making it web-only, or show the course to apps.",
    )
    delete_course: DeleteCoursePayload = does(
        resolvers.catalogue.course.delete_course,
        DeleteCourseInput,
        "Delete a course with all dependent data: versions, files, learners' results.",
    )
