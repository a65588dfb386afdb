"""Content stored in its source format."""

from strawberry.scalars import JSON

import resolvers.catalogue.item
import resolvers.content.gadget
from graph.catalogue.item import Item, held_by_items
from graph.declaring.declare import column, entity, html, link, lookup
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import Html, Markdown


@held_by_items
@entity(
    resolvers.content.gadget.GADGET,
    "Content stored in its source format because no richer type exists for it.",
)
class Gadget(Node):
    item: Item = link(resolvers.catalogue.item.BY_ID, "Item that contains the gadget.")
    type: str = column("Name of the type in the source format, such as `poll`.")
    text: Markdown = column("Text that can be shown without the gadget's program; empty if there is none.")
    text_html: Html = html(
        "text",
        "Text that can be shown without the gadget's program as sanitized HTML; empty if there is none.",
    )
    source: str | None = column(
        "Source as imported, often XML; null if there is none, or if the source reveals solutions and the "
        "viewer does not teach the course."
    )
    settings: JSON = column(
        "Settings by name, as in the source format; empty if the source reveals solutions and the viewer "
        "does not teach the course."
    )


@extends(Query)
class GadgetQuery:
    gadget: Gadget | None = lookup(
        resolvers.content.gadget.GADGET,
        "Gadget by id; null unless it is accessible to the viewer.",
        id="Id of the gadget.",
    )
