"""What the fakes of platforms have in common: faults that take turns, limits, waiting to see."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web

T = TypeVar("T")


@dataclass(kw_only=True)
class Turns:
    """So many turns (None: for ever), after `skip` that pass."""

    skip: int = 0
    times: int | None = 1

    def come(self) -> bool:
        """Whether this is one of them."""
        if self.times == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times = None if self.times is None else self.times - 1
        return True


class Tokens:
    """A bucket of tokens, full at first, that fills again steadily."""

    def __init__(self, per_second: float, burst: float | None = None) -> None:
        self._rate, self._burst = per_second, per_second if burst is None else burst
        self._left, self._at = self._burst, 0.0

    def take(self, now: float) -> float:
        """Take one; seconds to wait if there is none."""
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return (1 - self._left) / self._rate
        self._left -= 1
        return 0.0


class Watched:
    """Something that changes, for whoever waits to see it."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def _bump(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def until(self, seen: Callable[[], T], seconds: float = 10.0) -> T:
        """Wait until something is true, looking again after each change; returns it."""
        async with asyncio.timeout(seconds):
            while not (found := seen()):
                await self._changed.wait()
        return found


async def eventually(found: Callable[[], Awaitable[T]], seconds: float = 15.0) -> T:
    """Look again and again until something is true; returns it."""
    async with asyncio.timeout(seconds):
        while not (seen := await found()):  # noqa: ASYNC110 - a database tells nobody
            await asyncio.sleep(0.005)
    return seen


def dropped(request: web.Request) -> web.StreamResponse:
    """Break the connection off instead of an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
