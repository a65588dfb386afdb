"""Learning record store of xAPI: writes and queries by applications and running packages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, cast, func, insert, literal, or_, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from models.catalogue.course import Course
from models.catalogue.item import Item
from models.packages.packaged_activity import PackagedActivity
from models.packages.statement import Statement
from models.postgres.base import new_id
from models.postgres.value import timestamp
from resolvers.access.viewer import Role, Viewer
from resolvers.operations.errors import CodedError
from resolvers.packages.player import ActiveLaunch
from resolvers.packages.statement import VERSION, VOCABULARY, actor_key, agent_of

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
UNCOMPARED = ("stored", "timestamp", "authority", "version")
"""Fields that are ignored when two statements with one id are compared (xAPI 1.0.3, part two, 2.3.1)."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Client of the store: an application or a running package; each has access to its own statements."""

    application_id: str | None
    launch: ActiveLaunch | None = None

    @property
    def payer(self) -> Viewer:
        """Viewer whose budget pays: the application, or the learner of the launch."""
        if self.launch is not None:
            return self.launch.payer
        return Viewer(role=Role.APPLICATION, application_id=self.application_id)

    @property
    def authority(self) -> dict[str, Any]:
        """Agent that vouches for the statements (xAPI: `authority`)."""
        if self.application_id is None:
            return {"objectType": "Agent", "account": {"homePage": VOCABULARY, "name": "player"}}
        return agent_of(self.application_id)

    def owns(self) -> ColumnElement[bool]:
        """Return the condition for readable statements: by application or by registration of the launch."""
        own = Statement.application_id.is_not_distinct_from(self.application_id)
        if self.launch is None:
            return own
        return and_(own, Statement.registration == self.launch.registration_id)


@dataclass(frozen=True, slots=True)
class Place:
    """Rows of the domain that an activity of a statement refers to."""

    activity_id: str
    item_id: str
    course_id: str


class Clash(CodedError):  # noqa: N818 (what it is)
    """Raised when another statement already has the id."""

    code = "CONFLICT"


async def add_statements(
    session: AsyncSession, sender: Sender, sent: Sequence[dict[str, Any]]
) -> list[tuple[dict[str, Any], Place | None]]:
    """Store well-formed statements that have ids; statements stored before stay unchanged.

    Return the new statements, each with the packaged activity that is its object. Raises `Clash`.
    """
    now: datetime = await session.scalar(select(func.now()))  # type: ignore[assignment]
    kept = await _kept(session, sender, [each["id"] for each in sent])
    new: dict[str, dict[str, Any]] = {}
    for document in sent:
        known = kept.get(document["id"].lower()) or new.get(document["id"].lower())
        if known is None:
            new[document["id"].lower()] = _completed(document, sender, now)
        elif _compared(known) != _compared(normalized(document)):
            raise Clash(f"Another statement already has the id {document['id']}.")
    places = await _places(session, sender, [_activity(each) for each in new.values()])
    rows = [_row(sender, each, places.get(_activity(each) or ""), now) for each in new.values()]
    if rows:
        await session.execute(insert(Statement), rows)
    if voided := [each["object"]["id"] for each in new.values() if each["verb"]["id"] == VOIDED]:
        void = update(Statement).where(Statement.statement_id.in_(voided), Statement.verb != VOIDED)
        await session.execute(void.where(sender.owns()).values(is_voided=True))
    return [(each, places.get(_activity(each) or "")) for each in new.values()]


async def find_statement(
    session: AsyncSession, sender: Sender, id_: str, *, is_voided: bool
) -> dict[str, Any] | None:
    """Load one statement by id, among the voided statements or among the others."""
    wanted = select(Statement.document).where(
        sender.owns(), Statement.statement_id == id_, Statement.is_voided.is_(is_voided)
    )
    return await session.scalar(wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSearch:
    """Filters and page of a query; the page starts after the `stored` timestamp and id in `after`."""

    agent: Mapping[str, Any] | None = None
    verb: str | None = None
    activity: str | None = None
    registration: str | None = None
    related_activities: bool = False
    related_agents: bool = False
    since: datetime | None = None
    until: datetime | None = None
    ascending: bool = False
    limit: int = 100
    after: tuple[datetime, str] | None = None


async def find_statements(
    session: AsyncSession, sender: Sender, query: StatementSearch
) -> tuple[list[dict[str, Any]], tuple[datetime, str] | None]:
    """Load a page of statements in order of storage, and the cursor of the next page; null at the end."""
    place = tuple_(Statement.stored_at, Statement.id)
    conditions = [sender.owns(), Statement.is_voided.is_(False), *_asked(query)]
    if query.after is not None:
        edge = tuple_(literal(query.after[0]), literal(query.after[1], Statement.id.type))
        conditions.append(place > edge if query.ascending else place < edge)
    order = [each.asc() if query.ascending else each.desc() for each in (Statement.stored_at, Statement.id)]
    found = await session.execute(
        select(Statement.document, Statement.stored_at, Statement.id)
        .where(*conditions)
        .order_by(*order)
        .limit(query.limit + 1)
    )
    rows = found.all()
    page = rows[: query.limit]
    more = (page[-1].stored_at, page[-1].id) if len(rows) > query.limit else None
    return [row.document for row in page], more


def _asked(query: StatementSearch) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.agent is not None:
        conditions.append(_of_agent(query.agent, related=query.related_agents))
    if query.verb is not None:
        conditions.append(Statement.verb == query.verb)
    if query.activity is not None:
        conditions.append(_of_activity(query.activity, related=query.related_activities))
    if query.registration is not None:
        conditions.append(Statement.registration == query.registration)
    if query.since is not None:
        conditions.append(Statement.stored_at > query.since)
    if query.until is not None:
        conditions.append(Statement.stored_at <= query.until)
    return conditions or [true()]


def _of_agent(agent: Mapping[str, Any], *, related: bool) -> ColumnElement[bool]:
    """Return the condition that the agent is actor or object; with `related`, anywhere in the statement."""
    named = {name: agent[name] for name in ("mbox", "mbox_sha1sum", "openid", "account") if name in agent}
    own = or_(Statement.actor_key == actor_key(agent), _holds({"object": named}))
    members = [_holds({"actor": {"member": [named]}}), _holds({"object": {"member": [named]}})]
    if not related:
        return or_(own, *members)
    context = [_holds({"context": {name: named}}) for name in ("instructor", "team")]
    team = _holds({"context": {"team": {"member": [named]}}})
    parts = [_holds({"object": {name: named}}) for name in ("actor", "object")]
    return or_(own, *members, *context, team, *parts, _holds({"authority": named}))


def _of_activity(activity: str, *, related: bool) -> ColumnElement[bool]:
    if not related:
        return Statement.activity == activity
    named = [{"id": activity}]
    context = [
        _holds({"context": {"contextActivities": {name: named}}})
        for name in ("parent", "grouping", "category", "other")
    ]
    return or_(Statement.activity == activity, *context, _holds({"object": {"object": {"id": activity}}}))


def _holds(part: Mapping[str, Any]) -> ColumnElement[bool]:
    return Statement.document.contains(cast(part, JSONB))


async def _kept(session: AsyncSession, sender: Sender, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    wanted = select(Statement.statement_id, Statement.document).where(
        Statement.application_id.is_not_distinct_from(sender.application_id), Statement.statement_id.in_(ids)
    )
    return {row.statement_id: row.document for row in await session.execute(wanted)}


async def _places(
    session: AsyncSession, sender: Sender, activities: Sequence[str | None]
) -> dict[str, Place]:
    """Find activities by their own id (`urn:uuid:`) or by their identifier in the manifest."""
    wanted = {each for each in activities if each is not None}
    uuids = {each: id_ for each in wanted if (id_ := _uuid(each.removeprefix("urn:uuid:")))}
    known = select(PackagedActivity.id, PackagedActivity.identifier, Item.id, Item.course_id).join(
        Item, Item.id == PackagedActivity.item_id
    )
    named = or_(PackagedActivity.id.in_(uuids.values()), PackagedActivity.identifier.in_(wanted))
    if sender.launch is not None:
        known = known.where(Item.version_id == sender.launch.version_id, named)
    else:
        own = Course.application_id.is_not_distinct_from(sender.application_id)
        known = known.join(Course, Course.id == Item.course_id).where(own, Item.is_current, named)
    found: dict[str, Place] = {}
    for activity_id, identifier, item_id, course_id in await session.execute(known):
        place = Place(activity_id, item_id, course_id)
        found |= {f"urn:uuid:{activity_id}": place, identifier: place}
    return found


def _uuid(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None


def _activity(document: Mapping[str, Any]) -> str | None:
    target = document["object"]
    return target["id"] if target.get("objectType", "Activity") == "Activity" else None


def _completed(document: dict[str, Any], sender: Sender, now: datetime) -> dict[str, Any]:
    """Return a statement with the fields that a store adds (xAPI 1.0.3, part two, 2.4)."""
    stored = now.isoformat()
    return {
        "timestamp": stored,
        "version": VERSION,
        **normalized(document),
        "stored": stored,
        "authority": sender.authority,
    }


def normalized(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a statement with its context activities as lists, the form of all responses (2.4.6.2)."""
    context = document.get("context", {})
    if not (related := context.get("contextActivities")):
        return dict(document)
    lists = {name: each if isinstance(each, list) else [each] for name, each in related.items()}
    return {**document, "context": {**context, "contextActivities": lists}}


def _compared(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in UNCOMPARED}


def _row(sender: Sender, document: dict[str, Any], place: Place | None, now: datetime) -> dict[str, Any]:
    launch, key = sender.launch, actor_key(document["actor"])
    is_learner = launch is not None and key == actor_key(agent_of(launch.learner_id))
    registration = document.get("context", {}).get("registration")
    return {
        "id": new_id(),
        "statement_id": document["id"],
        "application_id": sender.application_id,
        "user_id": launch.user_id if launch is not None and is_learner else None,
        "course_id": launch.course_id if launch is not None else place and place.course_id,
        "item_id": place and place.item_id,
        "actor_key": key,
        "verb": document["verb"]["id"],
        "activity": _activity(document),
        "registration": launch.registration_id if launch is not None else registration,
        "happened_at": timestamp(document["timestamp"]),
        "stored_at": now,
        "document": document,
    }
