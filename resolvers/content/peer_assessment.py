"""Peer assessments: entity and policy."""

from models.catalogue.item import ContentType
from models.content.peer_assessment import PeerAssessment
from resolvers.access.content import OPEN_ITEM
from resolvers.catalogue.item import holds
from resolvers.loading.entity import Entity, everyone

PEER_ASSESSMENT = Entity(model=PeerAssessment, rows=everyone, gate=OPEN_ITEM)

holds(ContentType.PEER_ASSESSMENT, PEER_ASSESSMENT)
