"""All settings of Scholagraph, read once from the environment."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, TypeVar

T = TypeVar("T")
ROOT = Path(__file__).parents[1]
ORIGIN = re.compile(r"https?://[^/\s]+")
FLAGS = {
    "true": True,
    "1": True,
    "yes": True,
    "on": True,
    "false": False,
    "0": False,
    "no": False,
    "off": False,
}


class WrongSetting(Exception):  # noqa: N818 (reads as what it says)
    """Raised if an environment variable is invalid; the message names it."""


def setting(variable: str, default: T, read: Callable[[str], T]) -> T:
    """Return a field with an environment variable's value, parsed by `read`; `default` if it is not set."""

    def value() -> T:
        given = os.environ.get(variable)
        try:
            return default if given is None else read(given)
        except ValueError as error:
            raise WrongSetting(f"{variable}: {error}") from error

    made: Any = field(default_factory=value, metadata={"variable": variable})
    return made  # type: ignore[no-any-return]


def one_of(*words: str) -> Callable[[str], Any]:
    """Return a parser of one of these words."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"write {' or '.join(words)}")
        return text

    return read


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return a parser of an integer in this range."""

    def read(text: str) -> int:
        value = int(text)
        if value < least or (most is not None and value > most):
            raise ValueError(f"write a number from {least} on" + (f" to {most}" if most is not None else ""))
        return value

    return read


def seconds(text: str) -> float:
    """Return a duration, which must be positive."""
    value = float(text)
    if not value > 0:
        raise ValueError("write a number of seconds, more than 0")
    return value


def flag(text: str) -> bool:
    """Return a boolean written as `true` or `false`, or in another usual spelling."""
    try:
        return FLAGS[text.lower()]
    except KeyError:
        raise ValueError("write true or false") from None


def by_platform(what: str, read: Callable[[str], T]) -> Callable[[str], dict[str, T]]:
    """Return a parser of `xikolo=…,openedx=…`, where each value is a `what`."""

    def read_all(text: str) -> dict[str, T]:
        pairs = [part.partition("=") for part in text.split(",") if part.strip()]
        try:
            found = {name.strip(): read(given.strip()) for name, _, given in pairs if given.strip()}
        except ValueError:
            found = {}
        if len(found) < len(pairs) or "" in found:
            raise ValueError(f"write platform={what}, several separated by commas")
        return found

    return read_all


def moment(text: str) -> datetime:
    """Return a date or timestamp in ISO 8601; without an offset it is in UTC."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def several_origins(text: str) -> frozenset[str]:
    """Return the origins in `https://app.example.org,…`, or `*`."""
    found = frozenset(part.strip() for part in text.split(",") if part.strip())
    if not all(each == "*" or ORIGIN.fullmatch(each) for each in found):
        raise ValueError("write origins such as https://app.example.org, several separated by commas, or *")
    return found


def origin(text: str) -> str:
    """Return an origin such as `https://play.example.org`."""
    if not ORIGIN.fullmatch(text):
        raise ValueError("write an origin such as https://play.example.org")
    return text


def secret(text: str) -> str:
    """Return a text that is not empty."""
    if not text:
        raise ValueError("write a secret, or leave it unset")
    return text


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Environment variables; the README explains each."""

    host: str = setting("HOST", "127.0.0.1", str)
    port: int = setting("PORT", 8000, whole(0, 65535))
    home: Path = setting("SCHOLAGRAPH_HOME", Path("~/.local/share/scholagraph"), Path)  # noqa: RUF009 (a field)
    database_url: str | None = setting("SCHOLAGRAPH_DATABASE_URL", None, str)
    postgres: Literal["system", "wheel"] | None = setting(
        "SCHOLAGRAPH_POSTGRES", None, one_of("system", "wheel")
    )
    pool_size: int = setting("SCHOLAGRAPH_POOL_SIZE", 8, whole(1))
    assets: str | None = setting("SCHOLAGRAPH_ASSETS", None, str)
    worker: Literal["inside", "apart"] = setting("SCHOLAGRAPH_WORKER", "inside", one_of("inside", "apart"))
    network: Literal["internet", "intranet"] = setting(
        "SCHOLAGRAPH_NETWORK", "internet", one_of("internet", "intranet")
    )
    hosts: dict[str, str] = setting("SCHOLAGRAPH_HOSTS", {}, by_platform("host", str))  # noqa: RUF009 (a field)
    sunsets: dict[str, datetime] = setting(  # noqa: RUF009 (a field)
        "SCHOLAGRAPH_SUNSETS", {}, by_platform("date", moment)
    )
    env: Literal["development", "production"] = setting(
        "SCHOLAGRAPH_ENV", "development", one_of("development", "production")
    )
    log: Literal["debug", "info", "warning", "error"] | None = setting(
        "SCHOLAGRAPH_LOG", None, one_of("debug", "info", "warning", "error")
    )
    telemetry: bool = setting("SCHOLAGRAPH_TELEMETRY", False, flag)
    http_status: Literal["2025", "2026"] = setting("SCHOLAGRAPH_HTTP_STATUS", "2025", one_of("2025", "2026"))
    documents: Literal["any", "apq", "trusted"] = setting(
        "SCHOLAGRAPH_DOCUMENTS", "any", one_of("any", "apq", "trusted")
    )
    limits: Literal["enforce", "measure"] = setting(
        "SCHOLAGRAPH_LIMITS", "enforce", one_of("enforce", "measure")
    )
    deadline: float = setting("SCHOLAGRAPH_DEADLINE", 10.0, seconds)
    statement_timeout: float = setting("SCHOLAGRAPH_STATEMENT_TIMEOUT", 5.0, seconds)
    pool_wait: float = setting("SCHOLAGRAPH_POOL_WAIT", 2.0, seconds)
    router_secret: str | None = setting("SCHOLAGRAPH_ROUTER_SECRET", None, secret)
    subgraph_rules: Literal["none", "authenticated", "scopes"] = setting(
        "SCHOLAGRAPH_SUBGRAPH_RULES", "none", one_of("none", "authenticated", "scopes")
    )
    demo: bool | None = setting("SCHOLAGRAPH_DEMO", None, flag)
    graphiql: bool | None = setting("SCHOLAGRAPH_GRAPHIQL", None, flag)
    metrics_token: str | None = setting("SCHOLAGRAPH_METRICS_TOKEN", None, secret)
    player_origin: str | None = setting("SCHOLAGRAPH_PLAYER_ORIGIN", None, origin)
    cors: frozenset[str] = setting("SCHOLAGRAPH_CORS", frozenset(), several_origins)

    @property
    def in_production(self) -> bool:
        """Return whether the server is public: it then reveals no more than clients need."""
        return self.env == "production"

    @property
    def is_local(self) -> bool:
        """Return whether only clients on this machine can connect."""
        try:
            return self.host.lower() == "localhost" or ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def has_demo(self) -> bool:
        """Return whether an empty database receives the demo data, and its accounts can sign in."""
        if self.demo is not None:
            return self.demo
        return self.offers_accounts and self.database_url is None

    @property
    def offers_accounts(self) -> bool:
        """Return whether accounts of the demo may be shown: to one developer on this machine."""
        return self.is_local and not self.in_production

    @property
    def has_graphiql(self) -> bool:
        """Return whether GraphiQL is served, and with it the schema."""
        return not self.in_production if self.graphiql is None else self.graphiql

    @property
    def warnings(self) -> list[str]:
        """Return what does not work with these settings, a sentence each, for the operator."""
        found = []
        if self.in_production and not self.has_graphiql and self.router_secret is None:
            found.append("No schema is served: routers need SCHOLAGRAPH_ROUTER_SECRET.")
        if self.player_origin is None and (self.in_production or not self.is_local):
            found.append(
                "Packages run for clients on this machine only: set SCHOLAGRAPH_PLAYER_ORIGIN to a second "
                "origin of this server."
            )
        return found

    @property
    def log_level(self) -> str:
        """Return the lowest level to log: in production every request is logged."""
        return self.log or ("info" if self.in_production else "warning")

    @property
    def home_folder(self) -> Path:
        """Return `home` with `~` resolved."""
        return self.home.expanduser().resolve()

    @property
    def objects(self) -> str:
        """Return the URL of the store of course files: the configured one, else a folder in the home."""
        return self.assets or (self.home_folder / "assets").as_uri()

    @property
    def scratch(self) -> Path:
        """Return the folder for temporary files."""
        return self.home_folder / "scratch"


@cache
def settings() -> Settings:
    """Return the settings of the process."""
    return Settings()
