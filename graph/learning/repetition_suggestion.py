"""What learners might do again."""

from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.catalogue.item
from graph.declaring.declare import column, computed_type, link

if TYPE_CHECKING:
    from graph.catalogue.item import Item

ItemRef = Annotated["Item", strawberry.lazy("graph.catalogue.item")]


@computed_type("Selftest that a learner might do again.")
class RepetitionSuggestion:
    points: float = column("Points of the learner's best attempt.")
    percentage: int = column("Share of the points that can be achieved, in whole percent, rounded down.")
    item: ItemRef = link(resolvers.catalogue.item.BY_ID, "Item that holds the selftest.")
