"""Peer assessments as the graph reads them."""

from models.peer_assessment import PeerAssessment
from resolvers.access import OPEN_ITEM
from resolvers.entity import Entity, everyone

PEER_ASSESSMENT = Entity(model=PeerAssessment, rows=everyone, gate=OPEN_ITEM)
