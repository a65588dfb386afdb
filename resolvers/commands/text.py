"""Text that PostgreSQL can store and compare."""

from models.postgres.value import UNSTORABLE
from resolvers.operations.errors import BadUserInput


def is_storable(text: str, longest: int) -> bool:
    """Check whether PostgreSQL can store the text and it has at most `longest` characters."""
    return len(text) <= longest and UNSTORABLE.search(text) is None


def as_text(value: str, argument: str) -> str:
    """Return `value`; raise `BadUserInput` with `argument` if PostgreSQL cannot store such text."""
    if is_storable(value, len(value)):
        return value
    raise BadUserInput(f"'{argument}' contains a character that text cannot have.")


def camel_case(name: str) -> str:
    """Return a name in GraphQL's spelling."""
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))
