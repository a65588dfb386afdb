"""Tables of the domain, one module per concept. Importing the package registers every table."""

from models.postgres.base import Base
from settings.rooms import DOMAINS, modules

WITH_TABLES = (*DOMAINS, "events", "operations")
"""Rooms whose modules declare tables."""

for _ in modules("models", *WITH_TABLES):
    pass

__all__ = ["Base"]
