"""Quizzes with their questions and options."""

import strawberry

import resolvers.catalogue.item
import resolvers.content.quiz
from graph.catalogue.item import Item, held_by_items
from graph.declaring.connection import Connection
from graph.declaring.declare import column, described, entity, html, link, listing, lookup, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import Html, Markdown
from models.content.quiz import QuestionType as QuestionType
from models.content.quiz import SolutionRule as SolutionRule

described(
    QuestionType,
    "Type of a question, by the expected answer.",
    SELECT_ONE="Learners select one option.",
    SELECT_MULTIPLE="Learners select all correct options. With n correct options, each correct selection "
    "adds 1/n of the points and each wrong selection subtracts 1/n, with a minimum of 0 points.",
    FREE_TEXT="Learners enter a word or phrase that is compared with the accepted answers.",
    NUMERICAL="Learners enter a number; a difference up to the tolerance is accepted.",
    ESSAY="Learners write a text that a person reads.",
)
described(
    SolutionRule,
    "Rule for showing the solutions of a quiz to learners.",
    BY_DATE="Solutions are shown from the item's `solutionsAt`. Without `solutionsAt` and deadline: "
    "immediately for selftests, surveys and unscored items, else after the learner submitted an attempt. "
    "With only a deadline: never.",
    ALWAYS="Solutions are shown as soon as the quiz is accessible.",
    NEVER="Solutions are never shown to learners.",
)


@entity(resolvers.content.quiz.OPTION, "Option of a question, or one of its accepted answers.")
class Option(Node):
    position: int = column("Position among the options, from 1.")
    text: Markdown = column("Text of the option.")
    text_html: Html = html("text", "Text of the option as sanitized HTML.")
    viewer_is_correct: bool | None = column(
        "Whether the option is correct; null until the solution is visible."
    )
    viewer_explanation: Markdown | None = column(
        "Reason the option is correct or wrong; null until the solution is visible, or if there is none."
    )
    viewer_explanation_html: Html | None = html(
        "viewer_explanation",
        "Reason the option is correct or wrong, as sanitized HTML; null until the solution is visible, or if "
        "there is none.",
    )


@entity(resolvers.content.quiz.QUESTION, "One question of a quiz.")
class Question(Node):
    type: QuestionType = column("Type of the question, by the expected answer.")
    position: int = column("Position in the quiz, from 1.")
    text: Markdown = column("Text of the question.")
    text_html: Html = html("text", "Text of the question as sanitized HTML.")
    max_points: float = column("Points for a correct answer.")
    shuffle_options: bool = column("Whether clients should show the options in random order.")
    is_eligible_for_recap: bool = column("Whether the question may be repeated in a recap.")
    viewer_explanation: Markdown | None = column(
        "Explanation of the solution; null until the solution is visible, or if there is none."
    )
    viewer_explanation_html: Html | None = html(
        "viewer_explanation",
        "Explanation of the solution, as sanitized HTML; null until the solution is visible, or if there is "
        "none.",
    )
    quiz: "Quiz" = link(resolvers.content.quiz.BY_ID, "Quiz of the question.")
    options: list[Option] = link(
        resolvers.content.quiz.OPTIONS,
        "Options, in order; for free-text and numerical questions the accepted answers, "
        "empty until the solution is visible.",
    )


@held_by_items
@entity(resolvers.content.quiz.QUIZ, "Quiz: questions that learners answer.")
class Quiz(Node):
    item: Item = link(resolvers.catalogue.item.BY_ID, "Item that contains the quiz.")
    instructions: Markdown | None = column("Instructions to read before the start.")
    instructions_html: Html | None = html(
        "instructions", "Instructions to read before the start, as sanitized HTML."
    )
    time_limit: int | None = column("Time limit of an attempt in seconds, from its start; null if unlimited.")
    allowed_attempts: int | None = column("Number of attempts per learner; null if unlimited.")
    solution_rule: SolutionRule = column("Rule for showing the solutions to learners.")
    questions: list[Question] = link(
        resolvers.content.quiz.QUESTIONS,
        "Questions of the quiz, in order; of a quiz with a time limit, empty until the viewer has started an "
        "attempt or unless the viewer teaches the course.",
    )


@strawberry.input(description="Filter for quizzes; conditions are combined with AND.")
class QuizFilter:
    course: strawberry.ID | None = optional("Only quizzes of this course, by id.")


@extends(Query)
class QuizQuery:
    quiz: Quiz | None = lookup(
        resolvers.content.quiz.QUIZ,
        "Quiz by id; null unless it is accessible to the viewer.",
        id="Id of the quiz.",
    )
    question: Question | None = lookup(
        resolvers.content.quiz.QUESTION,
        "Question by id; null unless it is accessible to the viewer, or if the quiz has a time limit and the "
        "viewer has not started an attempt.",
        id="Id of the question.",
    )
    quizzes: Connection[Quiz] = listing(
        resolvers.content.quiz.ALL, "Quizzes accessible to the viewer.", filter=QuizFilter
    )
