"""Launch links: URLs that open packages in the player."""

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
    "Input for creating a launch link.",
    course_id="Id of a course that was imported as a package.",
    reference="External id of the course, as an alternative to `courseId`.",
    version="Number of the version; defaults to the shown version, the only one open to learners.",
    start_activity="Identifier of the start activity in the manifest; defaults to the first open activity.",
    expires_in="Lifetime of the link in seconds, at most 366 days; defaults to two hours.",
    redirect_url="Absolute URL that the player opens at the end.",
    css_url="Absolute URL of a style sheet for the page of the player.",
    language="Language of the page of the player.",
    is_new_attempt="Whether to start a new attempt; defaults to continuing the last attempt.",
    is_closed_at_end="Whether the player closes its window at the end; ignored if `redirectUrl` is given.",
    is_tracked="Whether results are stored; defaults to true. Without tracking, activities start from the "
    "beginning, in browse mode.",
)


@strawberry.type(description="Result of creating a launch link.")
class CreateLaunchLinkPayload(Payload):
    url: URL | None = column(
        "URL of the player; null if the mutation was refused. Every client with this URL acts as the "
        "learner until the link expires."
    )
    expires_at: datetime | None = column("Expiry of the link; null if the mutation was refused.")
    registration: Registration | None = link(
        resolvers.packages.registration.BY_ID,
        "Registration that the link continues; null if the mutation was refused or the launch is not "
        "tracked.",
    )


@extends(Mutation)
class LaunchLinkMutation:
    create_launch_link: CreateLaunchLinkPayload = does(
        resolvers.packages.launch_link.create_launch_link,
        CreateLaunchLinkInput,
        "Create a launch link, a URL that runs the viewer's registration in the player. The course must be "
        "accessible to the viewer; the course team and its application may preview any version.",
    )
