"""What Discord and the way to it can answer, as our closed set of errors."""

import asyncio
from collections.abc import Callable, Mapping

import aiohttp
import discord

from adapters.discord.endings import Held, Limited, MaybeSent, NotSent
from bot.core.errors import (
    AlertRejected,
    DeliveryError,
    DrawbellError,
    Misconfigured,
    OutcomeUnknown,
    RecipientGone,
    Scope,
    TryLater,
)

_LONGEST = 200  # characters of what was said: an error page is of no use whole
_BANNED_FOR = 600.0
"""Seconds to keep still when Discord's own front door refuses us and does not say for how long."""

_OPENING_TOO_FAST = 600.0
"""Seconds without new direct messages after Discord called them too many; it names no time."""


class DmsClosed(RecipientGone):
    """The person takes no direct messages from us: a setting of theirs, which they may change."""


class InteractionOver(DeliveryError):
    """Too late to answer, or answered already: nothing is lost but this answer."""


class ChannelGone(RecipientGone):
    """The channel is not there, or not for us."""


class MayNot(RecipientGone):
    """We lack a permission in a server's channel; whoever decides there can give it."""


def translated(error: Exception) -> DrawbellError:
    """The first line of the table that fits."""
    if isinstance(error, DrawbellError):
        return error
    return next(means(error) for kind, means in _TABLE if isinstance(error, kind))


_LIMITS = "Discord asks to wait"


def _limited(error: Exception) -> DrawbellError:
    assert isinstance(error, Limited)  # noqa: S101 - by the table
    who = "us" if error.by_cloudflare else "everybody" if error.everybody else "this chat"
    sentence = f"{_LIMITS} {error.retry_after:g} s ({who})"
    return TryLater(sentence, retry_after=error.retry_after, scope=_scope(error.everybody))


def _scope(everybody: bool) -> Scope:
    return Scope.PLATFORM if everybody else Scope.CHAT


def _held(error: Exception) -> DrawbellError:
    assert isinstance(error, discord.RateLimited)  # noqa: S101 - by the table
    everybody = isinstance(error, Held) and error.everybody
    sentence = f"{_LIMITS} {error.retry_after:.0f} s more"
    return TryLater(sentence, retry_after=error.retry_after, scope=_scope(everybody))


def _refused(error: Exception) -> DrawbellError:
    """By Discord's own code first; by the status if the code is none that we know."""
    assert isinstance(error, discord.HTTPException)  # noqa: S101 - by the table
    if error.status == 403 and error.code == 0:
        return _front_door(_sentence(error))  # no JSON: it is not Discord that speaks
    means = _BY_CODE.get(error.code) or _BY_STATUS.get(error.status)
    if means is None:
        means = _later if error.status >= 500 else _rejected
    return means(_sentence(error))


def _sentence(error: Exception) -> str:
    if isinstance(error, discord.HTTPException):
        said = " ".join(error.text[:_LONGEST].split())
        return f"Discord: {said or error.status} ({error.code or error.status})"
    return f"Discord: {type(error).__name__}"


def _closed(error: Exception) -> DrawbellError:
    assert isinstance(error, discord.ConnectionClosed)  # noqa: S101 - by the table
    if error.code == 4004:
        return _token("")
    if error.code in (4010, 4011, 4012, 4013, 4014):
        return Misconfigured(f"Discord's gateway refuses how we connect (close code {error.code})")
    return TryLater(f"Discord's gateway closed the connection ({error.code})")


_Means = Callable[[str], DrawbellError]


def _token(_said: str) -> DrawbellError:
    return Misconfigured(
        "Discord does not accept the token: check DRAWBELL_DISCORD_TOKEN, "
        "the developer portal shows it"
    )


def _gone(said: str) -> DrawbellError:
    return RecipientGone(said)


def _perhaps_gone(said: str) -> DrawbellError:
    return RecipientGone(said, certain=False)


def _channel_gone(said: str) -> DrawbellError:
    return ChannelGone(said, certain=False)


def _dms_closed(said: str) -> DrawbellError:
    return DmsClosed(said, certain=False)


def _may_not(said: str) -> DrawbellError:
    return MayNot(said, certain=False)


def _later(said: str) -> DrawbellError:
    return TryLater(said)


def _later_here(said: str) -> DrawbellError:
    return TryLater(said, retry_after=10.0, scope=Scope.CHAT)


def _later_everywhere(said: str) -> DrawbellError:
    return TryLater(said, retry_after=30.0, scope=Scope.PLATFORM)


def _opening_too_fast(said: str) -> DrawbellError:
    return TryLater(said, retry_after=_OPENING_TOO_FAST, scope=Scope.PLATFORM)


def _front_door(said: str) -> DrawbellError:
    return TryLater(said, retry_after=_BANNED_FOR, scope=Scope.PLATFORM)


def _rejected(said: str) -> DrawbellError:
    return AlertRejected(said)


def _over(said: str) -> DrawbellError:
    return InteractionOver(said)


_BY_CODE: Mapping[int, _Means] = {
    10003: _channel_gone,
    10004: _perhaps_gone,  # unknown guild
    10008: _over,  # unknown message: what we wanted to edit is gone
    10013: _gone,  # unknown user
    10015: _over,  # unknown webhook: an interaction's fifteen minutes are over
    10062: _over,  # unknown interaction: its three seconds are over
    20016: _later_here,  # slow mode
    20028: _later_here,  # the channel's limit of writing
    20029: _later_here,  # the server's limit of writing
    40001: _token,
    40003: _opening_too_fast,
    40005: _rejected,  # too large
    40060: _over,  # acknowledged already
    40062: _later_everywhere,  # the service is being limited
    50001: _may_not,  # missing access
    50006: _rejected,  # empty message
    50007: _dms_closed,
    50008: _perhaps_gone,  # no channel to write in
    50013: _may_not,  # missing permissions
    50014: _token,
    50024: _perhaps_gone,  # not in a channel of this kind
    50027: _over,  # an interaction's token is over
    50035: _rejected,  # invalid form body
    50083: _perhaps_gone,  # archived thread
    50109: _rejected,  # no JSON
    50278: _dms_closed,  # no server in common, and not installed by the person
    130000: _later_everywhere,  # overloaded
    160005: _perhaps_gone,  # locked thread
}

_BY_STATUS: Mapping[int, _Means] = {
    401: _token,
    403: _may_not,
    404: _perhaps_gone,
    408: _later,
    429: _later_everywhere,
}


def _unreachable(error: Exception) -> DrawbellError:
    return TryLater(f"Discord cannot be reached: {type(error).__name__}")


def _no_gateway(error: Exception) -> DrawbellError:
    """discord.py says so of any refusal of the question where the gateway is."""
    why = error.__cause__
    return _unreachable(error) if not isinstance(why, discord.HTTPException) else translated(why)


def _intents(_error: Exception) -> DrawbellError:
    return Misconfigured("Discord refuses our intents, none of which should be privileged")


# Order decides: what our transport says is more exact than what it is derived from.
_TABLE: tuple[tuple[type[Exception], Callable[[Exception], DrawbellError]], ...] = (
    (Limited, _limited),
    (discord.RateLimited, _held),
    (discord.HTTPException, _refused),
    (discord.LoginFailure, lambda _error: _token("")),
    (discord.PrivilegedIntentsRequired, _intents),
    (discord.ConnectionClosed, _closed),
    (NotSent, lambda error: TryLater(str(error))),
    (MaybeSent, lambda error: OutcomeUnknown(str(error))),
    (discord.GatewayNotFound, _no_gateway),
    (aiohttp.ClientError, _unreachable),  # what only ways through the gateway raise
    (OSError, _unreachable),
    (asyncio.TimeoutError, _unreachable),
    (Exception, lambda error: OutcomeUnknown(_sentence(error))),
)
