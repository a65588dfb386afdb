"""Peer assessments and their steps."""

from datetime import datetime

import strawberry

import resolvers.catalogue.item
import resolvers.content.peer_assessment
from graph.catalogue.item import Item, held_by_items
from graph.declaring.declare import column, described, entity, link, lookup
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import Markdown
from models.content.peer_assessment import PeerAssessmentStepType as PeerAssessmentStepType
from models.content.peer_assessment import PeerAssessmentType as PeerAssessmentType

described(
    PeerAssessmentType,
    "Who hands in to a peer assessment.",
    SOLO="Each learner.",
    TEAM="Several learners together.",
)
described(
    PeerAssessmentStepType,
    "What is to be done in a step of a peer assessment.",
    SUBMISSION="Handing in a result.",
    TRAINING="Grading examples, to learn how.",
    PEER_GRADING="Grading the results of others.",
    SELF_ASSESSMENT="Grading one's own result.",
    RESULTS="Reading what others said.",
)


@strawberry.type(description="One step of a peer assessment.")
class PeerAssessmentStep:
    type: PeerAssessmentStepType = column("What is to be done.")
    starts_at: datetime | None = column("From when on; null for as soon as the step before is done.")
    deadline: datetime | None = column("Until when; null for no end.")
    is_optional: bool = column("Whether it can be left out.")


@held_by_items
@entity(
    resolvers.content.peer_assessment.PEER_ASSESSMENT, "Task whose results learners grade for each other."
)
class PeerAssessment(Node):
    item: Item = link(resolvers.catalogue.item.BY_ID, "Item that holds it.")
    type: PeerAssessmentType = column("Who hands in.")
    instructions: Markdown | None = column("What the task entails.")
    steps: list[PeerAssessmentStep] = column("What is to be done, in order.")


@extends(Query)
class PeerAssessmentQuery:
    peer_assessment: PeerAssessment | None = lookup(
        resolvers.content.peer_assessment.PEER_ASSESSMENT,
        "One peer assessment; null where there is none.",
        id="Id of the peer assessment.",
    )
