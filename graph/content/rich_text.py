"""Rich texts to read."""

import resolvers.catalogue.item
import resolvers.content.rich_text
from graph.catalogue.item import Item, held_by_items
from graph.declaring.declare import column, entity, html, link, lookup
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import Html, Markdown


@held_by_items
@entity(resolvers.content.rich_text.RICH_TEXT, "Rich text that learners read.")
class RichText(Node):
    item: Item = link(resolvers.catalogue.item.BY_ID, "Item that contains the rich text.")
    text: Markdown = column("Text of the page to read.")
    text_html: Html = html("text", "Text to read, as sanitized HTML.")


@extends(Query)
class RichTextQuery:
    rich_text: RichText | None = lookup(
        resolvers.content.rich_text.RICH_TEXT,
        "Rich text by id; null unless it is accessible to the viewer.",
        id="Id of the rich text.",
    )
