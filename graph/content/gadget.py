"""Content kept as its source format has it."""

from strawberry.scalars import JSON

import resolvers.catalogue.item
import resolvers.content.gadget
from graph.catalogue.item import Item, held_by_items
from graph.declaring.declare import column, entity, link, lookup
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import Markdown


@held_by_items
@entity(
    resolvers.content.gadget.GADGET, "Content kept as its source format has it, for want of a richer form."
)
class Gadget(Node):
    item: Item = link(resolvers.catalogue.item.BY_ID, "Item that holds it.")
    type: str = column("Name of its kind in the source format, such as `poll`.")
    text: Markdown = column("What can be shown of it without its program; empty where there is nothing.")
    source: str | None = column(
        "Its source as it came, often XML; null where there is none, or where it tells solutions."
    )
    settings: JSON = column(
        "Settings by name, as the source format has them; empty where its source tells solutions."
    )


@extends(Query)
class GadgetQuery:
    gadget: Gadget | None = lookup(
        resolvers.content.gadget.GADGET, "One gadget; null where there is none.", id="Id of the gadget."
    )
