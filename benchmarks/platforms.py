"""Made-up platforms to deliver to: in this process, as quick, slow or strict as they are told."""

import asyncio
import math
from bisect import bisect_left
from collections.abc import Callable, Sequence

from bot.core.delivery import Alert
from bot.core.errors import TryLater
from bot.ports import Traits

PLATFORM = "telegram"
"""Where most of the made-up subscribers are."""

_IN_FLIGHT = 128


class Bucket:
    """A server's limit: `rate` messages a second, and up to `burst` at once."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate, self._burst = rate, burst
        self._left, self._at = float(burst), 0.0

    def refuses(self, now: float) -> float:
        """0 if a message passes; else in how many whole seconds to come again."""
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left >= 1:
            self._left -= 1
            return 0
        return math.ceil((1 - self._left) / self._rate)


class Platform:
    """A `bot.ports.Notifier` that notes when each message comes, and answers `delay` later."""

    def __init__(
        self, ceiling: float, *, delay: float = 0.0, limit: Bucket | None = None, most: int = 0
    ) -> None:
        self.traits = Traits(platform=PLATFORM, per_second=ceiling, in_flight=_IN_FLIGHT)
        self.times: list[float] = []
        """When each message came that was taken, in seconds of the loop."""
        self.refused = 0
        self.enough: Callable[[], None] = lambda: None
        """Called when `most` messages were taken."""
        self._delay, self._limit, self._most = delay, limit, most
        self._now = asyncio.get_running_loop().time

    def is_group(self, chat: str) -> bool:  # noqa: ARG002 - as the port has it
        """Nobody here is a group."""
        return False

    async def send(self, alert: Alert, *, plain: bool = False) -> str | None:  # noqa: ARG002
        """Take a message, or refuse it."""
        now = self._now()
        wait = self._limit.refuses(now) if self._limit else 0
        if not wait:
            self.times.append(now)
        if self._delay:
            await asyncio.sleep(self._delay)
        if wait:
            self.refused += 1
            raise TryLater("too many requests", retry_after=wait)
        if 0 < self._most <= len(self.times):
            self.enough()
        return str(len(self.times))


def rate_of(times: Sequence[float]) -> float:
    """Messages a second, from the first to the last."""
    return (len(times) - 1) / (times[-1] - times[0])


def most_in_a_second(times: Sequence[float]) -> int:
    """The most messages in any one second, wherever it begins."""
    return max(bisect_left(times, first + 1, at) - at for at, first in enumerate(times))
