"""Lines that a start prints for the person at the terminal."""

from collections.abc import Sequence
from typing import NamedTuple


class SignIn(NamedTuple):
    """Email address and password of a demo person; `role` is text for display."""

    role: str
    email: str
    password: str


def welcome(address: str, people: Sequence[SignIn]) -> str:
    """Return the lines after a start: the URL, and with demo people six lines of how to begin and to end."""
    ready = f"Scholagraph is ready at {address}"
    if not people:
        return ready
    width = max(len(each.role) for each in people) + 1
    sign_ins = [
        f"  {each.role.capitalize() + ':':{width}} {each.email}, password {each.password}" for each in people
    ]
    pages = f"  GraphiQL: {address}graphql, routes of a REST platform: {address}xikolo/"
    return "\n".join([ready, pages, *sign_ins, "  Ctrl-C stops the server."])
