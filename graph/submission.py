"""Submissions and their answers."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers
from graph.connection import Connection
from graph.declare import column, entity, link, listing, lookup
from graph.node import Node
from graph.user import User

if TYPE_CHECKING:
    from graph.course import Course
    from graph.quiz import Option, Question, Quiz

CourseRef = Annotated["Course", strawberry.lazy("graph.course")]
QuizRef = Annotated["Quiz", strawberry.lazy("graph.quiz")]
QuestionRef = Annotated["Question", strawberry.lazy("graph.quiz")]
OptionRef = Annotated["Option", strawberry.lazy("graph.quiz")]


@entity(resolvers.submission.ANSWER, "What a submission says to one question.")
class Answer:
    question: QuestionRef = link(resolvers.quiz.QUESTION_BY_ID, "Question that it answers.")
    options: list[OptionRef] = link(resolvers.quiz.CHOSEN, "Options that were chosen.")
    text: str | None = column("Words that were given; null for choices.")
    points: float | None = column("Points for it; null until the solution may be shown.")


@entity(resolvers.submission.SUBMISSION, "One attempt at a quiz.")
class Submission(Node):
    attempt: int = column("Which attempt it is, from 1.")
    started_at: datetime = column("When it was begun.")
    expires_at: datetime | None = column("When its time runs out; null for no time limit.")
    submitted_at: datetime | None = column("When it was handed in; null for a draft.")
    is_submitted: bool = column("Whether it was handed in.")
    points: float | None = column("Points for it; null for a draft.")
    quiz: QuizRef | None = link(
        resolvers.quiz.BY_ID, "Quiz that it answers; null where the viewer may not open it now."
    )
    course: CourseRef = link(resolvers.course.BY_ID, "Course to which the quiz belongs.")
    user: User = link(resolvers.user.BY_ID, "Whose attempt it is.")
    answers: list[Answer] = link(resolvers.submission.ANSWERS, "Answers given so far.")


@strawberry.input(description="Which submissions; several conditions must all hold.")
class SubmissionFilter:
    course: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Those in this course, by its id."
    )
    quiz: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Those to this quiz, by its id."
    )
    user: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Those of this user, by its id."
    )
    is_submitted: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Those handed in, or drafts."
    )


@strawberry.type
class SubmissionQuery:
    submission: Submission | None = lookup(
        resolvers.submission.SUBMISSION,
        "One submission; null where there is none.",
        id="Id of the submission.",
    )
    submissions: Connection[Submission] = listing(
        resolvers.submission.ALL,
        "Submissions that the viewer may know, the newest first.",
        filter=SubmissionFilter,
    )
