"""Activities that come as packages."""

from strawberry.scalars import JSON

import resolvers.catalogue.item
import resolvers.packages.packaged_activity
from graph.catalogue.item import Item, held_by_items
from graph.declaring.declare import column, described, entity, link, lookup
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from models.packages.packaged_activity import ActivityKind as ActivityKind
from models.packages.packaged_activity import LearningStandard as LearningStandard
from models.packages.packaged_activity import MoveOn as MoveOn

described(
    LearningStandard,
    "Standard that a package follows.",
    SCORM_1_2="SCORM 1.2.",
    SCORM_2004_2ND_EDITION="SCORM 2004, second edition.",
    SCORM_2004_3RD_EDITION="SCORM 2004, third edition.",
    SCORM_2004_4TH_EDITION="SCORM 2004, fourth edition.",
    AICC="AICC HACP.",
    TIN_CAN="Tin Can, a launch with xAPI statements.",
    CMI5="Profile of xAPI named cmi5.",
    UNKNOWN="None: a single file to look at.",
)

described(
    ActivityKind,
    "What an activity of a package can tell the player.",
    SCO="Its state and results, by SCORM or xAPI.",
    ASSIGNABLE_UNIT="Its state and results, by AICC or cmi5.",
    ASSET="Nothing: it is only shown.",
)
described(
    MoveOn,
    "What satisfies an assignable unit of cmi5.",
    PASSED="Passing it.",
    COMPLETED="Completing it.",
    COMPLETED_AND_PASSED="Both passing and completing it.",
    COMPLETED_OR_PASSED="Either passing or completing it.",
    NOT_APPLICABLE="Nothing that it reports: it is satisfied from the start.",
)


@held_by_items
@entity(
    resolvers.packages.packaged_activity.PACKAGED_ACTIVITY, "Activity of a package that runs in a player."
)
class PackagedActivity(Node):
    item: Item = link(resolvers.catalogue.item.BY_ID, "Item that holds it.")
    standard: LearningStandard = column("Standard that it follows.")
    kind: ActivityKind = column("What it can tell the player.")
    identifier: str = column("Name of the activity in its package's manifest.")
    resource_identifier: str | None = column("Name of the resource that it starts; null where it has none.")
    title: str = column("Title in the viewer's language where there is one.")
    description: str | None = column("What it is about, in the viewer's language where there is one.")
    launch_path: str = column("File that starts it, relative to its package; or an address of the web.")
    launch_query: str = column("What stands behind its address, from the `?` or `#` on; empty for nothing.")
    launch_data: str | None = column("What it gets from the platform when it starts; null for nothing.")
    move_on: MoveOn | None = column("What satisfies it; null where it is not of cmi5.")
    mastery_score: float | None = column("Ratio of points that is enough; null where none is said.")
    time_limit: float | None = column("Seconds that an attempt may take; null for no limit.")
    parameters: JSON = column("What else its manifest says of it, such as prerequisites and sequencing.")


@extends(Query)
class PackagedActivityQuery:
    packaged_activity: PackagedActivity | None = lookup(
        resolvers.packages.packaged_activity.PACKAGED_ACTIVITY,
        "One packaged activity; null where there is none.",
        id="Id of the activity.",
    )
