"""Settings, read once from the environment into a frozen object. `.env.example` lists them all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_SECRET = "development-only"


class BadSetting(ValueError):
    """A setting cannot be used; the message names it and the remedy."""


@dataclass(frozen=True)
class Settings:
    """Everything that can be set from outside. Rules never see this object, only values from it."""

    database_url: str
    secret_key: str = field(repr=False)
    production: bool = False
    instance: Path = Path("instance")
    sqlite_journal: str = "auto"
    undo_seconds: int = 10
    repeat_seconds: float = 1.0
    session_hours: int = 12
    max_body_bytes: int = 8 * 1024 * 1024
    hourly_rate_minor: int = 3000
    closing_months: int = 12
    region: str = "EU"
    marketplace_url: str = ""
    marketplace_token: str = field(default="", repr=False)
    marketplace_agent: str = "BM-Workshop-Workshop;mail@workshop.example"
    marketplace_locale: str = "fr-fr"
    feed_interval_seconds: float = 2.0
    demo_password: str = field(default="demo", repr=False)


def _number(env: Mapping[str, str], name: str, default: float) -> float:
    text = env.get(name, "")
    try:
        return float(text) if text else default
    except ValueError as wrong:
        raise BadSetting(f"{name} is '{text}', which is no number. Set a number, such as {default}.") from wrong


def _sqlite_url(instance: Path) -> str:
    return f"sqlite:///{instance.resolve() / 'workshop.db'}"


def from_env(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings. Raises BadSetting naming the one that cannot be used."""
    env = os.environ if env is None else env
    instance = Path(env.get("WORKSHOP_INSTANCE", "instance"))
    production = env.get("WORKSHOP_ENV", "development") == "production"
    secret = env.get("SECRET_KEY", DEFAULT_SECRET)
    if production and (secret == DEFAULT_SECRET or len(secret) < 16):
        raise BadSetting(
            "SECRET_KEY is missing, default or shorter than 16 characters. "
            f"Set it to a random one, such as {secrets.token_hex(4)}… (32 characters or more)."
        )
    return Settings(
        database_url=env.get("DATABASE_URL") or _sqlite_url(instance),
        secret_key=secret,
        production=production,
        instance=instance,
        sqlite_journal=env.get("WORKSHOP_SQLITE_JOURNAL", "auto"),
        undo_seconds=int(_number(env, "WORKSHOP_UNDO_SECONDS", 10)),
        repeat_seconds=_number(env, "WORKSHOP_REPEAT_SECONDS", 1.0),
        session_hours=int(_number(env, "WORKSHOP_SESSION_HOURS", 12)),
        max_body_bytes=int(_number(env, "WORKSHOP_MAX_BODY_BYTES", 8 * 1024 * 1024)),
        hourly_rate_minor=int(_number(env, "WORKSHOP_HOURLY_RATE_MINOR", 3000)),
        closing_months=int(_number(env, "WORKSHOP_CLOSING_MONTHS", 12)),
        region=env.get("WORKSHOP_REGION", "EU"),
        marketplace_url=env.get("BACKMARKET_BASE_URL", ""),
        marketplace_token=env.get("BACKMARKET_TOKEN", ""),
        marketplace_agent=env.get("BACKMARKET_USER_AGENT", Settings.marketplace_agent),
        marketplace_locale=env.get("BACKMARKET_LOCALE", Settings.marketplace_locale),
        feed_interval_seconds=_number(env, "WORKSHOP_FEED_INTERVAL_SECONDS", 2.0),
        demo_password=env.get("WORKSHOP_DEMO_PASSWORD", "demo"),
    )
