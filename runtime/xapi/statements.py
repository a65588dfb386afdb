"""Statement resource (xAPI 1.0.3, part three, 2.1)."""

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

from graph.limits.gate import WRITE
from models.postgres.base import new_id
from models.postgres.value import timestamp
from models.storage.objects import FileStore
from resolvers.access.viewer import accepted_languages
from resolvers.packages.experience import experience
from resolvers.packages.record_store import (
    Sender,
    StatementSearch,
    add_statements,
    find_statement,
    find_statements,
)
from resolvers.packages.statement import actor_key, agent_of
from resolvers.packages.statement_attachment import find_attachments, keep_attachments
from runtime.xapi.call import Failed, XapiRequest, answered, json_of
from runtime.xapi.form import MalformedStatement, check_statement, check_uuid
from runtime.xapi.multipart import check_files, is_multipart, read_multipart, with_files
from runtime.xapi.shape import FORMATS, shown

PATH = "/xapi/statements"
LARGEST_PAGE = 500
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


async def statements(
    objects: FileStore, session: AsyncSession, sender: Sender, call: XapiRequest
) -> Response:
    """Return the response to a request."""
    match call.method:
        case "PUT":
            return await put(objects, session, sender, call)
        case "POST":
            return await post(objects, session, sender, call)
        case "GET":
            return await get(objects, session, sender, call)
    raise Failed(HTTPStatus.METHOD_NOT_ALLOWED, "Statements take GET, PUT and POST.")


async def put(objects: FileStore, session: AsyncSession, sender: Sender, call: XapiRequest) -> Response:
    """Store one statement under the id chosen by the client."""
    call.known("statementId")
    id_ = call.needed("statementId")
    check_uuid(id_, "statementId")
    given, files = _sent(call)
    if not isinstance(given, dict) or str(given.get("id", id_)).lower() != id_.lower():
        raise MalformedStatement("The body must be one statement, with the same id as the parameter.")
    await _keep(objects, session, sender, [{"id": id_, **given}], files)
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def post(objects: FileStore, session: AsyncSession, sender: Sender, call: XapiRequest) -> Response:
    """Store one or several statements in one transaction, and return their ids."""
    call.known()
    given, files = _sent(call)
    several: list[Any] = given if isinstance(given, list) else [given]
    call.pay(WRITE * (len(several) - 1))
    if not all(isinstance(each, dict) for each in several):
        raise MalformedStatement("The body must be a statement or a list of statements.")
    sent = [{"id": new_id(), **each} for each in several]
    ids = [str(each["id"]) for each in sent]
    if len({each.lower() for each in ids}) < len(ids):
        raise MalformedStatement("Two statements have the same id.")
    await _keep(objects, session, sender, sent, files)
    return answered(ids)


async def get(objects: FileStore, session: AsyncSession, sender: Sender, call: XapiRequest) -> Response:
    """Return one statement by id, or a page of statements that match the filters, newest first by default."""
    call.known(*FILTERS, *SHOWN, "statementId", "voidedStatementId", "cursor")
    form = call.parameters.get("format", "exact")
    if form not in FORMATS:
        raise MalformedStatement(f"'format' is one of {', '.join(FORMATS)}.")
    has_files, languages = call.flag("attachments"), accepted_languages(call.headers.get("accept-language"))
    for name, is_voided in (("statementId", False), ("voidedStatementId", True)):
        if (id_ := call.uuid(name)) is not None:
            call.known(name, *SHOWN)
            found = await find_statement(session, sender, id_, is_voided=is_voided)
            if found is None:
                raise Failed(HTTPStatus.NOT_FOUND, "The statement does not exist.")
            one = shown(found, form, languages)
            if not has_files:
                return answered(one)
            return with_files(objects, one, await find_attachments(session, sender.application_id, [found]))
    asked = _query(call)
    call.pay(asked.limit)
    page, more = await find_statements(session, sender, asked)
    listed = {
        "statements": [shown(each, form, languages) for each in page],
        "more": _more(call, more),
    }
    if not has_files:
        return answered(listed)
    return with_files(objects, listed, await find_attachments(session, sender.application_id, page))


def _sent(call: XapiRequest) -> tuple[Any, dict[str, bytes]]:
    """Return the statements of a request, and its files by hash."""
    content_type = call.headers.get("content-type", "")
    if is_multipart(content_type):
        body, files = read_multipart(content_type, call.body)
        return json_of(body, "The first part"), files
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise MalformedStatement(
            "Send statements as application/json, or with their files as multipart/mixed."
        )
    return json_of(call.body), {}


async def _keep(
    objects: FileStore,
    session: AsyncSession,
    sender: Sender,
    sent: list[dict[str, Any]],
    files: Mapping[str, bytes],
) -> None:
    for at, each in enumerate(sent):
        check_statement(each, f"statements[{at}]" if len(sent) > 1 else "statement")
        if sender.launch is not None:
            _check_launched(each, sender)
    check_files(sent, files)
    if sender.launch is not None and not sender.launch.is_tracked:
        return
    if files:
        kept = {sha2: await objects.keep_bytes(content) for sha2, content in files.items()}
        await objects.settle()
        await keep_attachments(session, sender.application_id, sent, kept)
    told = await add_statements(session, sender, sent)
    if sender.launch is not None:
        await experience(session, sender.launch, told)


def _check_launched(statement: Mapping[str, Any], sender: Sender) -> None:
    """Check that a package's statement has the learner and the registration of the launch."""
    launch = sender.launch
    if launch is None:
        return
    if actor_key(statement["actor"]) != actor_key(agent_of(launch.learner_id)):
        raise Failed(HTTPStatus.FORBIDDEN, "The actor must be the learner of the launch.")
    named = statement.get("context", {}).get("registration", launch.registration_id)
    if named.lower() != launch.registration_id:
        raise Failed(HTTPStatus.FORBIDDEN, "The registration must be that of the launch.")


def _query(call: XapiRequest) -> StatementSearch:
    since, until = call.moment("since"), call.moment("until")
    try:
        limit = int(call.parameters.get("limit", "0"))
    except ValueError as error:
        raise MalformedStatement("'limit' must be a whole number.") from error
    if limit < 0:
        raise MalformedStatement("'limit' must not be negative.")
    return StatementSearch(
        agent=call.agent(),
        verb=call.parameters.get("verb"),
        activity=call.parameters.get("activity"),
        registration=call.uuid("registration"),
        related_activities=call.flag("related_activities"),
        related_agents=call.flag("related_agents"),
        since=timestamp(since) if since else None,
        until=timestamp(until) if until else None,
        ascending=call.flag("ascending"),
        limit=min(limit or LARGEST_PAGE, LARGEST_PAGE),
        after=_after(call.parameters.get("cursor")),
    )


def _more(call: XapiRequest, edge: tuple[datetime, str] | None) -> str:
    """Return the URL of the next page, relative to the host; empty at the end."""
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
        return timestamp(stored_at), id_
    except (Base64Error, ValueError, TypeError) as error:
        raise MalformedStatement("'cursor' is invalid.") from error
