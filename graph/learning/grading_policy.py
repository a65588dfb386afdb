"""Grading policies."""

import strawberry

import resolvers.learning.grading_policy
from graph.catalogue.course import Course
from graph.declaring.declare import column, entity, link
from graph.declaring.extending import extends
from graph.declaring.node import Node


@strawberry.type(description="Kind of assignment with its part in the grade.")
class AssignmentType:
    name: str = column("Full name, which sections refer to.")
    short_name: str | None = column("Short name for tables; null for none.")
    weight: float = column("Part in the grade, as a ratio from 0 to 1.")
    minimum_count: int = column("How many assignments of the kind there are at least.")
    drop_count: int = column("How many of the worst are left out.")


@strawberry.type(description="Grade with what it takes.")
class GradeCutoff:
    grade: str = column("Name of the grade.")
    ratio: float = column("Ratio of the points from which on it is given, from 0 to 1.")


@entity(resolvers.learning.grading_policy.GRADING_POLICY, "How the points of a course become a grade.")
class GradingPolicy(Node):
    assignment_types: list[AssignmentType] = column("Kinds of assignments that count.")
    cutoffs: list[GradeCutoff] = column("Grades, the best first.")
    grace_period: int | None = column("Time after a deadline in which answers still count, in seconds.")


@extends(Course)
class GradingPoliciesOfCourse:
    grading_policy: GradingPolicy | None = link(
        resolvers.learning.grading_policy.OF_COURSE,
        "How points become a grade; null where nothing is graded.",
    )
