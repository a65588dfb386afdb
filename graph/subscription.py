"""All root fields for subscribing."""

import strawberry

from graph.announcement import AnnouncementSubscription
from graph.import_job import ImportJobSubscription
from graph.progress import ProgressSubscription
from graph.submission import SubmissionSubscription
from graph.visit import VisitSubscription


@strawberry.type(description="What can be subscribed to.")
class Subscription(
    VisitSubscription,
    ProgressSubscription,
    SubmissionSubscription,
    AnnouncementSubscription,
    ImportJobSubscription,
):
    pass
