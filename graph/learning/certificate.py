"""Certificates that learners have earned."""

from datetime import datetime

import strawberry

from graph.catalogue.course import CertificateKind
from graph.declaring.declare import column
from graph.values.scalars import URL


@strawberry.type(description="Certificate that a learner has earned.")
class Certificate:
    kind: CertificateKind = column("Kind of the certificate.")
    url: URL | None = column("URL of the certificate's file; null until the file is created.")
    issued_at: datetime | None = column("Issue timestamp; null if it is unknown.")
