"""Peer assessments and their steps."""

from datetime import datetime

import strawberry

import resolvers.catalogue.item
import resolvers.content.peer_assessment
from graph.catalogue.item import Item, held_by_items
from graph.declaring.declare import column, described, entity, html, link, lookup
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import Html, Markdown
from models.content.peer_assessment import PeerAssessmentStepType as PeerAssessmentStepType
from models.content.peer_assessment import PeerAssessmentType as PeerAssessmentType

described(
    PeerAssessmentType,
    "Mode of submission to a peer assessment.",
    SOLO="Each learner submits a result.",
    TEAM="Several learners submit one result together.",
)
described(
    PeerAssessmentStepType,
    "Type of a step in a peer assessment.",
    SUBMISSION="Learners submit a result.",
    TRAINING="Learners grade examples to learn grading.",
    PEER_GRADING="Learners grade the results of others.",
    SELF_ASSESSMENT="Learners grade their own result.",
    RESULTS="Learners read the feedback of others.",
)


@strawberry.type(description="One step of a peer assessment.")
class PeerAssessmentStep:
    type: PeerAssessmentStepType = column("Type of the step.")
    starts_at: datetime | None = column(
        "Start of the step; null if the step starts at the end of the previous step."
    )
    deadline: datetime | None = column("Deadline of the step; null if the step has no deadline.")
    is_optional: bool = column("Whether learners may skip the step.")


@held_by_items
@entity(
    resolvers.content.peer_assessment.PEER_ASSESSMENT, "Task whose results learners grade for each other."
)
class PeerAssessment(Node):
    item: Item = link(resolvers.catalogue.item.BY_ID, "Item that contains the peer assessment.")
    type: PeerAssessmentType = column("Mode of submission to the peer assessment.")
    instructions: Markdown | None = column("Instructions for the task.")
    instructions_html: Html | None = html("instructions", "Instructions for the task as sanitized HTML.")
    steps: list[PeerAssessmentStep] = column("Steps of the peer assessment, in order.")


@extends(Query)
class PeerAssessmentQuery:
    peer_assessment: PeerAssessment | None = lookup(
        resolvers.content.peer_assessment.PEER_ASSESSMENT,
        "Peer assessment by id; null unless it is accessible to the viewer.",
        id="Id of the peer assessment.",
    )
