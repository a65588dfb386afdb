"""Features: what the platform and its courses offer to clients."""

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
    name: str = column("Name that clients know.")
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID, "Course for which it is on; null for the whole platform."
    )


@strawberry.input(description="Which features; several conditions must all hold.")
class FeatureFilter:
    course: strawberry.ID | None = optional("Those of this course, by its id.")
    is_global: bool | None = optional("Those of the whole platform, or those of courses.")


@extends(Course)
class FeaturesOfCourse:
    features: list[Feature] = link(
        resolvers.catalogue.feature.OF_COURSE, "Features that are on for it, by name."
    )


@extends(Query)
class FeatureQuery:
    features: Connection[Feature] = listing(
        resolvers.catalogue.feature.ALL, "Features that are on, by name.", filter=FeatureFilter
    )
