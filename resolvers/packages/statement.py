"""Statements: visibility, lists, and the recording of actions by clients.

Names chosen by clients (`VIDEO_PLAY`, keys of a result) are converted to the format of xAPI: names become
IRIs in this platform's vocabulary, free keys become extensions.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    cast,
    exists,
    false,
    func,
    insert,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from models.catalogue.course import Course
from models.catalogue.item import Item
from models.packages.course_version import CourseVersion
from models.packages.registration import Registration
from models.packages.statement import Statement
from models.postgres.base import new_id
from models.postgres.value import InvalidValue, check_json
from resolvers.access.viewer import APPLICATION as ASKING
from resolvers.access.viewer import Role, Viewer, owns, teaches
from resolvers.catalogue.course import COURSE
from resolvers.catalogue.item import CONTENT, ITEM
from resolvers.commands.command import command
from resolvers.commands.problem import Problems, Refused, UserErrorCode
from resolvers.commands.text import is_storable
from resolvers.commands.values import Json
from resolvers.loading.entity import Entity
from resolvers.loading.page import Page
from resolvers.loading.relation import Several

VERSION = "1.0.0"
"""Value of `version` in statements of xAPI 1.0.3."""

VOCABULARY = "urn:scholagraph"
"""Prefix of the IRIs made from clients' names, and `homePage` of the platform's accounts."""

MOST_AT_ONCE = 250
LONGEST_NAME = 500
LONGEST_DETAILS = 10_000
"""Maximum bytes of the details of a result or context, as JSON."""

PARTS: Sequence[Literal["result", "context"]] = ("result", "context")
"""Parts of a statement that accept arbitrary details."""

IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")


def _known(role: Role) -> ColumnElement[bool]:
    """Visible to the user, the owning application and the course team; voided statements are hidden."""
    columns = Statement.__table__.c
    kept = Statement.application_id == ASKING if role is Role.APPLICATION else false()
    known = or_(owns(columns.user_id, role), teaches(columns.course_id, role), kept)
    return and_(Statement.is_voided.is_(False), known)


def _of_version(number: ColumnElement[Any]) -> ColumnElement[bool]:
    registrations, versions = Registration.__table__.c, CourseVersion.__table__.c
    tried = exists().where(
        registrations.id == Statement.registration,
        versions.id == registrations.version_id,
        versions.number == number,
    )
    return tried.correlate(Statement.__table__)


STATEMENT = Entity(
    model=Statement,
    rows=_known,
    expressions={
        "identifier": lambda _: cast(Statement.statement_id, Text),
        "actor": lambda _: Statement.document["actor"],
        "object": lambda _: Statement.document["object"],
        "result": lambda _: Statement.document["result"],
        "context": lambda _: Statement.document["context"],
    },
    filters={
        "course": lambda value: Statement.course_id == value,
        "item": lambda value: Statement.item_id == value,
        "user": lambda value: Statement.user_id == value,
        "verb": lambda value: Statement.verb == value,
        "activity": lambda value: Statement.activity == value,
        "since": lambda value: Statement.happened_at >= value,
        "until": lambda value: Statement.happened_at < value,
        "learner": lambda value: Statement.document["actor"]["account"]["name"].astext == value,
        "version": _of_version,
    },
    orders={"HAPPENED_AT": (lambda _: Statement.happened_at,)},
)

ALL = Page(target=STATEMENT, order="HAPPENED_AT", descending=True)
OF_COURSE = Page(target=STATEMENT, by="course_id", order="HAPPENED_AT", descending=True)
OF_REGISTRATION = Page(target=STATEMENT, by="registration", order="HAPPENED_AT", descending=True)
RECORDED = Several(
    target=STATEMENT, needs=("statement_ids",), key=lambda _, ids: tuple(ids or ()), order=("id",)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenObject:
    """Object of a statement in an input."""

    id: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenStatement:
    """Statement in an input."""

    verb: str
    object: GivenObject
    result: Json | None = None
    context: Json | None = None
    happened_at: datetime | None = None


def actor_key(actor: Mapping[str, Any]) -> str:
    """Return the inverse functional identifier of an agent or group as one text; empty for anonymous groups.

    The `homePage` of an account is an IRL, which contains no space (xAPI 1.0.3, part two, 2.4.2.3).
    """
    if (account := actor.get("account")) is not None:
        return f"account {account['homePage']} {account['name']}"
    return next((f"{name} {actor[name]}" for name in ("mbox", "mbox_sha1sum", "openid") if name in actor), "")


def agent_of(user_id: str) -> dict[str, Any]:
    """Return the agent of a user, the actor of statements."""
    return {"objectType": "Agent", "account": {"homePage": VOCABULARY, "name": user_id}}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStatements:
    """Statements to record."""

    statements: list[GivenStatement]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementsRecorded:
    """Recorded statements."""

    statement_ids: list[str]


@command(UserErrorCode.INVALID_INPUT)
async def record_statements(
    session: AsyncSession, viewer: Viewer, given: RecordStatements
) -> StatementsRecorded:
    """Record actions of the viewer in one transaction; an omitted timestamp defaults to the current time."""
    user_id = viewer.signed_in_id
    if len(given.statements) > MOST_AT_ONCE:
        message = f"Record at most {MOST_AT_ONCE} statements per request."
        raise Refused(UserErrorCode.INVALID_INPUT, message, "statements")
    problems = Problems()
    for place, each in enumerate(given.statements):
        _check(each, place, problems)
    problems.refuse()
    now, places = await _places(session, viewer, [each.object.id for each in given.statements])
    rows = [_row(user_id, each, now, places) for each in given.statements]
    if rows:
        await session.execute(insert(Statement), rows)
    return StatementsRecorded(statement_ids=[row["id"] for row in rows])


def _check(given: GivenStatement, place: int, problems: Problems) -> None:
    names = {
        ("verb",): given.verb,
        ("object", "id"): given.object.id,
        ("object", "type"): given.object.type,
    }
    for field, name in names.items():
        if not name.strip() or not is_storable(name, LONGEST_NAME):
            message = f"Give an IRI or a name of at most {LONGEST_NAME} characters."
            problems.invalid(message, "statements", place, *field)
    for part in PARTS:
        details = getattr(given, part)
        if details is None:
            continue
        if not isinstance(details, dict):
            problems.invalid("Give a JSON object.", "statements", place, part)
            continue
        try:
            check_json(details, LONGEST_DETAILS)
            check_json({part: _extensions(details)})  # as deep as they are in the document
        except InvalidValue as error:
            problems.invalid(str(error), "statements", place, part)


async def _places(
    session: AsyncSession, viewer: Viewer, ids: Sequence[str]
) -> tuple[datetime, dict[str, tuple[str, str | None]]]:
    """Return the database's time, and places by id of the visible courses, items and contents in `ids`.

    A place is the id of the course and, unless the object is the course itself, the id of the item.
    """
    role = viewer.role
    wanted = [str(UUID(each)) for each in ids if _is_uuid(each)]
    sources: list[tuple[Any, Any, Any, ColumnElement[bool]]] = [
        (Course.id, Course.id, cast(null(), Item.id.type), COURSE.visible(role)),
        (Item.id, Item.course_id, Item.id, ITEM.visible(role)),
    ]
    for table in (one.target.table for one in CONTENT.targets.values()):
        sources.append((table.c.id, table.c.course_id, table.c.item_id, ITEM.holds(table.c.item_id, role)))
    named = union_all(
        *(
            select(id_.label("id"), course_id.label("course_id"), item_id.label("item_id")).where(
                id_.in_(wanted), known
            )
            for id_, course_id, item_id, known in sources
        )
    ).subquery()
    now = select(func.now().label("now")).subquery()
    found = await session.execute(
        select(now.c.now, *named.c).select_from(now.outerjoin(named, true())), viewer.parameters
    )
    rows = found.all()
    return rows[0].now, {row.id: (row.course_id, row.item_id) for row in rows if row.id is not None}


def _row(
    user_id: str,
    given: GivenStatement,
    now: datetime,
    places: Mapping[str, tuple[str, str | None]],
) -> dict[str, Any]:
    what, actor = given.object, agent_of(user_id)
    course_id, item_id = places.get(what.id.lower(), (None, None))
    happened_at = given.happened_at or now
    statement_id = new_id()
    activity = f"urn:uuid:{what.id.lower()}" if _is_uuid(what.id) else iri(what.id, "object")
    verb = iri(given.verb, "verb")
    document = {
        "id": statement_id,
        "actor": actor,
        "verb": {"id": verb, "display": {"und": given.verb}},
        "object": {
            "objectType": "Activity",
            "id": activity,
            "definition": {"type": iri(what.type, "type")},
        },
        **{str(part): _extensions(getattr(given, part)) for part in PARTS if getattr(given, part)},
        "timestamp": happened_at.isoformat(),
        "stored": now.isoformat(),
        "version": VERSION,
    }
    return {
        "id": new_id(),
        "statement_id": statement_id,
        "user_id": user_id,
        "course_id": course_id,
        "item_id": item_id,
        "actor_key": actor_key(actor),
        "verb": verb,
        "activity": activity,
        "happened_at": happened_at,
        "stored_at": now,
        "document": document,
    }


def iri(name: str, kind: str) -> str:
    """Return `name` if it is an IRI, else its IRI in the platform's vocabulary."""
    return name if IRI.fullmatch(name) else f"{VOCABULARY}:{kind}:{quote(name, safe='')}"


def _extensions(details: Mapping[str, Any]) -> dict[str, Any]:
    return {"extensions": {iri(name, "extension"): value for name, value in details.items()}}


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
