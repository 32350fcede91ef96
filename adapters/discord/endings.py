"""How a request can end, in terms of discord.py's errors and two of our own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import aiohttp
import discord

from adapters.discord.limits import seconds_in
from adapters.unanswered import unanswered

_CLOUDFLARE_WAIT = 600.0
"""Seconds to keep still after Cloudflare's 429, if it names none."""


class NotSent(OSError):
    """No connection came about: Discord has not seen the request."""


class MaybeSent(OSError):
    """The request left and no whole answer came: it may have been carried out."""


class Held(discord.RateLimited):
    """Not sent: a limit known from before is not over. `everybody` says whose it is."""

    def __init__(self, retry_after: float, *, everybody: bool) -> None:
        super().__init__(retry_after)
        self.everybody = everybody


class Limited(discord.HTTPException):
    """Discord's 429, or that of Cloudflare in front of it."""

    def __init__(self, answer: "Answer") -> None:
        super().__init__(cast(aiohttp.ClientResponse, answer), cast(Any, answer.body))
        said = answer.body if isinstance(answer.body, dict) else {}
        self.by_cloudflare = "Via" not in answer.headers or not said
        everywhere = bool(said.get("global")) or "X-RateLimit-Global" in answer.headers
        scope = answer.headers.get("X-RateLimit-Scope", "global" if everywhere else "user")
        self.shared = scope == "shared"
        self.everybody = self.by_cloudflare or everywhere or scope == "global"
        wait = seconds_in(answer.headers.get("Retry-After"), _CLOUDFLARE_WAIT)
        self.retry_after = float(said.get("retry_after") or wait)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What errors keep of a response: not the request, whose headers hold the token."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: object


def refusal(answer: Answer) -> discord.HTTPException:
    """discord.py's error for an answer that is no success."""
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(answer.status, discord.HTTPException)
    if answer.status >= 500:
        kind = discord.DiscordServerError
    return kind(cast(aiohttp.ClientResponse, answer), cast(Any, answer.body))


def failure(error: Exception) -> OSError:
    """The same failure in words of our own."""
    if isinstance(error, NotSent | MaybeSent):
        return error
    return unanswered(error, "Discord", not_sent=NotSent, maybe_sent=MaybeSent)
