"""Texts to read."""

from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.catalogue.item
import resolvers.content.rich_text
from graph.declaring.declare import column, entity, link, lookup
from graph.declaring.node import Node
from graph.values.scalars import Markdown

if TYPE_CHECKING:
    from graph.catalogue.item import Item

ItemRef = Annotated["Item", strawberry.lazy("graph.catalogue.item")]


@entity(resolvers.content.rich_text.RICH_TEXT, "Text to read.")
class RichText(Node):
    item: ItemRef = link(resolvers.catalogue.item.BY_ID, "Item that holds it.")
    text: Markdown = column("What it says.")


@strawberry.type
class RichTextQuery:
    rich_text: RichText | None = lookup(
        resolvers.content.rich_text.RICH_TEXT, "One text; null where there is none.", id="Id of the text."
    )
