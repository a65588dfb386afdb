"""Every setting of Scholagraph, read once from the environment."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).parent


class Settings(BaseSettings):
    """Environment variables, prefixed `SCHOLAGRAPH_` but for `HOST` and `PORT`; the README lists each."""

    model_config = SettingsConfigDict(env_prefix="SCHOLAGRAPH_", populate_by_name=True, frozen=True)

    host: str = Field("127.0.0.1", validation_alias="HOST")
    port: int = Field(8000, validation_alias="PORT", ge=0, le=65535)
    home: Path = Path("~/.local/share/scholagraph")
    database_url: str | None = None
    postgres: Literal["system", "wheel"] | None = None
    pool_size: int = Field(8, ge=1)
    env: Literal["development", "production"] = "development"
    hosts: dict[str, str] = Field(default_factory=dict)

    @property
    def home_folder(self) -> Path:
        """`home` with `~` resolved."""
        return self.home.expanduser().resolve()


@cache
def settings() -> Settings:
    """The process's settings."""
    return Settings()
