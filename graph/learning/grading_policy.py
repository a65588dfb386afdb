"""Grading policies of courses."""

import strawberry

import resolvers.learning.grading_policy
from graph.catalogue.course import Course
from graph.declaring.declare import column, entity, link
from graph.declaring.extending import extends
from graph.declaring.node import Node


@strawberry.type(description="Type of assignment and its weight in the grade.")
class AssignmentType:
    name: str = column("Full name, referenced by sections.")
    short_name: str | None = column("Short name for tables; null if not set.")
    weight: float = column("Weight in the grade, as a ratio from 0 to 1.")
    minimum_count: int = column("Minimum number of assignments of the type.")
    drop_count: int = column("Number of lowest-scored assignments that do not count.")


@strawberry.type(description="Grade and its minimum ratio of points.")
class GradeCutoff:
    grade: str = column("Name of the grade.")
    ratio: float = column("Minimum ratio of points for the grade, from 0 to 1.")


@entity(
    resolvers.learning.grading_policy.GRADING_POLICY, "Rules that turn the points of a course into a grade."
)
class GradingPolicy(Node):
    assignment_types: list[AssignmentType] = column("Types of assignments that count towards the grade.")
    cutoffs: list[GradeCutoff] = column("Grades with their cutoffs, best grade first.")
    grace_period: int | None = column(
        "Time after a deadline during which answers still count, in seconds; null if not set."
    )


@extends(Course)
class GradingPoliciesOfCourse:
    grading_policy: GradingPolicy | None = link(
        resolvers.learning.grading_policy.OF_COURSE,
        "Grading policy of the course; null if the course is not graded.",
    )
