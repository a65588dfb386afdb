"""Classifiers and the clusters that group them."""

import resolvers.catalogue.classifier
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query


@entity(
    resolvers.catalogue.classifier.CLUSTER,
    "Dimension by which courses are categorised, such as topic or level.",
)
class Cluster(Node):
    code: str = column("Short name.")
    title: str | None = column("Title in the viewer's language where there is one.")
    is_visible: bool = column("Whether learners see it.")
    classifiers: list["Classifier"] = link(
        resolvers.catalogue.classifier.OF_CLUSTER, "Values of the dimension, in their order."
    )


@entity(resolvers.catalogue.classifier.CLASSIFIER, "Category of courses within a cluster.")
class Classifier(Node):
    code: str = column("Short name.")
    title: str | None = column("Title in the viewer's language where there is one.")
    cluster: Cluster = link(resolvers.catalogue.classifier.CLUSTER_OF, "Dimension to which it belongs.")


@extends(Query)
class ClassifierQuery:
    clusters: Connection[Cluster] = listing(
        resolvers.catalogue.classifier.ALL_CLUSTERS, "All clusters, in their order."
    )
