"""Quizzes with their questions and options."""

import strawberry

import resolvers.catalogue.item
import resolvers.content.quiz
from graph.catalogue.item import Item, held_by_items
from graph.declaring.connection import Connection
from graph.declaring.declare import column, described, entity, link, listing, lookup
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import Markdown
from models.content.quiz import QuestionType as QuestionType
from models.content.quiz import SolutionRule as SolutionRule

described(
    QuestionType,
    "How a question is answered.",
    SELECT_ONE="By choosing one option.",
    SELECT_MULTIPLE="By choosing every right option. Of n right ones, each that is chosen counts an n-th of "
    "the points, and each wrong one that is chosen takes an n-th away, down to none.",
    FREE_TEXT="By a word or phrase that is compared with accepted answers.",
    NUMERICAL="By a number that may lie within a tolerance of the right one.",
    ESSAY="By a text that a person reads.",
)
described(
    SolutionRule,
    "What decides when learners are told the solutions of a quiz.",
    BY_DATE="Publishing date of its item; without any date learners are told at once where it does not "
    "count, else once they have handed in an attempt; with a deadline alone, never.",
    ALWAYS="Nothing: learners are told as soon as they can open it.",
    NEVER="Nothing: learners are never told.",
)


@entity(resolvers.content.quiz.OPTION, "Choice of a question.")
class Option(Node):
    position: int = column("Place among the options, from 1.")
    text: Markdown = column("What it says.")
    viewer_is_correct: bool | None = column("Whether it is right; null until the solution may be shown.")
    viewer_explanation: Markdown | None = column(
        "Why it is right or wrong; null until the solution may be shown, or where there is none."
    )


@entity(resolvers.content.quiz.QUESTION, "One question of a quiz.")
class Question(Node):
    type: QuestionType = column("How it is answered.")
    position: int = column("Place in the quiz, from 1.")
    text: Markdown = column("What is asked.")
    max_points: float = column("Points for a right answer.")
    shuffle_options: bool = column("Whether the options are to be shown in random order.")
    is_eligible_for_recap: bool = column("Whether it may be asked again in a recap.")
    viewer_explanation: Markdown | None = column(
        "What explains the solution; null until it may be shown, or where there is none."
    )
    quiz: "Quiz" = link(resolvers.content.quiz.BY_ID, "Quiz to which it belongs.")
    options: list[Option] = link(
        resolvers.content.quiz.OPTIONS,
        "Choices, in order; of questions answered by words the accepted answers, once they may be shown.",
    )


@held_by_items
@entity(resolvers.content.quiz.QUIZ, "Questions to answer.")
class Quiz(Node):
    item: Item = link(resolvers.catalogue.item.BY_ID, "Item that holds it.")
    instructions: Markdown | None = column("What to know before starting.")
    time_limit: int | None = column("Time to finish an attempt, in seconds; null for any.")
    allowed_attempts: int | None = column("How many attempts a learner has; null for any number.")
    solution_rule: SolutionRule = column("What decides when learners are told the solutions.")
    questions: list[Question] = link(resolvers.content.quiz.QUESTIONS, "Questions, in order.")


@strawberry.input(description="Which quizzes; several conditions must all hold.")
class QuizFilter:
    course: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Those of this course, by its id."
    )


@extends(Query)
class QuizQuery:
    quiz: Quiz | None = lookup(
        resolvers.content.quiz.QUIZ, "One quiz; null where there is none.", id="Id of the quiz."
    )
    question: Question | None = lookup(
        resolvers.content.quiz.QUESTION, "One question; null where there is none.", id="Id of the question."
    )
    quizzes: Connection[Quiz] = listing(
        resolvers.content.quiz.ALL, "Quizzes that the viewer may open.", filter=QuizFilter
    )
