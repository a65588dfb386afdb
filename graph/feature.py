"""Features: what the platform and its courses offer to clients."""

from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers
from graph.connection import Connection
from graph.declare import column, entity, link, listing, optional
from graph.node import Node

if TYPE_CHECKING:
    from graph.course import Course

CourseRef = Annotated["Course", strawberry.lazy("graph.course")]


@entity(resolvers.feature.FEATURE, "Named switch that is on.")
class Feature(Node):
    name: str = column("Name that clients know.")
    course: CourseRef | None = link(
        resolvers.course.BY_ID, "Course for which it is on; null for the whole platform."
    )


@strawberry.input(description="Which features; several conditions must all hold.")
class FeatureFilter:
    course: strawberry.ID | None = optional("Those of this course, by its id.")
    is_global: bool | None = optional("Those of the whole platform, or those of courses.")


@strawberry.type
class FeatureQuery:
    features: Connection[Feature] = listing(
        resolvers.feature.ALL, "Features that are on, by name.", filter=FeatureFilter
    )
