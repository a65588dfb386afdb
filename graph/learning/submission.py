"""Submissions and their answers."""

from datetime import datetime

import strawberry

import resolvers.catalogue.course
import resolvers.content.quiz
import resolvers.learning.answering
import resolvers.learning.submission
import resolvers.people.user
from graph.catalogue.course import Course
from graph.content.quiz import Option, Question, Quiz
from graph.declaring.commands import does, taken
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing, lookup, told
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Mutation, Query, Subscription
from graph.people.user import User
from graph.values.event import Event
from graph.values.payload import Payload


@entity(resolvers.learning.submission.ANSWER, "What a submission says to one question.")
class Answer:
    question: Question | None = link(
        resolvers.content.quiz.QUESTION_BY_ID,
        "Question that it answers; null where the viewer may not open the quiz now.",
    )
    options: list[Option] = link(resolvers.content.quiz.CHOSEN, "Options that were chosen.")
    text: str | None = column("Words that were given; null for choices.")
    points: float | None = column("Points for it; null until the solution may be shown.")


@entity(resolvers.learning.submission.SUBMISSION, "One attempt at a quiz.")
class Submission(Node):
    attempt: int = column("Which attempt it is, from 1.")
    started_at: datetime = column("When it was begun.")
    expires_at: datetime | None = column(
        "When its time runs out, by the server's clock; null for no time limit."
    )
    submitted_at: datetime | None = column("When it was handed in; null for a draft.")
    is_submitted: bool = column("Whether it was handed in.")
    points: float | None = column("Points for it; null for a draft.")
    quiz: Quiz | None = link(
        resolvers.content.quiz.BY_ID, "Quiz that it answers; null where the viewer may not open it now."
    )
    course: Course = link(resolvers.catalogue.course.BY_ID, "Course to which the quiz belongs.")
    user: User = link(resolvers.people.user.BY_ID, "Whose attempt it is.")
    answers: list[Answer] = link(resolvers.learning.submission.ANSWERS, "Answers given so far.")


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


@extends(Query)
class SubmissionQuery:
    submission: Submission | None = lookup(
        resolvers.learning.submission.SUBMISSION,
        "One submission; null where there is none.",
        id="Id of the submission.",
    )
    submissions: Connection[Submission] = listing(
        resolvers.learning.submission.ALL,
        "Submissions that the viewer may know, the newest first.",
        filter=SubmissionFilter,
    )


StartSubmissionInput = taken(
    resolvers.learning.submission.StartSubmission,
    "Which quiz to attempt.",
    quiz_id="Id of the quiz.",
)


@strawberry.type(description="What came of starting an attempt.")
class StartSubmissionPayload(Payload):
    submission: Submission | None = link(
        resolvers.learning.submission.BY_ID, "Draft of the viewer, new or begun before; null for an error."
    )


AnswerInput = taken(
    resolvers.learning.answering.GivenAnswer,
    "Answer to one question; options for a choice, words for all else.",
    question_id="Id of the question.",
    option_ids="Ids of the chosen options, at most one where one is to be chosen.",
    text="Words, at most 10,000 characters; numbers as `-3.5` or `1e3`, without a unit.",
)


SaveSubmissionInput = taken(
    resolvers.learning.submission.SaveSubmission,
    "Which answers to keep.",
    submission_id="Id of a draft of the viewer.",
    answers="Answers, in place of earlier ones to the same questions; all others stay.",
)


@strawberry.type(description="What came of saving answers.")
class SaveSubmissionPayload(Payload):
    submission: Submission | None = link(resolvers.learning.submission.BY_ID, "Draft; null for an error.")


SubmitSubmissionInput = taken(
    resolvers.learning.submission.SubmitSubmission,
    "Which draft to hand in.",
    submission_id="Id of a draft of the viewer.",
    answers="Answers to save first; ignored from 15 seconds after the attempt's end on.",
)


@strawberry.type(description="What came of handing in.")
class SubmitSubmissionPayload(Payload):
    submission: Submission | None = link(
        resolvers.learning.submission.BY_ID, "Attempt with its points; null for an error."
    )


@extends(Mutation)
class SubmissionMutation:
    start_submission: StartSubmissionPayload = does(
        resolvers.learning.submission.start_submission,
        StartSubmissionInput,
        "Begin an attempt at a quiz, or go on with the draft there is.",
    )
    save_submission: SaveSubmissionPayload = does(
        resolvers.learning.submission.save_submission,
        SaveSubmissionInput,
        "Keep answers in a draft, until 15 seconds after the attempt's end: its time limit, or the deadline.",
    )
    submit_submission: SubmitSubmissionPayload = does(
        resolvers.learning.submission.submit_submission,
        SubmitSubmissionInput,
        "Hand in a draft. Points for it are there at once, but for answers that a person has to read.",
    )


@strawberry.type(description="That an attempt at a quiz was handed in and scored.")
class SubmissionScored(Event):
    submission: Submission = link(resolvers.learning.submission.BY_ID, "Attempt with its points.")


@extends(Quiz)
class SubmissionsOfQuiz:
    viewer_submissions: list[Submission] = link(
        resolvers.learning.submission.OF_VIEWER, "Attempts of the viewer, in order."
    )
    viewer_newest_submission: Submission | None = link(
        resolvers.learning.submission.NEWEST_OF_VIEWER, "Newest attempt of the viewer; null before the first."
    )


@extends(Subscription)
class SubmissionSubscription:
    submission_scored: SubmissionScored = told(
        resolvers.learning.submission.SCORED,
        "Attempt at a quiz is scored: one of the viewer's, or of any learner for who teaches the course.",
        optional=True,
        course_id="Id of the course to which the quiz belongs; any where left out.",
    )
