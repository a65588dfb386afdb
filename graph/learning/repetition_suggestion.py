"""What learners might do again."""

import resolvers.catalogue.item
import resolvers.learning.repetition_suggestion
from graph.catalogue.course import Course
from graph.catalogue.item import Item
from graph.declaring.declare import column, computed_type, link
from graph.declaring.extending import extends


@computed_type("Selftest that a learner might do again.")
class RepetitionSuggestion:
    points: float = column("Points of the learner's best attempt.")
    percentage: int = column("Share of the points that can be achieved, in whole percent, rounded down.")
    item: Item = link(resolvers.catalogue.item.BY_ID, "Item that holds the selftest.")


@extends(Course)
class RepetitionSuggestionsOfCourse:
    viewer_repetition_suggestions: list[RepetitionSuggestion] = link(
        resolvers.learning.repetition_suggestion.OF_VIEWER_IN_COURSE,
        "Up to three selftests that the viewer might do again, the worst first; none for anonymous.",
    )
