"""Exercises that an LTI tool runs."""

from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.catalogue.item
import resolvers.content.lti_exercise
from graph.declaring.declare import column, entity, link, lookup
from graph.declaring.node import Node
from graph.values.scalars import URL, Markdown

if TYPE_CHECKING:
    from graph.catalogue.item import Item

ItemRef = Annotated["Item", strawberry.lazy("graph.catalogue.item")]


@entity(resolvers.content.lti_exercise.LTI_EXERCISE, "Exercise that another tool runs by LTI.")
class LtiExercise(Node):
    item: ItemRef = link(resolvers.catalogue.item.BY_ID, "Item that holds it.")
    instructions: Markdown | None = column("What the task entails.")
    weight: float = column("Points for the tool's full score; a score between 0 and 1 is multiplied by it.")
    allowed_attempts: int | None = column("How many attempts a learner has; null for any number.")
    launch_url: URL | None = column("Address that launches the tool.")


@strawberry.type
class LtiExerciseQuery:
    lti_exercise: LtiExercise | None = lookup(
        resolvers.content.lti_exercise.LTI_EXERCISE,
        "One LTI exercise; null where there is none.",
        id="Id of the exercise.",
    )
