"""What a server's answer, or its silence, means for a delivery: one table."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.core.errors import (
    AlertRejected,
    DeliveryError,
    OutcomeUnknown,
    RecipientGone,
    RecipientMoved,
    Scope,
    TryLater,
)

_SCOPES = {"chat": Scope.CHAT, "platform": Scope.PLATFORM}


def refusal(status: int, body: Mapping[str, Any], header_wait: str | None) -> DeliveryError:
    """The error for an answer that is no success."""
    said = body.get("error")
    reason = f"{status} {said}" if isinstance(said, str) else f"{status}"
    match status:
        case 429:
            scope = _SCOPES.get(str(body.get("scope")), Scope.NOT_SAID)
            return TryLater(reason, retry_after=_wait(body, header_wait), scope=scope)
        case 409 if isinstance(body.get("moved_to"), str | int):
            return RecipientMoved(reason, new_address=str(body["moved_to"]))
        case 410 | 403 | 404:
            return RecipientGone(reason, certain=status == 410)
        case 400 | 413 | 422:
            return AlertRejected(reason)
        case 504:
            return OutcomeUnknown(reason)  # a gateway that passed it on and heard nothing back
        case _:
            return TryLater(reason, retry_after=_wait(body, header_wait))


def _wait(body: Mapping[str, Any], header: str | None) -> float | None:
    for said in (body.get("retry_after"), header):
        try:
            seconds = float(said) if said is not None else -1.0
        except (TypeError, ValueError):
            continue
        if 0 <= seconds < float("inf"):
            return seconds
    return None


def silence(error: Exception) -> DeliveryError:
    """The error for a request that got no answer.

    Without a connection nothing was sent. With one, nobody knows how far the request came.
    """
    reason = f"{type(error).__name__}: {error}".rstrip(": ")
    not_sent = (
        aiohttp.ClientConnectorError,
        aiohttp.ConnectionTimeoutError,
        aiohttp.InvalidURL,
    )
    if isinstance(error, not_sent):
        return TryLater(reason)
    return OutcomeUnknown(reason)


UNANSWERED = (aiohttp.ClientError, asyncio.TimeoutError, OSError)
"""What aiohttp raises when there is no answer."""
