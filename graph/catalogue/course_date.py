"""Upcoming dates of courses."""

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
    "Type of a course date.",
    COURSE_START="Start of the course.",
    SECTION_START="Start of a section.",
    ITEM_SUBMISSION_PUBLISHING="Publication of an item's solutions.",
    ITEM_SUBMISSION_DEADLINE="Deadline for submissions to an item.",
)


@computed_type("Upcoming date in a course.")
class CourseDate:
    type: CourseDateType = column("Type of the date.")
    title: str = column("Title of the course, section or item.")
    date: datetime = column("Timestamp of the course date.")
    resource_id: strawberry.ID = column("Id of the course, section or item.")
    course: Course = link(resolvers.catalogue.course.BY_ID, "Course of the date.")


@strawberry.input(description="Filter for course dates; conditions are combined with AND.")
class CourseDateFilter:
    course: strawberry.ID | None = optional("Only dates of this course, by id.")
    is_top_level: bool | None = optional(
        "Only dates of courses, top-level sections and items if true; false restricts nothing."
    )


@extends(Course)
class DatesOfCourse:
    dates: list[CourseDate] = link(
        resolvers.catalogue.course_date.OF_COURSE,
        "Upcoming starts and deadlines of the course, earliest first.",
    )


@extends(Query)
class CourseDateQuery:
    viewer_dates: list[CourseDate] = link(
        resolvers.catalogue.course_date.OF_VIEWER,
        "Upcoming starts and deadlines in courses the viewer is enrolled in, earliest first.",
        filter=CourseDateFilter,
    )
