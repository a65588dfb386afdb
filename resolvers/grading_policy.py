"""Grading policies as the graph reads them."""

from models.grading_policy import GradingPolicy
from resolvers.course import COURSE
from resolvers.entity import Entity, everyone
from resolvers.relation import One

GRADING_POLICY = Entity(model=GradingPolicy, rows=everyone, within=("course_id", COURSE))

OF_COURSE = One(target=GRADING_POLICY, by="course_id")
