"""Visits as the graph reads them."""

from models.visit import Visit
from resolvers.entity import Entity
from resolvers.item import ITEM
from resolvers.relation import One
from resolvers.viewer import VIEWER, owns

VISIT = Entity(model=Visit, rows=lambda role: owns(Visit.__table__.c.user_id, role), within=("item_id", ITEM))

LAST_OF_VIEWER = One(target=VISIT, by="course_id", only=Visit.user_id == VIEWER, newest="visited_at")
