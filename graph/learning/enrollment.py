"""Enrollments of users in courses."""

from datetime import datetime

import strawberry

import resolvers.catalogue.course
import resolvers.learning.enrollment
import resolvers.people.user
from graph.catalogue.course import Course
from graph.declaring.commands import does, taken
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing, lookup, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Mutation, Query
from graph.learning.certificate import Certificate
from graph.people.user import User
from graph.values.payload import Payload


@entity(
    resolvers.learning.enrollment.ENROLLMENT,
    "Membership of a user in a course; kept after the user unenrolls.",
)
class Enrollment(Node):
    mode: str = column("Enrollment mode, such as `audit` or `verified`.")
    is_active: bool = column("Whether the user is enrolled now; false after unenrolling.")
    is_completed: bool = column("Whether the user has completed the course.")
    is_proctored: bool = column("Whether the user has booked a proctored certificate.")
    is_reactivated: bool = column("Whether a reactivation after the end of the course is in effect.")
    completed_at: datetime | None = column("Completion timestamp; null if the course is not completed.")
    enrolled_at: datetime = column("Timestamp of the user's first enrollment in the course.")
    certificates: list[Certificate] = column("Certificates the user has earned.", usual=1)
    user: User = link(resolvers.people.user.BY_ID, "User who is enrolled.")
    course: Course = link(resolvers.catalogue.course.BY_ID, "Course the user is enrolled in.")


@strawberry.input(description="Filter for enrollments; conditions are combined with AND.")
class EnrollmentFilter:
    course: strawberry.ID | None = optional("Only enrollments in this course.")
    user: strawberry.ID | None = optional("Only enrollments of this user.")
    is_active: bool | None = optional("Only active enrollments if true, only inactive ones if false.")
    is_of_viewer: bool | None = optional("Only the viewer's enrollments if true, only other users' if false.")


@extends(Course)
class EnrollmentsOfCourse:
    viewer_enrollment: Enrollment | None = link(
        resolvers.learning.enrollment.OF_VIEWER,
        "Active enrollment of the viewer; null if the viewer is not enrolled.",
    )
    enrollments: Connection[Enrollment] = listing(
        resolvers.learning.enrollment.OF_COURSE,
        "Enrollments in the course that are visible to the viewer, earliest first.",
    )


@extends(User)
class EnrollmentsOfUser:
    enrollments: Connection[Enrollment] = listing(
        resolvers.learning.enrollment.OF_USER,
        "Enrollments of the user, active and inactive, earliest first.",
    )


@extends(Query)
class EnrollmentQuery:
    enrollment: Enrollment | None = lookup(
        resolvers.learning.enrollment.ENROLLMENT,
        "Enrollment by id; null if it is not visible to the viewer.",
        id="Id of the enrollment.",
    )
    enrollments: Connection[Enrollment] = listing(
        resolvers.learning.enrollment.ALL,
        "Enrollments visible to the viewer, earliest first.",
        filter=EnrollmentFilter,
    )


EnrollInput = taken(
    resolvers.learning.enrollment.Enroll,
    "Input for enrolling in a course.",
    course_id="Id of the course.",
)


@strawberry.type(description="Result of enrolling in a course.")
class EnrollPayload(Payload):
    enrollment: Enrollment | None = link(
        resolvers.learning.enrollment.BY_ID, "Enrollment of the viewer; null if the mutation was refused."
    )


UnenrollInput = taken(
    resolvers.learning.enrollment.Unenroll,
    "Input for unenrolling from a course; requires exactly one of the two ids.",
    course_id="Id of the course.",
    enrollment_id="Id of the viewer's enrollment.",
)


@strawberry.type(description="Result of unenrolling from a course.")
class UnenrollPayload(Payload):
    enrollment: Enrollment | None = link(
        resolvers.learning.enrollment.BY_ID,
        "Inactive enrollment; null if the mutation was refused, or if only learners see the course.",
    )


CompleteEnrollmentInput = taken(
    resolvers.learning.enrollment.CompleteEnrollment,
    "Input for completing an enrollment.",
    enrollment_id="Id of the viewer's enrollment.",
)


@strawberry.type(description="Result of completing a course.")
class CompleteEnrollmentPayload(Payload):
    enrollment: Enrollment | None = link(
        resolvers.learning.enrollment.BY_ID, "Completed enrollment; null if the mutation was refused."
    )


UpdateEnrollmentInput = taken(
    resolvers.learning.enrollment.UpdateEnrollment,
    "Input for changing an enrollment.",
    enrollment_id="Id of the viewer's enrollment.",
    is_completed="Whether the enrollment is completed; omit to keep the current value.",
)


@strawberry.type(description="Result of changing an enrollment.")
class UpdateEnrollmentPayload(Payload):
    enrollment: Enrollment | None = link(
        resolvers.learning.enrollment.BY_ID, "Changed enrollment; null if the mutation was refused."
    )


@extends(Mutation)
class EnrollmentMutation:
    enroll: EnrollPayload = does(
        resolvers.learning.enrollment.enroll,
        EnrollInput,
        "Enroll the viewer in a course, or enroll again after unenrolling.",
    )
    unenroll: UnenrollPayload = does(
        resolvers.learning.enrollment.unenroll,
        UnenrollInput,
        "Unenroll the viewer from a course; progress is kept. Repeating the mutation changes nothing.",
    )
    complete_enrollment: CompleteEnrollmentPayload = does(
        resolvers.learning.enrollment.complete_enrollment,
        CompleteEnrollmentInput,
        "Mark the viewer's enrollment as completed. Repeating the mutation changes nothing.",
    )
    update_enrollment: UpdateEnrollmentPayload = does(
        resolvers.learning.enrollment.update_enrollment,
        UpdateEnrollmentInput,
        "Complete the viewer's enrollment, or undo its completion. Repeating the mutation changes nothing.",
    )
