"""Directions of lists."""

from enum import StrEnum

from graph.declaring.declare import described


class OrderDirection(StrEnum):
    """Which end of an order comes first."""

    ASC = "asc"
    DESC = "desc"


described(OrderDirection, "Which end of an order comes first.", ASC="Lowest first.", DESC="Highest first.")
