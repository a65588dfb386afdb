"""Exercises that an LTI tool runs."""

import resolvers.catalogue.item
import resolvers.content.lti_exercise
from graph.catalogue.item import Item, held_by_items
from graph.declaring.declare import column, entity, link, lookup
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import URL, Markdown


@held_by_items
@entity(resolvers.content.lti_exercise.LTI_EXERCISE, "Exercise that another tool runs by LTI.")
class LtiExercise(Node):
    item: Item = link(resolvers.catalogue.item.BY_ID, "Item that holds it.")
    instructions: Markdown | None = column("What the task entails.")
    weight: float = column("Points for the tool's full score; a score between 0 and 1 is multiplied by it.")
    allowed_attempts: int | None = column("How many attempts a learner has; null for any number.")
    launch_url: URL | None = column("Address that launches the tool.")


@extends(Query)
class LtiExerciseQuery:
    lti_exercise: LtiExercise | None = lookup(
        resolvers.content.lti_exercise.LTI_EXERCISE,
        "One LTI exercise; null where there is none.",
        id="Id of the exercise.",
    )
