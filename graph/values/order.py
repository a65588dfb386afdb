"""Direction of sort orders."""

from enum import StrEnum

from graph.declaring.declare import described


class OrderDirection(StrEnum):
    """Direction of a sort order."""

    ASC = "asc"
    DESC = "desc"


described(
    OrderDirection,
    "Direction of a sort order.",
    ASC="Sort the lowest value first.",
    DESC="Sort the highest value first.",
)
