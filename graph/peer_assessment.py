"""Peer assessments and their steps."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers
from graph.declare import column, described, entity, link, lookup
from graph.node import Node
from graph.scalars import Markdown
from models.peer_assessment import PeerAssessmentStepType, PeerAssessmentType

if TYPE_CHECKING:
    from graph.item import Item

ItemRef = Annotated["Item", strawberry.lazy("graph.item")]

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


@entity(resolvers.peer_assessment.PEER_ASSESSMENT, "Task whose results learners grade for each other.")
class PeerAssessment(Node):
    item: ItemRef = link(resolvers.item.BY_ID, "Item that holds it.")
    type: PeerAssessmentType = column("Who hands in.")
    instructions: Markdown | None = column("What the task entails.")
    steps: list[PeerAssessmentStep] = column("What is to be done, in order.")


@strawberry.type
class PeerAssessmentQuery:
    peer_assessment: PeerAssessment | None = lookup(
        resolvers.peer_assessment.PEER_ASSESSMENT,
        "One peer assessment; null where there is none.",
        id="Id of the peer assessment.",
    )
