"""Settings from the environment or `.env`, read once and checked; adapters get plain values."""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from adapters.addresses import chat_of

PREFIX = "DRAWBELL_"
OFFICIAL_FEED = "https://www.canada.ca/content/dam/ircc/documents/json/ee_rounds_123_en.json"
NEWS_FEEDS = (
    "https://api.io.canada.ca/io-server/gc/news/en/v2?dept=departmentofcitizenshipandimmigration"
    "&sort=publishedDate&orderBy=desc&pick=50&format=atom",
    "https://www.cicnews.com/feed",
)
"""IRCC's newsroom, and a site that reports rounds on the day they are held."""

_HIGHEST_PORT = 65_535
_Url = Annotated[str, Field(pattern=r"^https?://[^/]")]


class WrongSettings(Exception):
    """A setting is unknown or has a value that cannot be used; says which and what to do."""


class Settings(BaseSettings):
    """Everything an operator can set. Names stand without their prefix `DRAWBELL_`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",  # other programs share the file; our own names are checked below
        frozen=True,
    )

    database_url: str = "sqlite+aiosqlite:///drawbell.db"
    telegram_token: SecretStr | None = None
    discord_token: SecretStr | None = None
    telegram_api_url: _Url = "https://api.telegram.org"
    discord_api_url: _Url = "https://discord.com/api/v10"
    telegram_per_second: float = Field(default=30, gt=0, le=1000)
    telegram_per_group_minute: float = Field(default=20, gt=0, le=600)
    telegram_paid_broadcast: bool = False
    telegram_proxy: str | None = None
    telegram_webhook_url: _Url | None = None
    telegram_webhook_listen: str = Field(default="127.0.0.1:8443", pattern=r"^.+:\d{1,5}$")
    discord_per_second: float = Field(default=49.25, gt=0, le=1000)
    discord_shards: int | None = Field(default=None, ge=1, le=1000)
    discord_proxy: str | None = None
    http_url: str | None = None
    http_per_second: float = Field(default=30, gt=0, le=10_000)
    http_idempotent_seconds: float = Field(default=0, ge=0, le=86_400)
    http_timeout_seconds: float = Field(default=30, gt=0, le=600)
    give_up_hours: float = Field(default=24, gt=0, le=720)
    ircc_feed_url: str = OFFICIAL_FEED
    ircc_fallback_urls: Annotated[tuple[str, ...], NoDecode] = ()
    ircc_french_url: str | None = None
    contact: str | None = None
    poll_seconds: float | None = Field(default=None, gt=0, le=86_400)
    poll_busy_seconds: float = Field(default=60, gt=0, le=86_400)
    poll_idle_seconds: float = Field(default=600, gt=0, le=86_400)
    news_feeds: Annotated[tuple[str, ...], NoDecode] = NEWS_FEEDS
    news_seconds: float = Field(default=300, gt=0, le=86_400)
    unconfirmed_after_minutes: float = Field(default=30, ge=0, le=10_080)
    admin_chats: Annotated[tuple[str, ...], NoDecode] = ()
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms that are set up: with a token, or an address."""
        keys = {
            "telegram": self.telegram_token,
            "discord": self.discord_token,
            "http": self.http_url,
        }
        return tuple(platform for platform, key in keys.items() if key is not None)

    @field_validator("ircc_fallback_urls", "news_feeds", "admin_chats", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str) and value.strip().casefold() == "none":
            return ()
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("telegram_webhook_listen")
    @classmethod
    def _has_port(cls, value: str) -> str:
        if int(value.rpartition(":")[2]) > _HIGHEST_PORT:
            raise ValueError(f"a port is at most {_HIGHEST_PORT}")
        return value

    @field_validator("admin_chats")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            platform, _, chat = text.partition(":")
            if platform not in ("telegram", "discord", "http") or not chat:
                raise ValueError(f"{text!r} is not PLATFORM:CHAT, like telegram:123456")
            chat_of(platform, chat)
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("log_format", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Read and check the settings.

    Raises:
        WrongSettings: a name is unknown, or a value cannot be used.
    """
    _check_names(env_file)
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg] # pydantic-settings' own
    except ValidationError as error:
        raise WrongSettings("; ".join(_sentences(error))) from error
    except UnicodeDecodeError as error:
        raise WrongSettings(f"{env_file} is no UTF-8 text") from error


def _sentences(error: ValidationError) -> list[str]:
    return [
        f"{PREFIX}{str(found['loc'][0]).upper() if found['loc'] else ''}: {found['msg']}"
        for found in error.errors(include_input=False)
    ]


def _check_names(env_file: Path | None) -> None:
    """A mistyped name would otherwise be ignored in silence."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in (*os.environ, *_names_in(env_file)):
        upper = name.upper()
        if upper.startswith(PREFIX) and upper not in known:
            bare = [one.removeprefix(PREFIX) for one in known]
            close = get_close_matches(upper.removeprefix(PREFIX), bare, n=1)
            hint = f"; did you mean {PREFIX}{close[0]}?" if close else "; see .env.example"
            raise WrongSettings(f"there is no setting {upper}{hint}")


def _names_in(env_file: Path | None) -> list[str]:
    if env_file is None or not env_file.is_file():
        return []
    try:
        lines = env_file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSettings(f"{env_file} cannot be read: {error}") from error
    return [line.removeprefix("export ").partition("=")[0].strip() for line in lines]
