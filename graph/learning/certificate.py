"""Certificates that learners have gained."""

from datetime import datetime

import strawberry

from graph.catalogue.course import CertificateKind
from graph.declaring.declare import column
from graph.values.scalars import URL


@strawberry.type(description="Certificate that a learner has gained.")
class Certificate:
    kind: CertificateKind = column("Which one.")
    url: URL | None = column("Where its file is; null until it is made.")
    issued_at: datetime | None = column("When it was given; null when unknown.")
