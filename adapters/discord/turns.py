"""One person's wishes one after the other, everybody's at once, and not too many of anybody's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

MOST_WAITING = 5
"""So many things one person may have asked for that are not answered yet."""


class TooMany(Exception):
    """Somebody asks faster than we answer."""


class Turns:
    """Who is being answered, and who waits."""

    def __init__(self) -> None:
        self._locks: dict[int, asyncio.Lock] = {}
        self._waiting: dict[int, int] = {}

    @asynccontextmanager
    async def of(self, person: int) -> AsyncIterator[None]:
        """Wait until what the same person asked for before is answered.

        Raises:
            TooMany: that is too much already.
        """
        waiting = self._waiting.get(person, 0)
        if waiting > MOST_WAITING:
            raise TooMany
        self._waiting[person] = waiting + 1
        try:
            async with self._locks.setdefault(person, asyncio.Lock()):
                yield
        finally:
            self._waiting[person] -= 1
            if not self._waiting[person]:
                del self._waiting[person], self._locks[person]
