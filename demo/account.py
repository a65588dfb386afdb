"""Somebody of the demo."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """How somebody of the demo signs in; `role` is for people to read."""

    username: str
    role: str
    password: str
    token: str
