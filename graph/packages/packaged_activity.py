"""Packaged activities: leaves of packages that run in the player."""

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
    UNKNOWN="No standard; the package is a single file.",
)

described(
    ActivityKind,
    "Kind of a packaged activity, by what the activity reports to the player.",
    SCO="Reports state and results by SCORM or xAPI.",
    ASSIGNABLE_UNIT="Reports state and results by AICC or cmi5.",
    ASSET="Reports nothing; the content is only shown.",
)
described(
    MoveOn,
    "Condition that satisfies an assignable unit of cmi5.",
    PASSED="Learner passed the unit.",
    COMPLETED="Learner completed the unit.",
    COMPLETED_AND_PASSED="Learner completed and passed the unit.",
    COMPLETED_OR_PASSED="Learner completed or passed the unit.",
    NOT_APPLICABLE="Unit is satisfied from the start, whatever it reports.",
)


@held_by_items
@entity(
    resolvers.packages.packaged_activity.PACKAGED_ACTIVITY,
    "Activity of a package that runs in the player; readable only if the item is accessible to the viewer.",
)
class PackagedActivity(Node):
    item: Item = link(resolvers.catalogue.item.BY_ID, "Item that shows the activity.")
    standard: LearningStandard = column("Standard that the activity follows.")
    kind: ActivityKind = column("Kind of the activity, by its reports to the player.")
    identifier: str = column("Identifier of the activity in the manifest of the package.")
    resource_identifier: str | None = column(
        "Identifier of the launched resource in the manifest; null if there is none."
    )
    title: str = column("Title in the viewer's language, or in another if there is no translation.")
    description: str | None = column(
        "Description in the viewer's language, or in another if there is no translation; null if the "
        "manifest has none."
    )
    launch_path: str = column("Path of the start file in the package, or an absolute URL.")
    launch_query: str = column("Suffix of the launch URL, starting with `?` or `#`; empty if there is none.")
    launch_data: str | None = column(
        "Launch data that the activity receives at its start; null if there is none."
    )
    move_on: MoveOn | None = column(
        "Condition that satisfies the activity; null unless the package follows cmi5."
    )
    mastery_score: float | None = column(
        "Score needed for success, a ratio from 0 to 1, or from -1 in SCORM 2004; null if there is none."
    )
    time_limit: float | None = column("Time limit of an attempt in seconds; null if there is none.")
    parameters: JSON = column("Other data from the manifest, such as prerequisites and sequencing.")


@extends(Query)
class PackagedActivityQuery:
    packaged_activity: PackagedActivity | None = lookup(
        resolvers.packages.packaged_activity.PACKAGED_ACTIVITY,
        "Packaged activity by id; null if it is not accessible to the viewer.",
        id="Id of the activity.",
    )
