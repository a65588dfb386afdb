"""Content kept as its source format has it."""

from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.scalars import JSON

import resolvers
from graph.declare import column, entity, link, lookup
from graph.node import Node
from graph.scalars import Markdown

if TYPE_CHECKING:
    from graph.item import Item

ItemRef = Annotated["Item", strawberry.lazy("graph.item")]


@entity(resolvers.gadget.GADGET, "Content kept as its source format has it, for want of a richer form.")
class Gadget(Node):
    item: ItemRef = link(resolvers.item.BY_ID, "Item that holds it.")
    type: str = column("Name of its kind in the source format, such as `poll`.")
    text: Markdown = column("What can be shown of it without its program; empty where there is nothing.")
    source: str | None = column(
        "Its source as it came, often XML; null where there is none, or where it tells solutions."
    )
    settings: JSON = column(
        "Settings by name, as the source format has them; empty where its source tells solutions."
    )


@strawberry.type
class GadgetQuery:
    gadget: Gadget | None = lookup(
        resolvers.gadget.GADGET, "One gadget; null where there is none.", id="Id of the gadget."
    )
