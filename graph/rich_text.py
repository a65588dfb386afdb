"""Texts to read."""

from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers
from graph.declare import column, entity, link, lookup
from graph.node import Node
from graph.scalars import Markdown

if TYPE_CHECKING:
    from graph.item import Item

ItemRef = Annotated["Item", strawberry.lazy("graph.item")]


@entity(resolvers.rich_text.RICH_TEXT, "Text to read.")
class RichText(Node):
    item: ItemRef = link(resolvers.item.BY_ID, "Item that holds it.")
    text: Markdown = column("What it says.")


@strawberry.type
class RichTextQuery:
    rich_text: RichText | None = lookup(
        resolvers.rich_text.RICH_TEXT, "One text; null where there is none.", id="Id of the text."
    )
