"""Account of a person in the demo."""

from dataclasses import dataclass


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


def email_of(username: str) -> str:
    """Return the email address of a person of the demo."""
    return f"{username}@hillside.example"
