"""Experiments and who is in which of their groups."""

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


@entity(resolvers.learning.experiment.EXPERIMENT_ASSIGNMENT, "That a user is in a group of an experiment.")
class ExperimentAssignment(Node):
    identifier: str = column("What clients know the experiment by.")
    group: str = column("Name of the group.")
    assigned_at: datetime = column("When chance decided so.")
    user: User | None = link(
        resolvers.people.user.BY_ID, "Who is in the group; null for whom the viewer does not know."
    )
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID, "Course of the experiment; null for one of the whole platform."
    )


@entity(
    resolvers.learning.experiment.EXPERIMENT,
    "Ways of seeing a course among which chance decides, for its team.",
)
class Experiment(Node):
    identifier: str = column("What clients know it by.")
    groups: list[str] = column("Names of its groups, each as likely.")
    is_active: bool = column("Whether users are still assigned.")
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID, "Course of which it is; null for the whole platform."
    )
    assignments: Connection[ExperimentAssignment] = listing(
        resolvers.learning.experiment.ASSIGNMENTS, "Who is in which group, the earliest first."
    )


@strawberry.input(description="Which experiments; several conditions must all hold.")
class ExperimentFilter:
    course: strawberry.ID | None = optional("Those of this course, by its id.")


@extends(Query)
class ExperimentQuery:
    experiment: Experiment | None = lookup(
        resolvers.learning.experiment.EXPERIMENT,
        "One experiment; null where there is none.",
        id="Id of the experiment.",
    )
    experiments: Connection[Experiment] = listing(
        resolvers.learning.experiment.ALL,
        "Experiments of the courses that the viewer teaches, the earliest first.",
        filter=ExperimentFilter,
    )


AssignToExperimentInput = taken(
    resolvers.learning.experiment.AssignToExperiment,
    "Into a group of which experiment to come.",
    identifier="What clients know the experiment by.",
    course_id="Id of the course where it takes place.",
)


@strawberry.type(description="What came of taking part in an experiment.")
class AssignToExperimentPayload(Payload):
    assignment: ExperimentAssignment | None = link(
        resolvers.learning.experiment.ASSIGNMENT_BY_ID,
        "Group of the viewer, new or from before; null for an error.",
    )


@extends(Mutation)
class ExperimentMutation:
    assign_to_experiment: AssignToExperimentPayload = does(
        resolvers.learning.experiment.assign_to_experiment,
        AssignToExperimentInput,
        "Let chance put the viewer into a group of an experiment. Done again it changes nothing.",
    )
