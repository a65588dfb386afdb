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
from graph.declaring.declare import column, entity, link, listing, lookup, optional, told
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Mutation, Query, Subscription
from graph.people.user import User
from graph.values.event import Event
from graph.values.payload import Payload


@entity(resolvers.learning.submission.ANSWER, "Answer to one question of a quiz.")
class Answer:
    question: Question | None = link(
        resolvers.content.quiz.QUESTION_BY_ID,
        "Answered question; null if the quiz is not accessible to the viewer.",
    )
    options: list[Option] = link(resolvers.content.quiz.CHOSEN, "Options the learner has chosen.")
    text: str | None = column("Text the learner has entered; null for choices.")
    points: float | None = column(
        "Points for the answer; null until grading, and until the solution is shown."
    )


@entity(resolvers.learning.submission.SUBMISSION, "One attempt at a quiz.")
class Submission(Node):
    attempt: int = column("Number of the attempt, from 1.")
    started_at: datetime = column("Start of the attempt.")
    expires_at: datetime | None = column(
        "End of the attempt, by the server's clock: end of the time limit, deadline of the item or, unless "
        "the user teaches the course, closing of the item, whichever is first; null if there is none."
    )
    submitted_at: datetime | None = column("Submission timestamp; null for a draft.")
    is_submitted: bool = column("Whether the attempt is submitted.")
    points: float | None = column("Points for the attempt; null for a draft.")
    quiz: Quiz | None = link(
        resolvers.content.quiz.BY_ID, "Quiz of the attempt; null if the quiz is not accessible to the viewer."
    )
    course: Course = link(resolvers.catalogue.course.BY_ID, "Course of the quiz.")
    user: User = link(resolvers.people.user.BY_ID, "User who made the attempt.")
    answers: list[Answer] = link(resolvers.learning.submission.ANSWERS, "Answers given so far.")


@strawberry.input(description="Filter for submissions; conditions are combined with AND.")
class SubmissionFilter:
    course: strawberry.ID | None = optional("Only submissions in this course.")
    quiz: strawberry.ID | None = optional("Only submissions to this quiz.")
    user: strawberry.ID | None = optional("Only submissions of this user.")
    is_submitted: bool | None = optional("Only submitted attempts if true, only drafts if false.")


@extends(Query)
class SubmissionQuery:
    submission: Submission | None = lookup(
        resolvers.learning.submission.SUBMISSION,
        "Submission by id; null if it is not visible to the viewer.",
        id="Id of the submission.",
    )
    submissions: Connection[Submission] = listing(
        resolvers.learning.submission.ALL,
        "Submissions visible to the viewer, newest first.",
        filter=SubmissionFilter,
    )


StartSubmissionInput = taken(
    resolvers.learning.submission.StartSubmission,
    "Input for starting an attempt at a quiz.",
    quiz_id="Id of the quiz.",
)


@strawberry.type(description="Result of starting an attempt.")
class StartSubmissionPayload(Payload):
    submission: Submission | None = link(
        resolvers.learning.submission.BY_ID,
        "Draft of the viewer, new or existing; null if the mutation was refused.",
    )


AnswerInput = taken(
    resolvers.learning.answering.GivenAnswer,
    "Answer to one question: options for a choice question, text for any other.",
    question_id="Id of the question.",
    option_ids="Ids of the chosen options; at most one for a single-choice question.",
    text="Text, at most 10,000 characters; numbers as `-3.5` or `1e3`, without a unit.",
)


SaveSubmissionInput = taken(
    resolvers.learning.submission.SaveSubmission,
    "Input for saving answers in a draft.",
    submission_id="Id of the viewer's draft.",
    answers="Answers; each replaces an earlier answer to the same question, other answers stay.",
)


@strawberry.type(description="Result of saving answers in a draft.")
class SaveSubmissionPayload(Payload):
    submission: Submission | None = link(
        resolvers.learning.submission.BY_ID, "Saved draft; null if the mutation was refused."
    )


SubmitSubmissionInput = taken(
    resolvers.learning.submission.SubmitSubmission,
    "Input for submitting a draft.",
    submission_id="Id of the viewer's draft.",
    answers="Answers to save first; ignored later than 15 seconds after the end of the attempt.",
)


@strawberry.type(description="Result of submitting a draft.")
class SubmitSubmissionPayload(Payload):
    submission: Submission | None = link(
        resolvers.learning.submission.BY_ID,
        "Submitted attempt with points; null if the mutation was refused.",
    )


@extends(Mutation)
class SubmissionMutation:
    start_submission: StartSubmissionPayload = does(
        resolvers.learning.submission.start_submission,
        StartSubmissionInput,
        "Start an attempt at a quiz, or continue the existing draft.",
    )
    save_submission: SaveSubmissionPayload = does(
        resolvers.learning.submission.save_submission,
        SaveSubmissionInput,
        "Save answers in a draft, until 15 seconds after the end of the attempt: time limit or deadline.",
    )
    submit_submission: SubmitSubmissionPayload = does(
        resolvers.learning.submission.submit_submission,
        SubmitSubmissionInput,
        "Submit a draft. Points are available immediately, except for answers that a person grades.",
    )


@strawberry.type(description="Event: an attempt at a quiz was submitted and scored.")
class SubmissionScored(Event):
    submission: Submission = link(resolvers.learning.submission.BY_ID, "Submitted attempt with points.")


@extends(Quiz)
class SubmissionsOfQuiz:
    viewer_submissions: list[Submission] = link(
        resolvers.learning.submission.OF_VIEWER, "Attempts of the viewer, oldest first."
    )
    viewer_newest_submission: Submission | None = link(
        resolvers.learning.submission.NEWEST_OF_VIEWER,
        "Newest attempt of the viewer; null before the first attempt.",
    )


@extends(Subscription)
class SubmissionSubscription:
    submission_scored: SubmissionScored = told(
        resolvers.learning.submission.SCORED,
        "Emits when an attempt at a quiz is scored: the viewer's, or any learner's if the viewer teaches the "
        "course.",
        optional=True,
        course_id="Id of the quiz's course; omit for all courses.",
    )
