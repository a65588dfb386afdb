"""Registrations: attempts at courses that come as packages."""

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
    "How far it got.",
    UNKNOWN="Nothing is known.",
    INCOMPLETE="Begun and not completed.",
    COMPLETED="Completed.",
)
described(
    Success,
    "Whether it was mastered.",
    UNKNOWN="Nothing is known.",
    PASSED="It was.",
    FAILED="It was not.",
)


@entity(resolvers.packages.registration.ACTIVITY_STATE, "What one activity told of itself in a registration.")
class ActivityState:
    activity: PackagedActivity | None = link(
        resolvers.packages.packaged_activity.BY_ID, "Activity; null where the viewer may not open it now."
    )
    completion: Completion = column("How far the learner got.")
    success: Success = column("Whether the learner mastered it.")
    score: float | None = column("Score as a ratio from -1 to 1; null where none is told.")
    points: float | None = column("Score as the activity counts it; null where none is told.")
    least_points: float | None = column("Lowest score that can be; null where none is told.")
    most_points: float | None = column("Highest score that can be; null where none is told.")
    total_time: float = column("Seconds spent in it, over all sessions.")
    is_satisfied: bool = column("Whether what it takes to move on is reached, or waived (cmi5).")
    runtime: JSON = column("Its data model as it was left, `cmi` of SCORM; empty for others.")
    updated_at: datetime = column("When it told something last.")


@entity(
    resolvers.packages.registration.REGISTRATION,
    "Attempt at a version of a course that came as a package; its id is its registration in xAPI.",
)
class Registration(Node):
    attempt: int = column("Which attempt of the learner at the version it is, from 1.")
    completion: Completion = column("How far the learner got: complete when all activities are.")
    success: Success = column("Whether the learner mastered it: failed when any activity is.")
    score: float | None = column("Mean of the activities' scores, a ratio from -1 to 1; null for none.")
    total_time: float = column("Seconds spent in it, over all sessions.")
    started_at: datetime = column("When it was made.")
    updated_at: datetime = column("When something was told last.")
    completed_at: datetime | None = column("When it was completed; null where it is not.")
    course: Course = link(resolvers.catalogue.course.BY_ID, "Course that is tried.")
    version: CourseVersion | None = link(
        resolvers.packages.course_version.BY_ID,
        "Version that is tried; null where the viewer knows it no more.",
    )
    user: User | None = link(
        resolvers.people.user.BY_ID, "Learner; null for an application's look at its course."
    )
    activities: list[ActivityState] = link(
        resolvers.packages.registration.ACTIVITIES,
        "What activities told, in the order in which they were begun.",
    )


@strawberry.input(description="Which registrations; several conditions must all hold.")
class RegistrationFilter:
    course: strawberry.ID | None = optional("Those of this course, by its id.")
    user: strawberry.ID | None = optional("Those of this user, by its id.")
    completion: list[Completion] | None = optional("Those that got so far.")
    success: list[Success] | None = optional("Those that were mastered so.")


@extends(CourseVersion)
class RegistrationsOfCourseVersion:
    registrations: Connection[Registration] = listing(
        resolvers.packages.registration.OF_VERSION,
        "Attempts at it that the viewer may know, the newest first.",
    )


@extends(Course)
class RegistrationsOfCourse:
    registrations: Connection[Registration] = listing(
        resolvers.packages.registration.OF_COURSE,
        "Attempts at it that the viewer may know, the newest first.",
    )


@extends(Query)
class RegistrationQuery:
    registration: Registration | None = lookup(
        resolvers.packages.registration.REGISTRATION,
        "One registration; null where there is none.",
        id="Id of the registration.",
    )
    registrations: Connection[Registration] = listing(
        resolvers.packages.registration.ALL,
        "Registrations that the viewer may know, the newest first.",
        filter=RegistrationFilter,
    )
