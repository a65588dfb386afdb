"""Features: named switches of the platform or of a course, for clients."""

import strawberry

import resolvers.catalogue.course
import resolvers.catalogue.feature
from graph.catalogue.course import Course
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query


@entity(resolvers.catalogue.feature.FEATURE, "Named switch that is on.")
class Feature(Node):
    name: str = column("Name of the feature, known to clients.")
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID,
        "Course of the feature; null if the feature is on for the whole platform.",
    )


@strawberry.input(description="Filter for features; conditions are combined with AND.")
class FeatureFilter:
    course: strawberry.ID | None = optional("Only features of this course, by id.")
    is_global: bool | None = optional(
        "Only features of the whole platform; false selects only features of courses."
    )


@extends(Course)
class FeaturesOfCourse:
    features: list[Feature] = link(
        resolvers.catalogue.feature.OF_COURSE, "Features that are on for the course, sorted by name."
    )


@extends(Query)
class FeatureQuery:
    features: Connection[Feature] = listing(
        resolvers.catalogue.feature.ALL,
        "Features that are on and visible to the viewer, sorted by name.",
        filter=FeatureFilter,
    )
