"""Classifiers and their clusters: entities, policy and relations."""

from sqlalchemy import ColumnElement

from models.catalogue.classifier import Classifier, Cluster, CourseClassifier
from resolvers.access.viewer import Role
from resolvers.loading.entity import Entity, everyone, translated
from resolvers.loading.page import Page
from resolvers.loading.relation import Many, One


def _shown(role: Role) -> ColumnElement[bool]:
    return Cluster.is_visible | (role is Role.STAFF)


CLUSTER = Entity(
    model=Cluster,
    rows=_shown,
    expressions={"title": lambda _: translated(Cluster.title)},
    orders={"POSITION": (lambda _: Cluster.position,)},
)

CLASSIFIER = Entity(
    model=Classifier,
    rows=everyone,
    within=("cluster_id", CLUSTER),
    expressions={"title": lambda _: translated(Classifier.title)},
)

OF_COURSE = Many(target=CLASSIFIER, by="course_id", through=CourseClassifier, names="classifier_id", usual=3)
OF_CLUSTER = Many(target=CLASSIFIER, by="cluster_id", of=CLUSTER, usual=3)
CLUSTER_OF = One(target=CLUSTER, needs=("cluster_id",))
ALL_CLUSTERS = Page(target=CLUSTER, order="POSITION")
