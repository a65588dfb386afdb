"""Classifiers and the clusters that group them."""

import strawberry

import resolvers
from graph.connection import Connection
from graph.declare import column, entity, link, listing
from graph.node import Node


@entity(resolvers.classifier.CLUSTER, "Dimension by which courses are categorised, such as topic or level.")
class Cluster(Node):
    code: str = column("Short name.")
    title: str | None = column("Title in the viewer's language where there is one.")
    is_visible: bool = column("Whether learners see it.")
    classifiers: list["Classifier"] = link(
        resolvers.classifier.OF_CLUSTER, "Values of the dimension, in their order."
    )


@entity(resolvers.classifier.CLASSIFIER, "Category of courses within a cluster.")
class Classifier(Node):
    code: str = column("Short name.")
    title: str | None = column("Title in the viewer's language where there is one.")
    cluster: Cluster = link(resolvers.classifier.CLUSTER_OF, "Dimension to which it belongs.")


@strawberry.type
class ClassifierQuery:
    clusters: Connection[Cluster] = listing(
        resolvers.classifier.ALL_CLUSTERS, "All clusters, in their order."
    )
