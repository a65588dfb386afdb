"""Gadgets as the graph reads them."""

from models.gadget import Gadget
from resolvers.access import item_opens
from resolvers.entity import Entity

GADGET = Entity(model=Gadget, rows=lambda role: item_opens(Gadget.__table__.c.item_id, role))
