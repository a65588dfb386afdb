"""Texts as the graph reads them."""

from models.rich_text import RichText
from resolvers.access import item_opens
from resolvers.entity import Entity

RICH_TEXT = Entity(model=RichText, rows=lambda role: item_opens(RichText.__table__.c.item_id, role))
