"""Suggestions of self-tests that learners may repeat."""

import resolvers.catalogue.item
import resolvers.learning.repetition_suggestion
from graph.catalogue.course import Course
from graph.catalogue.item import Item
from graph.declaring.declare import column, computed_type, link
from graph.declaring.extending import extends


@computed_type("Self-test that a learner may repeat.")
class RepetitionSuggestion:
    points: float = column("Points of the learner's best attempt.")
    percentage: int = column("Points as a percentage of the maximum points, rounded down.")
    item: Item = link(resolvers.catalogue.item.BY_ID, "Item that contains the self-test.")


@extends(Course)
class RepetitionSuggestionsOfCourse:
    viewer_repetition_suggestions: list[RepetitionSuggestion] = link(
        resolvers.learning.repetition_suggestion.OF_VIEWER_IN_COURSE,
        "Up to three self-tests that the viewer may repeat, lowest percentage first; "
        "empty for anonymous viewers.",
    )
