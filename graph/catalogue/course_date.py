"""Dates of courses."""

from datetime import datetime

import strawberry

import resolvers.catalogue.course
import resolvers.catalogue.course_date
from graph.catalogue.course import Course
from graph.declaring.declare import column, computed_type, described, link, optional
from graph.declaring.extending import extends
from graph.declaring.roots import Query
from resolvers.catalogue.course_date import CourseDateType as CourseDateType

described(
    CourseDateType,
    "What happens at a course date.",
    COURSE_START="Course begins.",
    SECTION_START="Section opens.",
    ITEM_SUBMISSION_PUBLISHING="Solutions of an item are published.",
    ITEM_SUBMISSION_DEADLINE="Answers to an item are due.",
)


@computed_type("Moment to come in a course.")
class CourseDate:
    type: CourseDateType = column("What happens.")
    title: str = column("Title of what it happens to.")
    date: datetime = column("When.")
    resource_id: strawberry.ID = column("Id of the course, section or item to which it happens.")
    course: Course = link(resolvers.catalogue.course.BY_ID, "Course in which it happens.")


@strawberry.input(description="Which dates; several conditions must all hold.")
class CourseDateFilter:
    course: strawberry.ID | None = optional("Those of this course, by its id.")


@extends(Course)
class DatesOfCourse:
    dates: list[CourseDate] = link(
        resolvers.catalogue.course_date.OF_COURSE, "Starts and deadlines to come, the next first."
    )


@extends(Query)
class CourseDateQuery:
    viewer_dates: list[CourseDate] = link(
        resolvers.catalogue.course_date.OF_VIEWER,
        "Starts and deadlines to come in the courses in which the viewer takes part, the next first.",
        filter=CourseDateFilter,
    )
