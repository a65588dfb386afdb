"""Texts as the graph reads them."""

from models.rich_text import RichText
from resolvers.access import OPEN_ITEM
from resolvers.entity import Entity, everyone

RICH_TEXT = Entity(model=RichText, rows=everyone, gate=OPEN_ITEM)
