"""Packaged activities as the graph reads them."""

from models.packaged_activity import PackagedActivity
from resolvers.access import OPEN_ITEM
from resolvers.entity import Entity, everyone

PACKAGED_ACTIVITY = Entity(model=PackagedActivity, rows=everyone, gate=OPEN_ITEM)
