"""Experiments and the assignments of users to their groups."""

from datetime import datetime

import strawberry

import resolvers.catalogue.course
import resolvers.learning.experiment
import resolvers.people.user
from graph.catalogue.course import Course
from graph.declaring.commands import does, taken
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing, lookup, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Mutation, Query
from graph.people.user import User
from graph.values.payload import Payload


@entity(
    resolvers.learning.experiment.EXPERIMENT_ASSIGNMENT, "Assignment of a user to a group of an experiment."
)
class ExperimentAssignment(Node):
    identifier: str = column("Identifier of the experiment.")
    group: str = column("Name of the group.")
    assigned_at: datetime = column("Timestamp of the random assignment.")
    user: User | None = link(
        resolvers.people.user.BY_ID, "User in the group; null if the user is not visible to the viewer."
    )
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID, "Course of the experiment; null for a platform-wide experiment."
    )


@entity(
    resolvers.learning.experiment.EXPERIMENT,
    "Random choice between variants of a course; visible to the course team.",
)
class Experiment(Node):
    identifier: str = column("Identifier of the experiment, used by clients.")
    groups: list[str] = column("Names of the groups; all groups are equally likely.")
    is_active: bool = column("Whether users are still assigned to groups.")
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID, "Course of the experiment; null for a platform-wide experiment."
    )
    assignments: Connection[ExperimentAssignment] = listing(
        resolvers.learning.experiment.ASSIGNMENTS, "Assignments of users to groups, earliest first."
    )


@strawberry.input(description="Filter for experiments; conditions are combined with AND.")
class ExperimentFilter:
    course: strawberry.ID | None = optional("Only experiments of this course.")


@extends(Query)
class ExperimentQuery:
    experiment: Experiment | None = lookup(
        resolvers.learning.experiment.EXPERIMENT,
        "Experiment by id; null if it is not visible to the viewer.",
        id="Id of the experiment.",
    )
    experiments: Connection[Experiment] = listing(
        resolvers.learning.experiment.ALL,
        "Experiments of the courses the viewer teaches, earliest first.",
        filter=ExperimentFilter,
    )


AssignToExperimentInput = taken(
    resolvers.learning.experiment.AssignToExperiment,
    "Input for assigning the viewer to an experiment.",
    identifier="Identifier of the experiment.",
    course_id="Id of the course, whose experiments take precedence over platform-wide ones with the same "
    "identifier; omit to consider only platform-wide experiments.",
)


@strawberry.type(description="Result of assigning the viewer to an experiment.")
class AssignToExperimentPayload(Payload):
    assignment: ExperimentAssignment | None = link(
        resolvers.learning.experiment.ASSIGNMENT_BY_ID,
        "Assignment of the viewer, new or existing; null if the mutation was refused.",
    )


@extends(Mutation)
class ExperimentMutation:
    assign_to_experiment: AssignToExperimentPayload = does(
        resolvers.learning.experiment.assign_to_experiment,
        AssignToExperimentInput,
        "Assign the viewer to a random group of an experiment. Repeating the mutation changes nothing.",
    )
