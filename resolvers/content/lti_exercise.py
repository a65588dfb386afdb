"""LTI exercises: entity and policy."""

from models.catalogue.item import ContentType
from models.content.lti_exercise import LtiExercise
from resolvers.access.content import OPEN_ITEM
from resolvers.catalogue.item import holds
from resolvers.loading.entity import Entity, everyone

LTI_EXERCISE = Entity(model=LtiExercise, rows=everyone, gate=OPEN_ITEM)

holds(ContentType.LTI_EXERCISE, LTI_EXERCISE)
