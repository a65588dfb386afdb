"""Every setting of Scholagraph, read once from the environment."""

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).parent
ORIGIN = re.compile(r"https?://[^/\s]+")


class Settings(BaseSettings):
    """Environment variables, prefixed `SCHOLAGRAPH_` but for `HOST` and `PORT`; the README lists each."""

    model_config = SettingsConfigDict(env_prefix="SCHOLAGRAPH_", populate_by_name=True, frozen=True)

    host: str = Field(default="127.0.0.1", validation_alias="HOST")
    port: int = Field(default=8000, validation_alias="PORT", ge=0, le=65535)
    home: Path = Path("~/.local/share/scholagraph")
    database_url: str | None = None
    postgres: Literal["system", "wheel"] | None = None
    pool_size: int = Field(default=8, ge=1)
    assets: str | None = None
    worker: Literal["inside", "apart"] = "inside"
    network: Literal["internet", "intranet"] = "internet"
    hosts: Annotated[dict[str, str], NoDecode] = Field(default_factory=dict)
    env: Literal["development", "production"] = "development"
    log: Literal["debug", "info", "warning", "error"] | None = None
    telemetry: bool = False
    http_status: Literal["2025", "2026"] = "2025"
    documents: Literal["any", "apq", "trusted"] = "any"
    limits: Literal["enforce", "measure"] = "enforce"
    deadline: float = Field(default=10.0, gt=0)
    statement_timeout: float = Field(default=5.0, gt=0)
    pool_wait: float = Field(default=2.0, gt=0)
    router_secret: str | None = Field(default=None, min_length=1)
    subgraph_rules: Literal["none", "authenticated", "scopes"] = "none"
    player_origin: str | None = None
    cors: Annotated[frozenset[str], NoDecode] = frozenset()

    @field_validator("hosts", mode="before")
    @classmethod
    def _read_hosts(cls, value: object) -> object:
        """`xikolo=learn.example.org,openedx=…` as a mapping."""
        if not isinstance(value, str):
            return value
        pairs = [part.partition("=") for part in value.split(",") if part.strip()]
        if any(not name.strip() or not host.strip() for name, _, host in pairs):
            raise ValueError("write platform=host, several separated by commas")
        return {name.strip(): host.strip() for name, _, host in pairs}

    @field_validator("cors", mode="before")
    @classmethod
    def _read_cors(cls, value: object) -> object:
        """`https://app.example.org,…` or `*` as a set."""
        if not isinstance(value, str):
            return value
        origins = frozenset(part.strip() for part in value.split(",") if part.strip())
        if not all(origin == "*" or ORIGIN.fullmatch(origin) for origin in origins):
            raise ValueError(
                "write origins such as https://app.example.org, several separated by commas, or *"
            )
        return origins

    @field_validator("player_origin")
    @classmethod
    def _read_player_origin(cls, value: str | None) -> str | None:
        if value is not None and not ORIGIN.fullmatch(value):
            raise ValueError("write an origin such as https://play.example.org")
        return value

    @property
    def in_production(self) -> bool:
        """Whether strangers are served, who are told no more than they need."""
        return self.env == "production"

    @property
    def log_level(self) -> str:
        """From which level on things are logged: in production every request is."""
        return self.log or ("info" if self.in_production else "warning")

    @property
    def home_folder(self) -> Path:
        """`home` with `~` resolved."""
        return self.home.expanduser().resolve()

    @property
    def objects(self) -> str:
        """URL of the store of course files: the one that is set, else a folder of the home."""
        return self.assets or (self.home_folder / "assets").as_uri()

    @property
    def scratch(self) -> Path:
        """Folder of files on their way."""
        return self.home_folder / "scratch"


@cache
def settings() -> Settings:
    """The process's settings."""
    return Settings()
