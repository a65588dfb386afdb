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
from graph.declaring.declare import column, described, entity, link, listing, lookup, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Mutation, Query
from graph.people.application import Application
from graph.people.organization import Organization
from graph.values.order import OrderDirection
from graph.values.payload import Payload
from graph.values.scalars import URL, Locale, Markdown
from graph.values.value import Image, Stream
from models.catalogue.course import CertificateKind as CertificateKind
from models.catalogue.course import CourseStatus as CourseStatus
from models.catalogue.course import Pacing as Pacing

described(
    CourseStatus,
    "Where a course stands in its life.",
    PREPARATION="Being made, known to its team alone.",
    ANNOUNCED="Announced, without content yet.",
    PREVIEW="Open to be looked into before it begins.",
    ACTIVE="Running.",
    SELF_PACED="Over as a run, open to learners at their own pace.",
    EXTERNAL="Held on another platform.",
)
described(
    Pacing,
    "Who sets the pace of a course.",
    INSTRUCTOR="Its team, by dates.",
    SELF="Each learner.",
)


described(
    CertificateKind,
    "What a learner can gain.",
    CONFIRMATION_OF_PARTICIPATION="For having seen enough of the content.",
    RECORD_OF_ACHIEVEMENT="For enough points.",
    QUALIFIED_CERTIFICATE="For enough points under supervision.",
)


@strawberry.type(description="Certificate that can be gained in a course.")
class CertificateOffer:
    kind: CertificateKind = column("Which one.")
    is_available: bool = column("Whether the course gives it.")
    threshold: int | None = column(
        "Share of visits or points that it takes, in percent; null for no such rule."
    )


@entity(resolvers.catalogue.course.COURSE, "One run of a course.", "id", "slug", "key")
class Course(Node):
    slug: str = column("Short name for use in addresses.")
    key: str | None = column("Key of an Open edX course run (`course-v1:…`); null where it has none.")
    reference: str | None = column("Id that who imported it chose for it; null where it was not imported so.")
    title: str = column("Name of the course.")
    abstract: str | None = column("Short text on what the course is about.")
    description: Markdown | None = column("Long text on what the course is about.")
    handouts: Markdown | None = column("Material to take along.")
    status: CourseStatus = column("Where the course stands in its life.")
    language: Locale = column("Language in which the course is held.")
    pacing: Pacing = column("Who sets the pace.")
    starts_at: datetime | None = column("When it begins; null when not set.")
    ends_at: datetime | None = column("When it ends; null when it does not.")
    enrollment_starts_at: datetime | None = column("From when on learners can enroll; null for always.")
    enrollment_ends_at: datetime | None = column("Until when learners can enroll; null for always.")
    image: Image | None = column("Largest picture of the course.")
    images: list[Image] = column("Pictures of the course in several sizes, the largest first.", usual=2)
    teaser: Stream | None = column("Recording that introduces the course.")
    teachers: str | None = column("Names of the teaching team.")
    learning_goals: list[str] = column("What learners are expected to gain.")
    target_groups: list[str] = column("Whom the course addresses.")
    certificate_offers: list[CertificateOffer] = column("Certificates that can be gained.", usual=2)
    tags: list[str] = column("Words by which its importer groups courses.")
    is_hidden: bool = column("Whether only its team and its learners know of it.")
    is_listed: bool = column("Whether lists of courses should show it.")
    is_invite_only: bool = column("Whether learners cannot enroll by themselves.")
    is_on_demand: bool = column("Whether it can be reactivated after its end.")
    is_web_only: bool = column("Whether it is for browsers alone, so that apps do not know of it.")
    is_external: bool = column("Whether it is held on another platform.")
    is_started: bool = column("Whether its content is open to its learners by now.")
    external_url: URL | None = column("Address on the other platform.")
    policy_url: URL | None = column("Document to agree to before enrolling.")
    channel: Channel | None = link(resolvers.catalogue.channel.OF_COURSE, "Channel in which it is shown.")
    application: Application | None = link(
        resolvers.people.application.BY_ID,
        "Application that keeps it; null where none that the viewer knows does.",
    )
    organization: Organization | None = link(resolvers.people.organization.OF_COURSE, "Who offers it.")
    classifiers: list[Classifier] = link(
        resolvers.catalogue.classifier.OF_COURSE, "Categories to which it belongs."
    )
    viewer_can_access: bool = column("Whether the viewer may open its content now.")
    viewer_can_enroll: bool = column("Whether enrollment is open to the viewer, signed in or about to be.")
    created_at: datetime = column("When it was made.")
    updated_at: datetime = column("When it was last changed.")


@strawberry.input(description="Which courses; several conditions must all hold.")
class CourseFilter:
    channel: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Those of this channel, by its id."
    )
    channel_code: str | None = strawberry.field(
        default=strawberry.UNSET, description="Those of the channel of this short name."
    )
    document: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Those to which this document belongs, by its id."
    )
    organization: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Those of this organization, by its id."
    )
    status: list[CourseStatus] | None = strawberry.field(
        default=strawberry.UNSET, description="Those in one of these states."
    )
    language: Locale | None = strawberry.field(
        default=strawberry.UNSET, description="Those held in this language."
    )
    search: str | None = strawberry.field(
        default=strawberry.UNSET, description="Those whose title contains this text, in any case."
    )
    is_listed: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Those that lists should show, or those that they should not."
    )
    is_web_only: bool | None = optional("Those for browsers alone, or those for apps too.")
    viewer_is_enrolled: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Those in which the viewer takes part, or does not."
    )
    tags: list[str] | None = optional("Those with all of these tags.")
    any_tags: list[str] | None = optional("Those with at least one of these tags.")
    created_since: datetime | None = optional("Those made then or later.")
    created_until: datetime | None = optional("Those made earlier.")
    updated_since: datetime | None = optional("Those changed then or later.")
    updated_until: datetime | None = optional("Those changed last before.")


@extends(Channel)
class CoursesOfChannel:
    courses: Connection[Course] = listing(
        resolvers.catalogue.course.OF_CHANNEL, "Courses of the channel, by title."
    )


@extends(Organization)
class CoursesOfOrganization:
    courses: Connection[Course] = listing(
        resolvers.catalogue.course.OF_ORGANIZATION, "Courses that it offers."
    )


@extends(Application)
class CoursesOfApplication:
    courses: Connection[Course] = listing(
        resolvers.catalogue.course.OF_APPLICATION, "Courses that it keeps, by title."
    )


class CourseOrderField(StrEnum):
    """By what courses can be ordered."""

    TITLE = "title"
    STARTS_AT = "starts_at"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


described(
    CourseOrderField,
    "By what courses can be ordered.",
    TITLE="Their title.",
    STARTS_AT="When they begin, those without a date last.",
    CREATED_AT="When they were made.",
    UPDATED_AT="When they were last changed.",
)


@strawberry.input(description="In which order courses are listed.")
class CourseOrder:
    field: CourseOrderField = strawberry.field(description="By what.")
    direction: OrderDirection = strawberry.field(
        default=OrderDirection.ASC, description="Which end comes first."
    )


@extends(Query)
class CourseQuery:
    course: Course | None = lookup(
        resolvers.catalogue.course.COURSE,
        "One course; null where there is none.",
        id="Id of the course.",
        slug="Short name of the course.",
        key="Open edX key of the course run.",
        reference="Id that who imported it chose for it.",
    )
    courses: Connection[Course] = listing(
        resolvers.catalogue.course.ALL,
        "All courses, by title unless ordered otherwise.",
        filter=CourseFilter,
        order=CourseOrder,
    )


COURSE_NAMED = {
    "course_id": "Id of the course.",
    "reference": "What its importer calls the course, in place of that.",
}
"""Descriptions of what names a course in an input."""

SetCourseTitleInput = taken(
    resolvers.catalogue.course.SetCourseTitle,
    "How to call a course.",
    **COURSE_NAMED,
    title="Title of 1 to 500 characters.",
)


@strawberry.type(description="What came of calling a course otherwise.")
class SetCourseTitlePayload(Payload):
    course: Course | None = link(resolvers.catalogue.course.BY_ID, "Course; null for an error.")


SetCourseWebOnlyInput = taken(
    resolvers.catalogue.course.SetCourseWebOnly,
    "Whether to keep a course to browsers.",
    course_id="Id of the course.",
    is_web_only="Whether apps are not to know of it.",
)


@strawberry.type(description="What came of keeping a course to browsers, or of letting apps know of it.")
class SetCourseWebOnlyPayload(Payload):
    course: Course | None = link(resolvers.catalogue.course.BY_ID, "Course; null for an error.")


DeleteCourseInput = taken(
    resolvers.catalogue.course.DeleteCourse,
    "Which course to delete.",
    **COURSE_NAMED,
)


@strawberry.type(description="What came of deleting a course.")
class DeleteCoursePayload(Payload):
    deleted_id: strawberry.ID | None = column("Id of the course that is no more; null for an error.")


@extends(Mutation)
class CourseMutation:
    set_course_title: SetCourseTitlePayload = does(
        resolvers.catalogue.course.set_course_title,
        SetCourseTitleInput,
        "Call a course otherwise, until its next version.",
    )
    set_course_web_only: SetCourseWebOnlyPayload = does(
        resolvers.catalogue.course.set_course_web_only,
        SetCourseWebOnlyInput,
        "Keep a course to browsers, or let apps know of it.",
    )
    delete_course: DeleteCoursePayload = does(
        resolvers.catalogue.course.delete_course,
        DeleteCourseInput,
        "Delete a course with all that hangs on it: versions, files, learners' results.",
    )
