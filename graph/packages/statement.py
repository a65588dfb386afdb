"""Statements: who did what, in the form of xAPI."""

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


@entity(resolvers.packages.statement.STATEMENT, "What somebody did, as xAPI 1.0.3 tells it.")
class Statement(Node):
    identifier: str = column("Id of the statement in xAPI, a UUID; who sent it may have chosen it.")
    actor: JSON = column("Who did it, as an agent or group of xAPI.")
    verb: str = column("What was done, as an IRI.")
    activity: str | None = column("What it was done to, as an IRI; null where that is no activity.")
    object: JSON = column("What it was done to, as an object of xAPI.")
    result: JSON | None = column("What came of it, as a result of xAPI; null where nothing is told.")
    context: JSON | None = column("Circumstances, as a context of xAPI; null where nothing is told.")
    registration: str | None = column("Registration of which it is part, a UUID; null for none.")
    document: JSON = column("All of it, as xAPI has it.")
    happened_at: datetime = column("When it was done (`timestamp` of xAPI).")
    stored_at: datetime = column("When it was recorded here (`stored` of xAPI).")
    user: User | None = link(
        resolvers.people.user.BY_ID, "User who did it; null where it is no user of ours."
    )
    course: Course | None = link(
        resolvers.catalogue.course.BY_ID,
        "Course in which it was done; null where it is of none that the viewer knows.",
    )
    item: Item | None = link(
        resolvers.catalogue.item.BY_ID,
        "Item to which it was done; null where it is none that the viewer knows.",
    )


@strawberry.input(description="Which statements; several conditions must all hold.")
class StatementFilter:
    course: strawberry.ID | None = optional("Those of this course, by its id.")
    item: strawberry.ID | None = optional("Those of this item, by its id.")
    user: strawberry.ID | None = optional("Those of this user, by its id.")
    verb: str | None = optional("Those of this verb, by its IRI.")
    activity: str | None = optional("Those of this activity, by its IRI.")
    since: datetime | None = optional("Those of what happened then or later.")
    until: datetime | None = optional("Those of what happened earlier.")
    learner: str | None = optional("Those whose actor has an account of this name.")
    version: int | None = optional("Those of registrations of the course's version of this number.")


@extends(Registration)
class StatementsOfRegistration:
    statements: Connection[Statement] = listing(
        resolvers.packages.statement.OF_REGISTRATION, "Statements of the registration, the newest first."
    )


@extends(Course)
class StatementsOfCourse:
    statements: Connection[Statement] = listing(
        resolvers.packages.statement.OF_COURSE,
        "Statements of what was done in it that the viewer may know, the newest first.",
        filter=StatementFilter,
    )


@extends(Query)
class StatementQuery:
    statement: Statement | None = lookup(
        resolvers.packages.statement.STATEMENT,
        "One statement; null where there is none.",
        id="Id of the statement.",
    )
    statements: Connection[Statement] = listing(
        resolvers.packages.statement.ALL,
        "Statements that the viewer may know, by when it happened, the newest first.",
        filter=StatementFilter,
    )


StatementObjectInput = taken(
    resolvers.packages.statement.GivenObject,
    "What was acted upon.",
    "StatementObjectInput",
    id="Id of a course, an item or what an item holds; or an IRI, or a name of the client's.",
    type="What kind of thing it is: an IRI, or a word such as `video`.",
)


StatementInput = taken(
    resolvers.packages.statement.GivenStatement,
    "What the viewer did.",
    verb="What was done: an IRI, or a word such as `VIDEO_PLAY`.",
    object="What it was done to.",
    result="What came of it: an object, whose keys become extensions.",
    context="Circumstances: an object, whose keys become extensions.",
    happened_at="When it was done; now where left out.",
)


RecordStatementsInput = taken(
    resolvers.packages.statement.RecordStatements,
    "Which statements to record.",
    statements="What the viewer did, at most 250 statements.",
)


@strawberry.type(description="What came of recording statements.")
class RecordStatementsPayload(Payload):
    statements: list[Statement] = link(
        resolvers.packages.statement.RECORDED,
        "Statements that were recorded, in their order; none for an error.",
    )


@extends(Mutation)
class StatementMutation:
    record_statements: RecordStatementsPayload = does(
        resolvers.packages.statement.record_statements,
        RecordStatementsInput,
        "Record what the viewer did; all of it, or nothing where one is wrong.",
    )
