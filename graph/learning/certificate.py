"""Certificates: what courses offer and what learners have gained."""

from datetime import datetime

import strawberry

from graph.declaring.declare import column, described
from graph.values.scalars import URL
from models.catalogue.course import CertificateKind

described(
    CertificateKind,
    "What a learner can gain.",
    CONFIRMATION_OF_PARTICIPATION="For having seen enough of the content.",
    RECORD_OF_ACHIEVEMENT="For enough points.",
    QUALIFIED_CERTIFICATE="For enough points under supervision.",
)


@strawberry.type(description="Certificate that can be gained in a course.")
class CertificateOffer:
    kind: CertificateKind = column("Which one.")
    is_available: bool = column("Whether the course gives it.")
    threshold: int | None = column(
        "Share of visits or points that it takes, in percent; null for no such rule."
    )


@strawberry.type(description="Certificate that a learner has gained.")
class Certificate:
    kind: CertificateKind = column("Which one.")
    url: URL | None = column("Where its file is; null until it is made.")
    issued_at: datetime | None = column("When it was given; null when unknown.")
