"""Answers to the questions of a quiz: validation and storage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from sqlalchemy import TextClause, Uuid, and_, bindparam, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from models.content.quiz import Option, Question, QuestionType
from models.learning.submission import Answer
from resolvers.commands.problem import Refused, UserErrorCode
from resolvers.commands.text import is_storable
from resolvers.commands.values import Id
from resolvers.learning.scoring import AnswerKey, LearnerAnswer, ScoredOption

LONGEST_TEXT = 10_000
"""Maximum number of characters of a text answer."""


_KEEP = TextClause("""
INSERT INTO answers (submission_id, question_id, option_ids, text, points)
SELECT :submission_id, question_id, option_ids, text, points
FROM jsonb_to_recordset(:given) AS given (question_id uuid, option_ids uuid[], text text, points float8)
ON CONFLICT (submission_id, question_id) DO UPDATE
SET option_ids = excluded.option_ids, text = excluded.text, points = excluded.points
""").bindparams(bindparam("submission_id", type_=Uuid(as_uuid=False)), bindparam("given", type_=JSONB))
"""One statement for any number of answers: SQLAlchemy would compile a list of rows each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """Answer to one question, from an input."""

    question_id: Id
    option_ids: list[Id] | None = None
    text: str | None = None


async def questions_of(
    session: AsyncSession, quiz_id: str, submission_id: str
) -> tuple[dict[str, AnswerKey], dict[str, LearnerAnswer]]:
    """Return the answer keys of a quiz and the saved answers of a submission, both by question id."""
    key = (Question.type, Question.max_points, Question.tolerance, Question.is_case_sensitive)
    option = (Option.id, Option.text, Option.is_correct)
    answer = and_(Answer.question_id == Question.id, Answer.submission_id == submission_id)
    rows = await session.execute(
        select(Question.id, *key, *option, Answer.option_ids, Answer.text)
        .outerjoin(Option, Option.question_id == Question.id)
        .outerjoin(Answer, answer)
        .where(Question.quiz_id == quiz_id)
    )
    keys: dict[str, AnswerKey] = {}
    options: dict[str, dict[str, ScoredOption]] = {}
    replies: dict[str, LearnerAnswer] = {}
    for id_, kind, max_points, tolerance, is_exact, option_id, words, is_right, chosen, text in rows:
        if id_ not in keys:
            options[id_] = {}
            keys[id_] = AnswerKey(kind, max_points, options[id_], tolerance, is_exact)
        if option_id is not None:
            options[id_][option_id] = ScoredOption(words, is_right)
        if chosen is not None:
            replies[id_] = LearnerAnswer(tuple(chosen), text)
    return keys, replies


def checked(keys: Mapping[str, AnswerKey], answers: Sequence[GivenAnswer]) -> dict[str, LearnerAnswer]:
    """Return the given answers by question id; refuse the first invalid one as `INVALID_ANSWER`."""
    replies: dict[str, LearnerAnswer] = {}
    for place, answer in enumerate(answers):
        question_id = answer.question_id
        if question_id not in keys:
            _refuse("The quiz has no such question.", place, "question_id")
        if question_id in replies:
            _refuse("The question is answered twice.", place, "question_id")
        replies[question_id] = _fitting(keys[question_id], answer, place)
    return replies


def _fitting(key: AnswerKey, answer: GivenAnswer, place: int) -> LearnerAnswer:
    chosen, text = tuple(dict.fromkeys(answer.option_ids or ())), answer.text
    if key.type in (QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE):
        if text is not None:
            _refuse("The question takes options, not text.", place, "text")
        if not all(option in key.options for option in chosen):
            _refuse("The question has no such option.", place, "option_ids")
        if key.type is QuestionType.SELECT_ONE and len(chosen) > 1:
            _refuse("Choose one option.", place, "option_ids")
    else:
        if chosen:
            _refuse("The question takes text, not options.", place, "option_ids")
        if text is not None and not is_storable(text, LONGEST_TEXT):
            _refuse(f"Give plain text of at most {LONGEST_TEXT} characters.", place, "text")
    return LearnerAnswer(chosen, text)


def _refuse(message: str, place: int, field: str) -> NoReturn:
    raise Refused(UserErrorCode.INVALID_ANSWER, message, "answers", str(place), field)


async def keep(
    session: AsyncSession,
    submission_id: str,
    replies: Mapping[str, LearnerAnswer],
    points: Mapping[str, float | None],
) -> None:
    """Store answers with their `points`; each replaces an earlier answer to the same question."""
    if not replies:
        return
    given = [
        {
            "question_id": question_id,
            "option_ids": list(reply.option_ids),
            "text": reply.text,
            "points": points.get(question_id),
        }
        for question_id, reply in replies.items()
    ]
    await session.execute(_KEEP, {"submission_id": submission_id, "given": given})
