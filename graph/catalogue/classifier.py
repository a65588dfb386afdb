"""Classifiers and the clusters that group them."""

import resolvers.catalogue.classifier
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query


@entity(
    resolvers.catalogue.classifier.CLUSTER,
    "Dimension for categorizing courses, such as topic or level.",
)
class Cluster(Node):
    code: str = column("Short name of the cluster.")
    title: str | None = column("Title in the viewer's language if available.")
    is_visible: bool = column("Whether the cluster is visible to learners.")
    classifiers: list["Classifier"] = link(
        resolvers.catalogue.classifier.OF_CLUSTER, "Classifiers of the cluster, by position."
    )


@entity(resolvers.catalogue.classifier.CLASSIFIER, "Category of courses within a cluster.")
class Classifier(Node):
    code: str = column("Short name of the classifier.")
    title: str | None = column("Title in the viewer's language if available.")
    cluster: Cluster = link(resolvers.catalogue.classifier.CLUSTER_OF, "Cluster of the classifier.")


@extends(Query)
class ClassifierQuery:
    clusters: Connection[Cluster] = listing(
        resolvers.catalogue.classifier.ALL_CLUSTERS, "Clusters visible to the viewer, by position."
    )
