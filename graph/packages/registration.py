"""Registrations: attempts at packaged courses."""

from datetime import datetime

import strawberry
from strawberry.scalars import JSON

import resolvers.catalogue.course
import resolvers.packages.course_version
import resolvers.packages.packaged_activity
import resolvers.packages.registration
import resolvers.people.user
from graph.catalogue.course import Course
from graph.declaring.connection import Connection
from graph.declaring.declare import column, described, entity, link, listing, lookup, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.packages.course_version import CourseVersion
from graph.packages.packaged_activity import PackagedActivity
from graph.people.user import User
from models.packages.registration import Completion as Completion
from models.packages.registration import Success as Success

described(
    Completion,
    "Completion status of an activity or registration.",
    UNKNOWN="No completion status was reported.",
    INCOMPLETE="Learner started but has not completed.",
    COMPLETED="Learner completed the activity or course.",
)
described(
    Success,
    "Success status of an activity or registration.",
    UNKNOWN="No success status was reported.",
    PASSED="Learner passed the activity or course.",
    FAILED="Learner failed the activity or course.",
)


@entity(resolvers.packages.registration.ACTIVITY_STATE, "State that one activity reported in a registration.")
class ActivityState:
    activity: PackagedActivity | None = link(
        resolvers.packages.packaged_activity.BY_ID,
        "Activity that reported the state; null if it is not accessible to the viewer.",
    )
    completion: Completion = column("Completion status of the activity.")
    success: Success = column("Success status of the activity.")
    score: float | None = column("Score as a ratio from -1 to 1; null if none was reported.")
    points: float | None = column("Score in points of the activity; null if none was reported.")
    least_points: float | None = column("Lowest possible score in points; null if none was reported.")
    most_points: float | None = column("Highest possible score in points; null if none was reported.")
    total_time: float = column("Time spent in the activity over all sessions, in seconds.")
    is_satisfied: bool = column("Whether the condition to move on is reached or waived (cmi5).")
    runtime: JSON = column(
        "Data model as the last session left it, `cmi` for SCORM and AICC; empty for other standards."
    )
    updated_at: datetime = column("Timestamp of the last report.")


@entity(
    resolvers.packages.registration.REGISTRATION,
    "Attempt of a learner at a version of a packaged course; the id is also the registration in xAPI.",
)
class Registration(Node):
    attempt: int = column("Number of the attempt at the version, from 1 for each learner.")
    completion: Completion = column(
        "Completion status, rolled up from the activities by the settings of the course."
    )
    success: Success = column("Success status, rolled up from the activities; failed if any activity failed.")
    score: float | None = column("Mean score of the activities, a ratio from -1 to 1; null without a score.")
    total_time: float = column("Time spent in the course over all sessions, in seconds.")
    started_at: datetime = column("Creation timestamp of the registration.")
    updated_at: datetime = column("Timestamp of the last report.")
    completed_at: datetime | None = column("Timestamp of completion; null unless completed.")
    course: Course = link(resolvers.catalogue.course.BY_ID, "Course of the registration.")
    version: CourseVersion | None = link(
        resolvers.packages.course_version.BY_ID,
        "Version of the registration; null if the version is no longer visible to the viewer.",
    )
    user: User | None = link(
        resolvers.people.user.BY_ID, "Learner of the registration; null for the preview of an application."
    )
    activities: list[ActivityState] = link(
        resolvers.packages.registration.ACTIVITIES,
        "States of the started activities, in the order of their start.",
    )


@strawberry.input(description="Filter for registrations; conditions are combined with AND.")
class RegistrationFilter:
    course: strawberry.ID | None = optional("Only registrations for the course with this id.")
    user: strawberry.ID | None = optional("Only registrations of the user with this id.")
    completion: list[Completion] | None = optional(
        "Only registrations with one of these completion statuses."
    )
    success: list[Success] | None = optional("Only registrations with one of these success statuses.")


@extends(CourseVersion)
class RegistrationsOfCourseVersion:
    registrations: Connection[Registration] = listing(
        resolvers.packages.registration.OF_VERSION,
        "Registrations for the version, newest first; learners see only their own.",
    )


@extends(Course)
class RegistrationsOfCourse:
    registrations: Connection[Registration] = listing(
        resolvers.packages.registration.OF_COURSE,
        "Registrations for the course, newest first; learners see only their own.",
    )


@extends(Query)
class RegistrationQuery:
    registration: Registration | None = lookup(
        resolvers.packages.registration.REGISTRATION,
        "Registration by id; null if it is not visible to the viewer.",
        id="Id of the registration.",
    )
    registrations: Connection[Registration] = listing(
        resolvers.packages.registration.ALL,
        "Registrations visible to the viewer, newest first.",
        filter=RegistrationFilter,
    )
