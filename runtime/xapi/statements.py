"""The resource of statements (xAPI 1.0.3, part three, 2.1)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import orjson
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from models.base import new_id
from resolvers.experience import experience
from resolvers.record_store import (
    Query,
    Sender,
    add_statements,
    find_statement,
    find_statements,
    moment,
)
from resolvers.statement import actor_key, agent_of
from runtime.xapi.call import Call, Failed, answered, json_of
from runtime.xapi.form import Malformed, check_statement, check_uuid

PATH = "/xapi/statements"
LARGEST_PAGE = 500
FORMATS = ("exact", "ids", "canonical")
FILTERS = (
    "agent",
    "verb",
    "activity",
    "registration",
    "related_activities",
    "related_agents",
    "since",
    "until",
    "limit",
    "ascending",
)
SHOWN = ("format", "attachments")


async def statements(session: AsyncSession, sender: Sender, call: Call) -> Response:
    """Answer a call."""
    match call.method:
        case "PUT":
            return await put(session, sender, call)
        case "POST":
            return await post(session, sender, call)
        case "GET":
            return await get(session, sender, call)
    raise Failed(HTTPStatus.METHOD_NOT_ALLOWED, "Statements take GET, PUT and POST.")


async def put(session: AsyncSession, sender: Sender, call: Call) -> Response:
    """Keep one statement under the id that the client chose."""
    call.known("statementId")
    id_ = call.needed("statementId")
    check_uuid(id_, "statementId")
    given = _sent(call)
    if not isinstance(given, dict) or str(given.get("id", id_)).lower() != id_.lower():
        raise Malformed("The body is one statement, of the same id as the parameter's.")
    await _keep(session, sender, [{"id": id_, **given}])
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def post(session: AsyncSession, sender: Sender, call: Call) -> Response:
    """Keep one statement or several, all or none, and tell their ids."""
    call.known()
    given = _sent(call)
    several: list[Any] = given if isinstance(given, list) else [given]
    if not all(isinstance(each, dict) for each in several):
        raise Malformed("The body is a statement, or a list of them.")
    sent = [{"id": new_id(), **each} for each in several]
    ids = [str(each["id"]) for each in sent]
    if len({each.lower() for each in ids}) < len(ids):
        raise Malformed("Two statements have the same id.")
    await _keep(session, sender, sent)
    return answered(ids)


async def get(session: AsyncSession, sender: Sender, call: Call) -> Response:
    """One statement by its id, else a page of those that are asked for, the newest first."""
    call.known(*FILTERS, *SHOWN, "statementId", "voidedStatementId", "cursor")
    form = call.parameters.get("format", "exact")
    if form not in FORMATS:
        raise Malformed(f"'format' is one of {', '.join(FORMATS)}.")
    if call.flag("attachments"):
        raise Failed(HTTPStatus.NOT_IMPLEMENTED, "Attachments are not kept here, only where they lie.")
    for name, is_voided in (("statementId", False), ("voidedStatementId", True)):
        if (id_ := call.uuid(name)) is not None:
            call.known(name, *SHOWN)
            found = await find_statement(session, sender, id_, is_voided=is_voided)
            if found is None:
                raise Failed(HTTPStatus.NOT_FOUND, "There is no such statement.")
            return answered(shown(found, form))
    page, more = await find_statements(session, sender, _query(call))
    return answered({"statements": [shown(each, form) for each in page], "more": _more(call, more)})


def _sent(call: Call) -> Any:
    media_type = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "multipart/mixed":
        raise Failed(HTTPStatus.NOT_IMPLEMENTED, "Send statements as JSON; attachments by their 'fileUrl'.")
    if media_type != "application/json":
        raise Malformed("Send statements as application/json.")
    return json_of(call.body)


async def _keep(session: AsyncSession, sender: Sender, sent: list[dict[str, Any]]) -> None:
    for at, each in enumerate(sent):
        check_statement(each, f"statements[{at}]" if len(sent) > 1 else "statement")
        if sender.launch is not None:
            _check_launched(each, sender)
    told = await add_statements(session, sender, sent)
    if sender.launch is not None:
        await experience(session, sender.launch, told)


def _check_launched(statement: Mapping[str, Any], sender: Sender) -> None:
    """A package speaks of its own learner and registration alone."""
    launch = sender.launch
    if launch is None:
        return
    if actor_key(statement["actor"]) != actor_key(agent_of(launch.learner_id)):
        raise Failed(HTTPStatus.FORBIDDEN, "The actor is the learner of the launch.")
    named = statement.get("context", {}).get("registration", launch.registration_id)
    if named.lower() != launch.registration_id:
        raise Failed(HTTPStatus.FORBIDDEN, "The registration is that of the launch.")


def _query(call: Call) -> Query:
    since, until = call.moment("since"), call.moment("until")
    try:
        limit = int(call.parameters.get("limit", "0"))
    except ValueError as error:
        raise Malformed("'limit' is a whole number.") from error
    if limit < 0:
        raise Malformed("'limit' is not negative.")
    return Query(
        agent=call.agent(),
        verb=call.parameters.get("verb"),
        activity=call.parameters.get("activity"),
        registration=call.uuid("registration"),
        related_activities=call.flag("related_activities"),
        related_agents=call.flag("related_agents"),
        since=moment(since) if since else None,
        until=moment(until) if until else None,
        ascending=call.flag("ascending"),
        limit=min(limit or LARGEST_PAGE, LARGEST_PAGE),
        after=_after(call.parameters.get("cursor")),
    )


def _more(call: Call, edge: tuple[datetime, str] | None) -> str:
    """Where the next page is, relative to the host; empty at the end."""
    if edge is None:
        return ""
    cursor = urlsafe_b64encode(orjson.dumps([edge[0].astimezone(UTC).isoformat(), edge[1]])).decode()
    return f"{PATH}?{urlencode({**call.parameters, 'cursor': cursor})}"


def _after(cursor: str | None) -> tuple[datetime, str] | None:
    if cursor is None:
        return None
    try:
        stored_at, id_ = orjson.loads(urlsafe_b64decode(cursor))
        check_uuid(id_, "cursor")
        return datetime.fromisoformat(stored_at), id_
    except (Base64Error, ValueError, TypeError) as error:
        raise Malformed("'cursor' is not one of ours.") from error


def shown(statement: dict[str, Any], form: str) -> dict[str, Any]:
    """A statement as it was kept, or with no more than ids of agents, activities and verbs (`ids`)."""
    if form != "ids":
        return statement
    brief = {**statement, "actor": _brief(statement["actor"]), "object": _brief(statement["object"])}
    brief["verb"] = {"id": statement["verb"]["id"]}
    return brief


def _brief(named: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("objectType", "id", "mbox", "mbox_sha1sum", "openid", "account", "member")
    return {name: named[name] for name in kept if name in named} or dict(named)
