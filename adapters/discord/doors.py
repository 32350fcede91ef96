"""Channels to people in private: opened a few at a time, remembered, and known to be closed.

Discord takes many new direct messages in a short time for spam and cuts a bot off, so channels
are opened when people subscribe, and all others only so many a minute. One that took a message is
kept as a fact of its person: alerts bring it along, and it costs one write for each channel.
"""

import time
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

from adapters.discord.sending import Wire
from bot.core.errors import Scope, StoreUnavailable, TryLater

log = structlog.get_logger()

NEW_A_MINUTE = 10
_MINUTE = 60.0
_REMEMBERED = 1_000
"""So many are known here, too: those of alerts that were claimed before they were kept."""

Keep = Callable[[int, int], Awaitable[None]]


async def _nowhere(_person: int, _channel: int) -> None:
    """Where nothing can be kept."""


class Doors:
    """`closed` are people who took no direct message of late."""

    def __init__(
        self,
        wire: Wire,
        keep: Keep = _nowhere,
        *,
        per_minute: int = NEW_A_MINUTE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wire = wire
        self._keep = keep
        self._clock = clock
        self._opened: deque[float] = deque(maxlen=per_minute)
        self._channels: dict[int, int] = {}
        self.closed: set[int] = set()

    async def channel(self, person: int) -> int:
        """The private channel with a person.

        Raises:
            TryLater: too many were opened in the last minute.
            DrawbellError: it cannot be opened.
        """
        known = self._channels.get(person)
        if known is not None:
            return known
        self._take_turn()
        channel = await self._wire.open_dm(person)
        if len(self._channels) >= _REMEMBERED:
            self._channels.pop(next(iter(self._channels)))
        self._channels[person] = channel
        return channel

    async def works(self, person: int, channel: int) -> None:
        """A person's channel took a message: keep it over the next start."""
        try:
            await self._keep(person, channel)
        except StoreUnavailable as error:  # it will be opened once more
            log.error("dm_channel_not_kept", reason=str(error))

    def forget(self, person: int) -> None:
        """A channel is not there any more."""
        self._channels.pop(person, None)

    def _take_turn(self) -> None:
        now = self._clock()
        if len(self._opened) == self._opened.maxlen:
            wait = self._opened[0] + _MINUTE - now
            if wait > 0:
                raise TryLater(
                    "enough direct messages were begun this minute",
                    retry_after=wait,
                    scope=Scope.CHAT,
                )
        self._opened.append(now)
