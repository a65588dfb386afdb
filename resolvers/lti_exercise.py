"""LTI exercises as the graph reads them."""

from models.lti_exercise import LtiExercise
from resolvers.access import OPEN_ITEM
from resolvers.entity import Entity, everyone

LTI_EXERCISE = Entity(model=LtiExercise, rows=everyone, gate=OPEN_ITEM)
