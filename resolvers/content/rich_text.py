"""Rich texts: entity and policy."""

from models.catalogue.item import ContentType
from models.content.rich_text import RichText
from resolvers.access.content import OPEN_ITEM
from resolvers.catalogue.item import holds
from resolvers.loading.entity import Entity, everyone

RICH_TEXT = Entity(model=RichText, rows=everyone, gate=OPEN_ITEM)

holds(ContentType.RICH_TEXT, RICH_TEXT)
