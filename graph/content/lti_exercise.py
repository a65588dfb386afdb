"""Exercises that an LTI tool runs."""

import resolvers.catalogue.item
import resolvers.content.lti_exercise
from graph.catalogue.item import Item, held_by_items
from graph.declaring.declare import column, entity, html, link, lookup
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import URL, Html, Markdown


@held_by_items
@entity(resolvers.content.lti_exercise.LTI_EXERCISE, "Exercise that an external tool runs over LTI.")
class LtiExercise(Node):
    item: Item = link(resolvers.catalogue.item.BY_ID, "Item that contains the exercise.")
    instructions: Markdown | None = column("Instructions for the exercise.")
    instructions_html: Html | None = html("instructions", "Instructions for the exercise as sanitized HTML.")
    weight: float = column(
        "Points for the full score; the tool's score, a ratio, is multiplied by this weight."
    )
    allowed_attempts: int | None = column("Number of attempts per learner; null if unlimited.")
    launch_url: URL | None = column("URL that launches the tool.")


@extends(Query)
class LtiExerciseQuery:
    lti_exercise: LtiExercise | None = lookup(
        resolvers.content.lti_exercise.LTI_EXERCISE,
        "LTI exercise by id; null unless it is accessible to the viewer.",
        id="Id of the LTI exercise.",
    )
