"""Tickets: written by anybody, read by who wrote them and by staff."""

from datetime import datetime
from typing import Any

import pytest

from graph.declaring.schema import public_schema
from graph.execution.execute import prepare, run
from models.community.ticket import Ticket, TicketTopic
from models.postgres.base import new_id
from models.postgres.database import Database
from resolvers.access import throttle
from resolvers.access.viewer import Viewer
from resolvers.community.ticket import LONGEST_TITLE
from resolvers.operations.context import Context
from tests.conftest import Ask
from tests.world import NOW, World

CREATE = """
mutation($input: CreateTicketInput!) {
  createTicket(input: $input) {
    ticketId
    ticket { id topic title report language mail url data createdAt user { id } course { id } }
    userErrors { field code message }
  }
}
"""
LIST = """
query($filter: TicketFilter!) {
  tickets(filter: $filter, first: 100) { nodes { title user { id } course { id } } totalCount }
}
"""


def about(topic: str = "TECHNICAL", **more: Any) -> dict[str, Any]:
    return {"topic": topic, "title": "No sound", "report": "I hear nothing.", "language": "en", **more}


async def create(ask: Ask, viewer: Viewer, **given: Any) -> Any:
    return (await ask.data(CREATE, viewer, input=given))["createTicket"]


async def test_mail_of_who_is_signed_in_is_their_own(ask: Ask, world: World) -> None:
    course, user = await world.course(), await world.user(email="ada@example.org")
    viewer = Viewer(user.id, (await world.learner()).role)
    given = about("COURSE", courseId=course.id, mail="other@example.org", url="/a", data="App 1.0")
    answer = await ask(CREATE, viewer, input=given)
    payload = answer.data["createTicket"]
    assert payload["userErrors"] == []
    ticket = payload["ticket"]
    assert datetime.fromisoformat(ticket.pop("createdAt")) > NOW
    assert ticket == {
        "id": payload["ticketId"],
        "topic": "COURSE",
        "title": "No sound",
        "report": "I hear nothing.",
        "language": "en",
        "mail": "ada@example.org",
        "url": "/a",
        "data": "App 1.0",
        "user": {"id": user.id},
        "course": {"id": course.id},
    }
    # The user's mail, the course, the ticket written and read, its user and its course.
    assert len(answer.statements) == 6


async def test_who_is_not_signed_in_tells_an_address_and_sees_nothing_of_it(ask: Ask, world: World) -> None:
    payload = await create(ask, Viewer(), **about(mail="ada@example.org"))
    assert payload["userErrors"] == []
    assert payload["ticket"] is None
    found = await ask.data(
        "query($id: ID!) { ticket(id: $id) { mail user { id } } }",
        await world.staff(),
        id=payload["ticketId"],
    )
    assert found == {"ticket": {"mail": "ada@example.org", "user": None}}


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        (about(), "mail", "INVALID_INPUT"),
        (about(mail="nobody"), "mail", "INVALID_INPUT"),
        (about(mail="a@b\0"), "mail", "INVALID_INPUT"),
        ({**about(mail="a@b"), "title": " "}, "title", "INVALID_INPUT"),
        ({**about(mail="a@b"), "title": "a" * (LONGEST_TITLE + 1)}, "title", "INVALID_INPUT"),
        ({**about(mail="a@b"), "report": ""}, "report", "INVALID_INPUT"),
        ({**about(mail="a@b"), "report": "\0"}, "report", "INVALID_INPUT"),
        ({**about(mail="a@b"), "language": "?"}, "language", "INVALID_INPUT"),
        (about(mail="a@b", data="\ud800"), "data", "INVALID_INPUT"),
        (about("COURSE", mail="a@b"), "courseId", "INVALID_INPUT"),
        (about("COURSE", mail="a@b", courseId=new_id()), "courseId", "NOT_FOUND"),
    ],
)
async def test_what_is_wrong_is_refused(ask: Ask, given: dict[str, Any], field: str, code: str) -> None:
    payload = await create(ask, Viewer(), **given)
    assert [(error["field"], error["code"]) for error in payload["userErrors"]] == [([field], code)]
    assert (payload["ticket"], payload["ticketId"]) == (None, None)


async def test_a_hidden_course_is_not_known(ask: Ask, world: World) -> None:
    course = await world.course(is_hidden=True)
    payload = await create(ask, await world.learner(), **about("COURSE", courseId=course.id))
    assert [error["code"] for error in payload["userErrors"]] == ["NOT_FOUND"]
    assert (await create(ask, await world.learner(course), **about("COURSE", courseId=course.id)))["ticket"]


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_lists_are_narrowed_and_take_the_same_statements(ask: Ask, world: World, rows: int) -> None:
    course, learner = await world.course(), await world.learner()
    said = {"title": "a", "report": "b", "language": "en", "mail": "a@b", "user_id": learner.id}
    await world.add(
        *(Ticket(id=new_id(), topic=TicketTopic.COURSE, course_id=course.id, **said) for _ in range(rows)),
        Ticket(id=new_id(), topic=TicketTopic.TECHNICAL, **said),
    )
    for given, count in (
        ({}, rows + 1),
        ({"course": course.id}, rows),
        ({"topic": ["TECHNICAL", "REACTIVATION"]}, 1),
    ):
        answer = await ask(LIST, learner, filter=given)
        assert answer.data["tickets"]["totalCount"] == count
    assert (await ask.data(LIST, await world.learner(), filter={}))["tickets"]["totalCount"] == 0
    answer = await ask(LIST, learner, filter={"course": course.id})
    assert len(answer.statements) == 4


async def test_strangers_in_one_network_send_so_many_tickets_an_hour(
    database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "TICKETS", 3)
    network = new_id()[:18].replace("-", "")
    addresses = [f"2001:{network[:4]}:{network[4:8]}:{network[8:12]}::{number}" for number in range(1, 7)]

    async def sent(address: str, viewer: Viewer) -> str:
        context = Context(database, viewer, address=address)
        variables = {"input": about(mail="ada@example.org")}
        result = await run(public_schema, prepare(public_schema, CREATE), context, variables)
        return result.errors[0].extensions["code"] if result.errors else "OK"  # type: ignore[index]

    assert [await sent(address, Viewer()) for address in addresses] == ["OK"] * 3 + ["RATE_LIMITED"] * 3
    assert await sent(f"2001:{network[:4]}:{network[4:8]}:ffff::1", Viewer()) == "OK"
    user = await world.learner()
    assert [await sent(addresses[0], user) for _ in range(4)] == ["OK"] * 4
