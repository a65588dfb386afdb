"""All settings of Scholagraph, read once from the environment."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
ROOT = Path(__file__).parents[1]
BUCKETS = ("s3", "gs", "az")
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
    """Return a field with an environment variable's value, parsed by `read`; `default` if unset or empty.

    Compose files pass an empty text for what is not set (`${HOST:-}`).
    """

    def value() -> T:
        given = os.environ.get(variable, "").strip()
        try:
            return read(given) if given else default
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
        value = int(text) if re.fullmatch(r"[+-]?[0-9]{1,18}", text.strip()) else None
        if value is None or value < least or (most is not None and value > most):
            limits = f"from {least} to {most}" if most is not None else f"of at least {least}"
            raise ValueError(f"write a whole number {limits}")
        return value

    return read


def seconds(text: str) -> float:
    """Return a duration, which must be positive."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
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


CALLERS = ("anonymous", "member", "application", "staff")
"""Kinds of viewers with a budget of their own figures."""


def by_caller(
    what: str, read: Callable[[str], T], defaults: Mapping[str, T]
) -> Callable[[str], dict[str, T]]:
    """Return a parser of `anonymous=…,member=…`, where each value is a `what`; others keep their default."""

    def read_all(text: str) -> dict[str, T]:
        pairs = [part.partition("=") for part in text.split(",") if part.strip()]
        try:
            found = {name.strip(): read(given.strip()) for name, _, given in pairs}
        except ValueError:
            found = {"": None}  # type: ignore[dict-item]
        if not found.keys() <= set(CALLERS):
            raise ValueError(f"write {','.join(f'{each}={what}' for each in CALLERS)}, or some of them")
        return {**defaults, **found}

    return read_all


def rate_and_burst(text: str) -> tuple[int, int]:
    """Return the figures of a budget written as `1000/20000`: cost per second, and maximum.

    An empty budget is full again after 100 seconds at most: processes share no longer debts.
    """
    rate, burst = map(whole(1), text.split("/"))
    if not rate <= burst <= 100 * rate:
        raise ValueError("the maximum is not between 1 and 100 seconds of the rate")
    return rate, burst


def moment(text: str) -> datetime:
    """Return a date or timestamp in ISO 8601; without an offset it is in UTC."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def is_origin(text: str) -> bool:
    """Return whether a text is an origin, with a host and, if it has a port, a possible one."""
    try:
        parts = urlsplit(text)
        return ORIGIN.fullmatch(text) is not None and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def several_origins(text: str) -> frozenset[str]:
    """Return the origins in `https://app.example.org,…`, or `*`."""
    found = frozenset(part.strip() for part in text.split(",") if part.strip())
    if not all(each == "*" or is_origin(each) for each in found):
        raise ValueError("write origins such as https://app.example.org, several separated by commas, or *")
    return found


def origin(text: str) -> str:
    """Return an origin such as `https://play.example.org`."""
    if not is_origin(text):
        raise ValueError("write an origin such as https://play.example.org")
    return text


def store(text: str) -> str:
    """Return the URL of an object store: a folder, or a bucket by name."""
    parts = urlsplit(text)
    is_folder = parts.scheme == "file" and not parts.netloc and len(parts.path) > 1
    if not is_folder and (parts.scheme not in BUCKETS or not parts.hostname):
        raise ValueError("write file:///folder, s3://bucket, gs://bucket or az://container")
    return text


BUDGETS = {  # a course page costs some 350, and a campus of 500 may open it in one moment of each minute
    "anonymous": (5_000, 300_000),
    "member": (1_000, 20_000),
    "application": (5_000, 100_000),
    "staff": (5_000, 100_000),
}
PARALLEL = {"anonymous": 4, "member": 10, "application": 20, "staff": 50}


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
    assets: str | None = setting("SCHOLAGRAPH_ASSETS", None, store)
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
    connections: int = setting("SCHOLAGRAPH_CONNECTIONS", 1000, whole(0))
    budgets: dict[str, tuple[int, int]] = setting(  # noqa: RUF009 (a field)
        "SCHOLAGRAPH_BUDGETS", BUDGETS, by_caller("rate/burst", rate_and_burst, BUDGETS)
    )
    parallel: dict[str, int] = setting(  # noqa: RUF009 (a field)
        "SCHOLAGRAPH_PARALLEL", PARALLEL, by_caller("number", whole(1), PARALLEL)
    )
    deadline: float = setting("SCHOLAGRAPH_DEADLINE", 10.0, seconds)
    statement_timeout: float = setting("SCHOLAGRAPH_STATEMENT_TIMEOUT", 5.0, seconds)
    pool_wait: float = setting("SCHOLAGRAPH_POOL_WAIT", 2.0, seconds)
    router_secret: str | None = setting("SCHOLAGRAPH_ROUTER_SECRET", None, str)
    subgraph_rules: Literal["none", "authenticated", "scopes"] = setting(
        "SCHOLAGRAPH_SUBGRAPH_RULES", "none", one_of("none", "authenticated", "scopes")
    )
    demo: bool | None = setting("SCHOLAGRAPH_DEMO", None, flag)
    graphiql: bool | None = setting("SCHOLAGRAPH_GRAPHIQL", None, flag)
    metrics_token: str | None = setting("SCHOLAGRAPH_METRICS_TOKEN", None, str)
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
        try:
            return self.home.expanduser().resolve()
        except (OSError, RuntimeError, ValueError) as error:  # a user without an entry in passwd has no `~`
            message = "SCHOLAGRAPH_HOME: this user has no home folder; write a folder"
            raise WrongSetting(message) from error

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
