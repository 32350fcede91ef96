"""Requests that got no answer: whether anybody can have seen them."""

from collections.abc import Callable
from typing import TypeVar

import aiohttp

_Ours = TypeVar("_Ours", bound=Exception)
_BEFORE_SENDING = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)


def unanswered(
    error: Exception,
    who: str,
    *,
    not_sent: Callable[[str], _Ours],
    maybe_sent: Callable[[str], _Ours],
) -> _Ours:
    """The same failure in words of our own, as aiohttp's may quote a URL with its token.

    Without a connection nothing was sent. With one, nobody knows how far the request came.
    """
    if isinstance(error, _BEFORE_SENDING):
        return not_sent(f"{who} cannot be reached: {_reason(error)}")
    return maybe_sent(f"{who}'s answer did not arrive: {_reason(error)}")


def _reason(error: Exception) -> str:
    strerror = error.os_error.strerror if isinstance(error, aiohttp.ClientConnectorError) else None
    return strerror or type(error).__name__
