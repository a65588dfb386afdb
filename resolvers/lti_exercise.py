"""LTI exercises as the graph reads them."""

from models.lti_exercise import LtiExercise
from resolvers.access import item_opens
from resolvers.entity import Entity

LTI_EXERCISE = Entity(model=LtiExercise, rows=lambda role: item_opens(LtiExercise.__table__.c.item_id, role))
