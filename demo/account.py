"""Account of a person in the demo."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Credentials of a person in the demo; `role` is text for display."""

    username: str
    role: str
    password: str
    token: str
