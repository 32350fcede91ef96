"""Notices when a platform refuses many chats alike: then the platform is wrong, not the chats.

On 31 October 2023 Telegram told administrators' bots for hours that they had no rights.
"""

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=10)
"""How long a refusal counts."""

FEWEST, SHARE = 10, 0.1
"""So many chats, and more than this share of those tried: then nobody is called gone."""

_SLICE = timedelta(minutes=1)


class Breaker:
    """Counts what was tried on one platform in slices of a minute."""

    def __init__(self) -> None:
        self._slices: deque[tuple[datetime, Counter[str | None]]] = deque()
        self.open_for: str | None = None
        self.incidents: set[str] | None = None  # kinds that are open; None: look first

    @contextmanager
    def unless_undone(self) -> Iterator[None]:
        """What the block counts is forgotten if the block fails: it is about to be done again."""
        slices = deque((begun, counts.copy()) for begun, counts in self._slices)
        open_for = self.open_for
        try:
            yield
        except BaseException:
            self._slices, self.open_for, self.incidents = slices, open_for, None
            raise

    def passed(self, now: datetime) -> None:
        """A chat took its message."""
        self._count(None, now)

    def refused(self, reason: str, now: datetime) -> bool:
        """A chat refused its message; True when that opens the breaker."""
        self._count(reason, now)
        if self.open_for is not None or not self._many(reason):
            return False
        self.open_for = reason
        return True

    def closed(self, now: datetime) -> bool:
        """Whether an open breaker has just closed: chats take messages, and few refuse them.

        That nobody was asked of late proves nothing.
        """
        self._forget(now)
        if self.open_for is None:
            return False
        alike, tried = self._alike(self.open_for)
        if not tried or alike > SHARE * tried:
            return False
        self.open_for = None
        return True

    def _many(self, reason: str) -> bool:
        alike, tried = self._alike(reason)
        return alike >= FEWEST and alike > SHARE * tried

    def _alike(self, reason: str) -> tuple[int, int]:
        alike = sum(counts[reason] for _begun, counts in self._slices)
        tried = sum(counts.total() for _begun, counts in self._slices)
        return alike, tried

    def _count(self, what: str | None, now: datetime) -> None:
        self._forget(now)
        if not self._slices or self._slices[-1][0] + _SLICE <= now:
            self._slices.append((now, Counter()))
        self._slices[-1][1][what] += 1

    def _forget(self, now: datetime) -> None:
        while self._slices and self._slices[0][0] + WINDOW <= now:
            self._slices.popleft()
