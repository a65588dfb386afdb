"""Attempts of learners under idempotency keys, and a check of the stored results."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import orjson
import psycopg

from bench.data import made_id
from bench.queries import Ask, graphql
from bench.wire import Wire, request_of, wired

QUIZ = """query($slug: String!) { course(slug: $slug) { sections { items { content {
    ... on Quiz { id questions { id options { id } } } } } } } }"""
START = """mutation($quiz: ID!, $key: String!) {
    startSubmission(input: {quizId: $quiz}) @idempotent(key: $key) {
        submission { id } userErrors { code } } }"""
SUBMIT = """mutation($id: ID!, $answers: [AnswerInput!], $key: String!) {
    submitSubmission(input: {submissionId: $id, answers: $answers}) @idempotent(key: $key) {
        submission { id attempt points } userErrors { code } } }"""


LEARNERS = range(101, 201)
"""Learners who submit prepared attempts."""

BEGIN = """
INSERT INTO submissions (id, user_id, quiz_id, item_id, course_id, attempt, started_at)
SELECT gen_random_uuid(), u.id, q.id, q.item_id, q.course_id, 1 + coalesce(
    (SELECT max(attempt) FROM submissions WHERE user_id = u.id AND quiz_id = q.id), 0), now()
FROM users u JOIN courses c ON c.slug = 'course-' || split_part(u.username, '-', 2)
JOIN quizzes q ON q.course_id = c.id
WHERE u.id = ANY(%(learners)s::uuid[]) AND NOT EXISTS (
    SELECT FROM submissions WHERE user_id = u.id AND quiz_id = q.id AND submitted_at IS NULL)
"""
"""Statement that starts one attempt at each quiz of each learner's first course, unless one is started."""

BEGUN = """
SELECT s.id::text, split_part(u.username, '-', 2)::int, array_agg(q.id::text ORDER BY q.id),
    array_agg((SELECT min(o.id::text) FROM options o WHERE o.question_id = q.id) ORDER BY q.id)
FROM submissions s JOIN users u ON u.id = s.user_id JOIN questions q ON q.quiz_id = s.quiz_id
WHERE s.submitted_at IS NULL AND s.user_id = ANY(%(learners)s::uuid[])
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Begun:
    """A started attempt: the number of its learner, its questions and one option of each."""

    id: str
    learner: int
    questions: list[str]
    options: list[str]


def learner(number: int) -> str:
    """Return the token of a generated learner, from the second on."""
    return f"learner-{number}"


@dataclass
class Attempts:
    """Ids of acknowledged submissions, and the duration of each of these requests in milliseconds."""

    acknowledged: list[str] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)

    def begin(self, url: str) -> list[Begun]:
        """Start some thousand attempts: one at each quiz of the first courses of some learners."""
        with psycopg.connect(url) as connection:
            learners = {"learners": [made_id(1, number) for number in LEARNERS]}
            connection.execute(BEGIN, learners)
            rows = connection.execute(BEGUN, learners).fetchall()
        return [Begun(*row) for row in rows]

    async def hand_in(self, origin: str, begun: list[Begun], until: float, connections: int) -> None:
        """Submit started attempts on several connections until time is up or none is left."""

        async def one_after_the_other() -> None:
            async with wired(origin) as wire:
                while begun and time.perf_counter() < until:
                    each = begun.pop()
                    answers = [
                        {"questionId": question, "optionIds": [option]}
                        for question, option in zip(each.questions, each.options, strict=True)
                    ]
                    await self._submit(wire, origin, learner(each.learner), each.id, answers)

        await asyncio.gather(*(one_after_the_other() for _ in range(connections)))

    async def attempt(self, wire: Wire, origin: str, number: int, quiz: dict[str, Any]) -> None:
        """Start an attempt of a learner and submit it, with an answer to each question."""
        token, key = learner(number), f"{number} {time.time_ns()}"
        started = graphql("/graphql", START, token, quiz=quiz["id"], key=key)
        id_ = (await _told(wire, origin, started, "startSubmission"))["id"]
        answers = [
            {"questionId": each["id"], "optionIds": [each["options"][0]["id"]]} for each in quiz["questions"]
        ]
        await self._submit(wire, origin, token, id_, answers)

    async def _submit(
        self, wire: Wire, origin: str, token: str, id_: str, answers: list[dict[str, Any]]
    ) -> None:
        asked = time.perf_counter()
        submitted = graphql("/graphql", SUBMIT, token, id=id_, answers=answers, key=f"submit {id_}")
        self.acknowledged.append((await _told(wire, origin, submitted, "submitSubmission"))["id"])
        self.taken.append((time.perf_counter() - asked) * 1000)

    def differences(self, url: str) -> tuple[int, int]:
        """Return the numbers of acknowledged submissions that are lost, and that are stored twice."""
        with psycopg.connect(url) as connection:
            there = connection.execute(
                "SELECT count(*) FROM submissions WHERE id = ANY(%s) AND submitted_at IS NOT NULL",
                [self.acknowledged],
            ).fetchone()
            twice = connection.execute(
                """SELECT count(*) - count(DISTINCT (user_id, quiz_id, attempt)) FROM submissions
                WHERE (user_id, quiz_id) IN (SELECT user_id, quiz_id FROM submissions WHERE id = ANY(%s))""",
                [self.acknowledged],
            ).fetchone()
        lost = len(self.acknowledged) - (there[0] if there else 0)
        return lost, (twice[0] if twice else 0) + len(self.acknowledged) - len(set(self.acknowledged))


async def quiz_of(wire: Wire, origin: str, number: int) -> dict[str, Any]:
    """Return id, questions and options of the first quiz of a learner's first course."""
    ask = graphql("/graphql", QUIZ, learner(number), slug=f"course-{number}")
    sections = (await _data(wire, origin, ask))["course"]["sections"]
    contents = [item["content"] for section in sections for item in section["items"]]
    found: dict[str, Any] = next(each for each in contents if each)
    return found


async def _told(wire: Wire, origin: str, ask: Ask, name: str) -> dict[str, Any]:
    payload = (await _data(wire, origin, ask))[name]
    if payload["userErrors"]:
        raise RuntimeError(f"{name}: {payload}")
    submission: dict[str, Any] = payload["submission"]
    return submission


async def _data(wire: Wire, origin: str, ask: Ask) -> dict[str, Any]:
    _, body = await wire.answer(request_of(origin, ask))
    told = orjson.loads(body)
    if "errors" in told:
        raise RuntimeError(f"{ask.path}: {body[:500]!r}")
    data: dict[str, Any] = told["data"]
    return data
