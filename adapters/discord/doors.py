"""Channels to people in private: opened a few at a time, remembered, and known to be closed.

Discord takes many new direct messages in a short time for spam and cuts a bot off, so channels
are opened when people subscribe, and all others only so many a minute.
"""

import time
from collections import deque
from collections.abc import Callable

from adapters.discord.sending import Wire
from bot.core.errors import Scope, TryLater

NEW_A_MINUTE = 10
_MINUTE = 60.0
_REMEMBERED = 100_000


class Doors:
    """`closed` are people who took no direct message of late."""

    def __init__(
        self,
        wire: Wire,
        *,
        per_minute: int = NEW_A_MINUTE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wire = wire
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
