"""Launch links: addresses at which packages run."""

from datetime import datetime

import strawberry

import resolvers.packages.launch_link
import resolvers.packages.registration
from graph.declaring.commands import does, taken
from graph.declaring.declare import column, link
from graph.declaring.extending import extends
from graph.declaring.roots import Mutation
from graph.packages.registration import Registration
from graph.values.payload import Payload
from graph.values.scalars import URL

CreateLaunchLinkInput = taken(
    resolvers.packages.launch_link.CreateLaunchLink,
    "What to launch, and how.",
    course_id="Id of a course that came as a package.",
    reference="Id that who imported the course chose for it, in place of the other.",
    version="Number of the version, for who keeps the course; what it shows if left out.",
    start_activity="Name of the activity to begin with, in its manifest; the first open one if left out.",
    expires_in="Seconds for which the link opens; two hours where left out.",
    redirect_url="Address to which the player leads at its end, absolute.",
    css_url="Address of a style sheet for the player's own page, absolute.",
    language="Language of the player's own page.",
    is_new_attempt="Whether to begin anew; goes on with the last attempt if left out.",
    is_closed_at_end="Whether the player closes its window at its end, where there is no `redirectUrl`.",
    is_tracked="Whether what happens is kept, as it is if left out; else what runs begins anew, and is told "
    "that its learner browses.",
)


@strawberry.type(description="What came of asking for a launch link.")
class CreateLaunchLinkPayload(Payload):
    url: URL | None = column(
        "Address of the player. Whoever has it is the learner, until it expires; null for an error."
    )
    expires_at: datetime | None = column("Until when it opens; null for an error.")
    registration: Registration | None = link(
        resolvers.packages.registration.BY_ID,
        "What it goes on with; null for an error, and where nothing is kept.",
    )


@extends(Mutation)
class LaunchLinkMutation:
    create_launch_link: CreateLaunchLinkPayload = does(
        resolvers.packages.launch_link.create_launch_link,
        CreateLaunchLinkInput,
        "Make an address at which the viewer's registration runs in the player; learners need a course that "
        "they may open, who keeps it looks at any version.",
    )
