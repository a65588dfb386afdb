"""Sessions of packages that report to the server: each has a launch link, whose secret is its credential."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.catalogue.item import Item
from models.packages.launch_link import LaunchLink
from models.packages.packaged_activity import LearningStandard, MoveOn, PackagedActivity
from models.packages.statement import DocumentKind
from models.postgres.base import new_id
from resolvers.access.viewer import hashed
from resolvers.packages.experience import CMI5
from resolvers.packages.player import SESSION, ActiveLaunch
from resolvers.packages.record_store import Sender, add_statements
from resolvers.packages.reporting import VERBS
from resolvers.packages.statement import actor_key, agent_of
from resolvers.packages.statement_document import Shelf, keep_documents

MOVE_ON = {
    MoveOn.PASSED: "Passed",
    MoveOn.COMPLETED: "Completed",
    MoveOn.COMPLETED_AND_PASSED: "CompletedAndPassed",
    MoveOn.COMPLETED_OR_PASSED: "CompletedOrPassed",
    MoveOn.NOT_APPLICABLE: "NotApplicable",
}
"""Values of `moveOn` in cmi5 (10.2.4)."""

REPORTING = (LearningStandard.CMI5, LearningStandard.TIN_CAN, LearningStandard.AICC)
"""Standards whose packages report to a URL; SCORM packages find an API in the page around them."""


@dataclass(frozen=True, slots=True)
class Session:
    """Session; `id` and `secret` are its credentials, `activity_id` is the activity's id in statements."""

    id: str
    secret: str
    activity_id: str
    standard: LearningStandard
    launch_path: str
    launch_query: str


async def begin_session(session: AsyncSession, launch: ActiveLaunch, activity_id: str) -> Session | None:
    """Start a session of an activity; return null unless the launch has such an activity that reports itself.

    A cmi5 package finds its launch data in the state document defined for them (10.2), and a statement is
    added that its activity was launched (9.3.1). The activity id is an IRI of the platform in cmi5 (8.1.5),
    and the IRI of the manifest in Tin Can.
    """
    wanted = (
        select(PackagedActivity, Item.title)
        .join(Item, Item.id == PackagedActivity.item_id)
        .where(PackagedActivity.id == activity_id, Item.version_id == launch.version_id)
    )
    row = (await session.execute(wanted)).one_or_none()
    if row is None or row[0].standard not in REPORTING:
        return None
    activity, title = row
    is_cmi5 = activity.standard is LearningStandard.CMI5
    begun = Session(
        id=new_id(),
        secret=secrets.token_urlsafe(24),
        activity_id=f"urn:uuid:{activity.id}" if is_cmi5 else activity.identifier,
        standard=activity.standard,
        launch_path=activity.launch_path,
        launch_query=activity.launch_query,
    )
    await session.execute(
        insert(LaunchLink).values(
            id=begun.id,
            hash=hashed(begun.secret),
            registration_id=launch.registration_id,
            start_item_id=activity.item_id,
            redirect_url=launch.redirect_url,
            language=launch.language,
            is_tracked=launch.is_tracked,
            expires_at=func.now() + timedelta(seconds=SESSION),
            opened_at=func.now(),
        )
    )
    if is_cmi5:
        shelf = Shelf(
            launch.application_id,
            DocumentKind.STATE,
            activity=begun.activity_id,
            actor_key=actor_key(agent_of(launch.learner_id)),
            registration=launch.registration_id,
        )
        data = orjson.dumps(_launch_data(launch, begun, activity))
        await keep_documents(session, [(shelf, "LMS.LaunchData")], "application/json", [data])
        if launch.is_tracked:
            sender = Sender(launch.application_id, launch)
            await add_statements(session, sender, [_launched(launch, begun, activity, title)])
    return begun


async def fetch_token(session: AsyncSession, launch: ActiveLaunch) -> bool:
    """Mark the token of a session as fetched; return false if it was fetched before (cmi5, 8.2.2)."""
    first = update(LaunchLink).where(LaunchLink.id == launch.id, LaunchLink.fetched_at.is_(None))
    taken = await session.scalar(first.values(fetched_at=func.now()).returning(LaunchLink.id))
    return taken is not None


def _launch_data(launch: ActiveLaunch, begun: Session, activity: PackagedActivity) -> dict[str, Any]:
    told = {
        "contextTemplate": _context(begun, activity),
        "launchMode": "Normal" if launch.is_tracked else "Browse",
        "launchParameters": activity.launch_data,
        "masteryScore": activity.mastery_score,
        "moveOn": MOVE_ON[activity.move_on or MoveOn.NOT_APPLICABLE],
        "returnURL": launch.redirect_url,
    }
    return {name: value for name, value in told.items() if value is not None}


def _context(begun: Session, activity: PackagedActivity) -> dict[str, Any]:
    return {
        "contextActivities": {"grouping": [{"objectType": "Activity", "id": activity.identifier}]},
        "extensions": {f"{CMI5}/context/extensions/sessionid": begun.id},
    }


def _launched(launch: ActiveLaunch, begun: Session, activity: PackagedActivity, title: str) -> dict[str, Any]:
    template: Mapping[str, Any] = _context(begun, activity)
    category = [{"objectType": "Activity", "id": f"{CMI5}/context/categories/cmi5"}]
    extensions = {
        f"{CMI5}/context/extensions/launchmode": "Normal",
        f"{CMI5}/context/extensions/moveon": MOVE_ON[activity.move_on or MoveOn.NOT_APPLICABLE],
    }
    return {
        "id": new_id(),
        "actor": agent_of(launch.learner_id),
        "verb": {"id": f"{VERBS}/launched", "display": {"en-US": "launched"}},
        "object": {
            "objectType": "Activity",
            "id": begun.activity_id,
            "definition": {"name": {"und": title}},
        },
        "context": {
            "registration": launch.registration_id,
            "contextActivities": {**template["contextActivities"], "category": category},
            "extensions": {**template["extensions"], **extensions},
        },
    }
