"""All root fields for writing."""

import strawberry

from graph.enrollment import EnrollmentMutation


@strawberry.type(description="What can be changed.")
class Mutation(EnrollmentMutation):
    pass
