"""Enrollments."""

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


@entity(resolvers.learning.enrollment.ENROLLMENT, "Part that a user takes in a course.")
class Enrollment(Node):
    mode: str = column("Under what terms, such as `audit` or `verified`.")
    is_active: bool = column("Whether the user takes part now; false after they left.")
    is_completed: bool = column("Whether the user has completed the course.")
    is_proctored: bool = column("Whether the user has booked a certificate under supervision.")
    is_reactivated: bool = column("Whether a reactivation after the course's end is in force.")
    completed_at: datetime | None = column("When the course was completed; null where it is not.")
    enrolled_at: datetime = column("When the user first enrolled.")
    certificates: list[Certificate] = column("What the user has gained.", usual=1)
    user: User = link(resolvers.people.user.BY_ID, "Who takes part.")
    course: Course = link(resolvers.catalogue.course.BY_ID, "In what.")


@strawberry.input(description="Which enrollments; several conditions must all hold.")
class EnrollmentFilter:
    course: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Those in this course, by its id."
    )
    user: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Those of this user, by its id."
    )
    is_active: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Those in force, or those that were left."
    )
    is_of_viewer: bool | None = optional("Those of the viewer, or those of others.")


@extends(Course)
class EnrollmentsOfCourse:
    viewer_enrollment: Enrollment | None = link(
        resolvers.learning.enrollment.OF_VIEWER,
        "Active enrollment of the viewer; null where they do not take part.",
    )
    enrollments: Connection[Enrollment] = listing(
        resolvers.learning.enrollment.OF_COURSE,
        "Who takes part, as far as the viewer may know, the earliest first.",
    )


@extends(User)
class EnrollmentsOfUser:
    enrollments: Connection[Enrollment] = listing(
        resolvers.learning.enrollment.OF_USER,
        "Courses in which the user takes or took part, the earliest first.",
    )


@extends(Query)
class EnrollmentQuery:
    enrollment: Enrollment | None = lookup(
        resolvers.learning.enrollment.ENROLLMENT,
        "One enrollment; null where there is none.",
        id="Id of the enrollment.",
    )
    enrollments: Connection[Enrollment] = listing(
        resolvers.learning.enrollment.ALL,
        "Enrollments that the viewer may know, the earliest first.",
        filter=EnrollmentFilter,
    )


EnrollInput = taken(
    resolvers.learning.enrollment.Enroll,
    "Which course to take part in.",
    course_id="Id of the course.",
)


@strawberry.type(description="What came of enrolling.")
class EnrollPayload(Payload):
    enrollment: Enrollment | None = link(
        resolvers.learning.enrollment.BY_ID, "Enrollment of the viewer; null for an error."
    )


UnenrollInput = taken(
    resolvers.learning.enrollment.Unenroll,
    "Which course to leave, by exactly one of two ids.",
    course_id="Id of the course.",
    enrollment_id="Id of the viewer's own enrollment.",
)


@strawberry.type(description="What came of leaving a course.")
class UnenrollPayload(Payload):
    enrollment: Enrollment | None = link(
        resolvers.learning.enrollment.BY_ID,
        "Enrollment that was left; null for an error, and for a course that only those know who take part.",
    )


CompleteEnrollmentInput = taken(
    resolvers.learning.enrollment.CompleteEnrollment,
    "Which enrollment to declare complete.",
    enrollment_id="Id of the viewer's own enrollment.",
)


@strawberry.type(description="What came of completing a course.")
class CompleteEnrollmentPayload(Payload):
    enrollment: Enrollment | None = link(
        resolvers.learning.enrollment.BY_ID, "Enrollment that is complete; null for an error."
    )


@extends(Mutation)
class EnrollmentMutation:
    enroll: EnrollPayload = does(
        resolvers.learning.enrollment.enroll,
        EnrollInput,
        "Take part in a course, or take part again after leaving it.",
    )
    unenroll: UnenrollPayload = does(
        resolvers.learning.enrollment.unenroll,
        UnenrollInput,
        "Leave a course; what the viewer did in it is kept. Done again it changes nothing.",
    )
    complete_enrollment: CompleteEnrollmentPayload = does(
        resolvers.learning.enrollment.complete_enrollment,
        CompleteEnrollmentInput,
        "Declare a course complete. Done again it changes nothing.",
    )
