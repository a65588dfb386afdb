"""Activities that come as packages."""

from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers
from graph.declare import column, described, entity, link, lookup
from graph.node import Node
from models.packaged_activity import LearningStandard

if TYPE_CHECKING:
    from graph.item import Item

ItemRef = Annotated["Item", strawberry.lazy("graph.item")]

described(
    LearningStandard,
    "Standard that a package follows.",
    SCORM_1_2="SCORM 1.2.",
    SCORM_2004="SCORM 2004, any edition.",
    AICC="AICC HACP.",
    TIN_CAN="Tin Can, a launch with xAPI statements.",
    CMI5="Profile of xAPI named cmi5.",
)


@entity(resolvers.packaged_activity.PACKAGED_ACTIVITY, "Activity of a package that runs in a player.")
class PackagedActivity(Node):
    item: ItemRef = link(resolvers.item.BY_ID, "Item that holds it.")
    standard: LearningStandard = column("Standard that it follows.")
    identifier: str = column("Name of the activity in its package's manifest.")
    launch_path: str = column("File that starts it, relative to its package.")


@strawberry.type
class PackagedActivityQuery:
    packaged_activity: PackagedActivity | None = lookup(
        resolvers.packaged_activity.PACKAGED_ACTIVITY,
        "One packaged activity; null where there is none.",
        id="Id of the activity.",
    )
