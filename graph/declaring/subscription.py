"""All root fields for subscribing."""

import strawberry

from graph.community.announcement import AnnouncementSubscription
from graph.learning.progress import ProgressSubscription
from graph.learning.submission import SubmissionSubscription
from graph.learning.visit import VisitSubscription
from graph.packages.import_job import ImportJobSubscription


@strawberry.type(description="What can be subscribed to.")
class Subscription(
    VisitSubscription,
    ProgressSubscription,
    SubmissionSubscription,
    AnnouncementSubscription,
    ImportJobSubscription,
):
    pass
