"""Packaged activities as the graph reads them."""

from models.packaged_activity import PackagedActivity
from resolvers.access import item_opens
from resolvers.entity import Entity

PACKAGED_ACTIVITY = Entity(
    model=PackagedActivity, rows=lambda role: item_opens(PackagedActivity.__table__.c.item_id, role)
)
