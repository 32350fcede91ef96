"""What keeps requests from being made: a closed gate, a used-up budget, a full bucket, the pace.

Discord bans an address for a while after 10,000 invalid requests (401, 403, 429) in ten minutes.
All times are seconds of one clock that never goes back.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping

WINDOW = 600.0
MOST_INVALID = 5_000
"""So many invalid requests in ten minutes, and we stop by ourselves."""

_LEEWAY, _LATENESS = 1.008, 0.002
"""So much quicker than alerts may requests be, and so many seconds may a timer wake them late.

At 49.25 alerts a second no second holds more than 50 requests, even if they travel 5 ms apart.
"""

_TICK = 0.001

_INVALID = frozenset({401, 403, 429})
_TIDY = 1_000


class Gate:
    """Whether anything may be sent. It closes for a time, and by itself when the budget is used."""

    def __init__(self, clock: Callable[[], float], most: int = MOST_INVALID) -> None:
        self._clock = clock
        self._closed_until = 0.0
        self._invalid: deque[float] = deque(maxlen=most)

    def wait(self) -> float:
        """Seconds until the gate is open; 0 when it is."""
        return max(0.0, self._closed_until - self._clock(), self._budget_back_at() - self._clock())

    def close(self, seconds: float) -> None:
        """Keep it closed for so long."""
        self._closed_until = max(self._closed_until, self._clock() + seconds)

    def answered(self, status: int, *, shared: bool = False) -> None:
        """Count an answer; a limit that is shared with others (`shared`) is no fault of ours."""
        if status in _INVALID and not shared:
            self._invalid.append(self._clock())

    @property
    def invalid(self) -> int:
        """How many invalid requests the last ten minutes have seen."""
        since = self._clock() - WINDOW
        while self._invalid and self._invalid[0] <= since:
            self._invalid.popleft()
        return len(self._invalid)

    def _budget_back_at(self) -> float:
        if self.invalid < (self._invalid.maxlen or 0):
            return 0.0
        return self._invalid[0] + WINDOW


class Spacing:
    """Lets requests through one at a time, never closer together than the pace allows.

    Alerts have a pace already. But some take several requests, the loop may wake them late and
    then all at once, and Discord counts everything.
    """

    def __init__(self, clock: Callable[[], float], per_second: float) -> None:
        self._clock = clock
        self._apart = 1 / (per_second * _LEEWAY)
        self._next_at = 0.0
        self._turn = asyncio.Lock()

    async def turn(self) -> None:
        """Wait until a request may be made; it should then be made at once."""
        async with self._turn:
            wait = self._next_at - self._clock()
            if wait >= _TICK:
                await asyncio.sleep(wait)
            self._next_at = max(self._next_at, self._clock() - _LATENESS) + self._apart


class Buckets:
    """When each of Discord's buckets may be used again, as the headers of its answers said.

    Routes share a bucket if Discord names it alike; each channel has its own (`major`).
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._names: dict[str, str] = {}
        self._free_at: dict[tuple[str, str], float] = {}
        self._tidy_at = _TIDY

    def wait(self, route: str, major: str) -> float:
        """Seconds until a route may be used; 0 when it may be now."""
        if not self._free_at:
            return 0.0
        key = (self._names.get(route, route), major)
        return max(0.0, self._free_at.get(key, 0.0) - self._clock())

    def learn(self, route: str, major: str, headers: Mapping[str, str]) -> None:
        """Note what an answer says of its bucket."""
        name = headers.get("X-RateLimit-Bucket")
        if name is not None:
            self._names[route] = name
        if headers.get("X-RateLimit-Remaining") == "0":
            self._exhausted((name or route, major), headers)

    def _exhausted(self, key: tuple[str, str], headers: Mapping[str, str]) -> None:
        now = self._clock()
        if len(self._free_at) >= self._tidy_at:
            self._free_at = {one: at for one, at in self._free_at.items() if at > now}
            self._tidy_at = max(_TIDY, 2 * len(self._free_at))
        self._free_at[key] = now + seconds_in(headers.get("X-RateLimit-Reset-After"), 0.0)


def seconds_in(text: str | None, otherwise: float) -> float:
    """A header that holds seconds."""
    try:
        return max(0.0, float(text)) if text is not None else otherwise
    except ValueError:
        return otherwise
