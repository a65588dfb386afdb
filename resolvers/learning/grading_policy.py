"""Grading policies: entity and relation."""

from models.learning.grading_policy import GradingPolicy
from resolvers.catalogue.course import COURSE
from resolvers.loading.entity import Entity, everyone
from resolvers.loading.relation import One

GRADING_POLICY = Entity(model=GradingPolicy, rows=everyone, within=("course_id", COURSE))

OF_COURSE = One(target=GRADING_POLICY, by="course_id")
