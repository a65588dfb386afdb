"""Statements: records of learners' actions, in the format of xAPI."""

from datetime import datetime

import strawberry
from strawberry.scalars import JSON

import resolvers.catalogue.course
import resolvers.catalogue.item
import resolvers.packages.statement
import resolvers.people.user
from graph.catalogue.course import Course
from graph.catalogue.item import Item
from graph.declaring.commands import does, taken
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing, lookup, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Mutation, Query
from graph.packages.registration import Registration
from graph.people.user import User
from graph.values.payload import Payload


@entity(
    resolvers.packages.statement.STATEMENT, "Record of one action of a learner, in the format of xAPI 1.0.3."
)
class Statement(Node):
    identifier: str = column("Id of the statement in xAPI, a UUID; may be chosen by the sender.")
    actor: JSON = column("Actor, as an agent or group of xAPI.")
    verb: str = column("Verb of the action, as an IRI.")
    activity: str | None = column("IRI of the object; null unless the object is an activity.")
    object: JSON = column("Object of the action, as an object of xAPI.")
    result: JSON | None = column("Result of the action, as a result of xAPI; null if there is none.")
    context: JSON | None = column("Context of the action, as a context of xAPI; null if there is none.")
    registration: str | None = column("Registration of the statement, a UUID; null if there is none.")
    document: JSON = column("Complete statement as xAPI JSON.")
    happened_at: datetime = column("Timestamp of the action (`timestamp` of xAPI).")
    stored_at: datetime = column("Timestamp of recording (`stored` of xAPI).")
    user: User | None = link(
        resolvers.people.user.BY_ID, "User who is the actor; null if the actor is not a user."
    )
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID,
        "Course of the statement; null if there is none visible to the viewer.",
    )
    item: Item | None = link(
        resolvers.catalogue.item.BY_ID,
        "Item of the statement; null if there is none visible to the viewer.",
    )


@strawberry.input(description="Filter for statements; conditions are combined with AND.")
class StatementFilter:
    course: strawberry.ID | None = optional("Only statements about the course with this id.")
    item: strawberry.ID | None = optional("Only statements about the item with this id.")
    user: strawberry.ID | None = optional("Only statements of the user with this id.")
    verb: str | None = optional("Only statements with this verb, an IRI.")
    activity: str | None = optional("Only statements about this activity, an IRI.")
    since: datetime | None = optional("Only actions at or after this timestamp.")
    until: datetime | None = optional("Only actions before this timestamp.")
    learner: str | None = optional("Only statements whose actor has an account with this name.")
    version: int | None = optional(
        "Only statements of registrations for the course version with this number."
    )


@extends(Registration)
class StatementsOfRegistration:
    statements: Connection[Statement] = listing(
        resolvers.packages.statement.OF_REGISTRATION, "Statements of the registration, newest first."
    )


@extends(Course)
class StatementsOfCourse:
    statements: Connection[Statement] = listing(
        resolvers.packages.statement.OF_COURSE,
        "Statements about the course visible to the viewer, newest first.",
        filter=StatementFilter,
    )


@extends(Query)
class StatementQuery:
    statement: Statement | None = lookup(
        resolvers.packages.statement.STATEMENT,
        "Statement by id; null if it is not visible to the viewer.",
        id="Id of the statement.",
    )
    statements: Connection[Statement] = listing(
        resolvers.packages.statement.ALL,
        "Statements visible to the viewer, by timestamp of the action, newest first.",
        filter=StatementFilter,
    )


StatementObjectInput = taken(
    resolvers.packages.statement.GivenObject,
    "Object of a statement to record.",
    "StatementObjectInput",
    id="Id of a course, an item or the content of an item; or an IRI, or a name chosen by the client.",
    type="Type of the object: an IRI, or a word such as `video`.",
)


StatementInput = taken(
    resolvers.packages.statement.GivenStatement,
    "Statement about an action of the viewer.",
    verb="Verb of the action: an IRI, or a word such as `VIDEO_PLAY`.",
    object="Object of the action.",
    result="Result of the action: a JSON object whose keys become extensions.",
    context="Context of the action: a JSON object whose keys become extensions.",
    happened_at="Timestamp of the action; defaults to the current time.",
)


RecordStatementsInput = taken(
    resolvers.packages.statement.RecordStatements,
    "Input for recording statements.",
    statements="Statements about actions of the viewer, at most 250.",
)


@strawberry.type(description="Result of recording statements.")
class RecordStatementsPayload(Payload):
    statements: list[Statement] = link(
        resolvers.packages.statement.RECORDED,
        "Recorded statements, in the order of the input; empty if the mutation was refused.",
    )


@extends(Mutation)
class StatementMutation:
    record_statements: RecordStatementsPayload = does(
        resolvers.packages.statement.record_statements,
        RecordStatementsInput,
        "Record actions of the viewer as statements; if one is invalid, none is recorded.",
    )
