"""Account of a person in the demo."""

from dataclasses import dataclass

STAFF = "staff"
"""Role of the account that no page and no log shows."""

SIGNING_IN = ("ada", "grace", "edith")
"""User names of the people who have an account."""


def email_of(username: str) -> str:
    """Return the e-mail address of a person; no other user can have an address in this domain (RFC 2606)."""
    return f"{username}@hillside.example"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Credentials of a person in the demo; `role` is text for display."""

    username: str
    role: str
    password: str
    token: str

    @property
    def email(self) -> str:
        """Email address, which signs in like the username."""
        return email_of(self.username)
