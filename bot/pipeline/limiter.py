"""Who may send next on one platform: one slot at a time, people's replies before alerts.

Knows four things: the pace of the platform, a pause that all of it shares, how many refusals it
bears, and when each chat may be written to again, and by whom. Nothing of it is kept: after a
restart the platform says it again.
"""

import asyncio
import heapq
import math
from collections import OrderedDict
from collections.abc import Callable
from enum import IntEnum
from itertools import count

import structlog

from bot.core.errors import Scope
from bot.core.pacing import Pace, faster, nap, pace, shared_pause, slower, take

log = structlog.get_logger()

_CHAT_INTERVAL = 1.0
_TIDY = 1000
_EDITS_AT_ONCE = 5
_COMES_BACK_WITHIN = 3.0  # seconds after its time: who looks for what is due looks often
_TROUBLES_IN_A_ROW = 5
_REFUSALS_AT_ONCE = 60.0  # as many as a minute may see, before any of them is waited for
_FIRST_TROUBLE_PAUSE, _LONGEST_TROUBLE_PAUSE = 0.5, 30.0


class Lane(IntEnum):
    """Who overtakes whom."""

    REPLY = 0
    ALERT = 1


class Limiter:
    """Hands out slots. `clock` gives seconds and never goes back; `rate` is messages a second.

    Alerts wait while chats refuse more than so many a minute (`refusals_per_minute`).
    """

    def __init__(
        self,
        rate: float,
        *,
        group_interval: float = _CHAT_INTERVAL,
        refusals_per_minute: float = math.inf,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._clock = clock or asyncio.get_running_loop().time
        self._pace: Pace = pace(rate)
        self._group_interval = group_interval
        self._paused_until = 0.0
        self._refusal_costs = 60 / refusals_per_minute
        self._refusals_paid_at = 0.0
        self._chats: OrderedDict[str, float] = OrderedDict()
        self._kept: dict[str, float] = {}
        self._edits_paid_at: dict[str, float] = {}
        self._limited: dict[str, float] = {}
        self._tidy_at = _TIDY
        self._told_to_wait: set[str] = set()
        self._troubles = 0
        self._waiting: list[tuple[Lane, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._timer: asyncio.TimerHandle | None = None
        self._serves_at = 0.0

    @property
    def rate(self) -> float:
        """Messages a second at this moment."""
        return self._pace.rate

    async def turn(self, lane: Lane) -> None:
        """Wait for a slot; whoever was let through should send at once."""
        if not self._waiting and self._opens_at(lane) <= self._clock():
            self._pace = take(self._pace, self._clock())
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (lane, next(self._numbers), turn))
        self._serve_later()
        await turn

    def _opens_at(self, lane: Lane) -> float:
        for_all = max(self._pace.next_slot, self._paused_until)
        if lane is Lane.REPLY:  # whoever has just written to us will not refuse an answer
            return for_all
        return max(for_all, self._refusals_paid_at - _REFUSALS_AT_ONCE)

    def _serve_later(self) -> None:
        opens_at = self._opens_at(self._waiting[0][0])
        if self._timer is not None:
            if self._serves_at <= opens_at:
                return
            self._timer.cancel()
        self._serves_at = opens_at
        wait = max(nap(self._pace), opens_at - self._clock())
        self._timer = asyncio.get_running_loop().call_later(wait, self._serve)

    def _serve(self) -> None:
        self._timer, now = None, self._clock()
        self._pace = faster(self._pace, now)
        while self._waiting and self._opens_at(self._waiting[0][0]) <= now:
            _lane, _number, turn = heapq.heappop(self._waiting)
            if not turn.done():  # whoever waited may have gone away meanwhile
                self._pace = take(self._pace, now)
                turn.set_result(None)
        if self._waiting:
            self._serve_later()

    def wait_of(self, chat: str, lane: Lane = Lane.ALERT) -> float:
        """Seconds until a chat may be written to; 0 when it may be now."""
        now = self._clock()
        kept = self._kept.get(chat, 0.0) if lane is Lane.REPLY else 0.0
        if self._limited and self._limited.get(chat, now) < now:
            del self._limited[chat]
        until = max(self._chats.get(chat, 0.0), self._limited.get(chat, 0.0), kept)
        return max(0.0, until - now)

    def keep(self, chat: str, seconds: float) -> None:
        """An alert for a chat comes back after so many seconds; until then replies leave it alone.

        Else people who talk all the time would keep it out for as long as they talk.
        """
        now = self._clock()
        if len(self._kept) >= _TIDY:  # some never come back: their alerts are no longer news
            self._kept = {one: until for one, until in self._kept.items() if until > now}
        self._kept[chat] = now + seconds + _COMES_BACK_WITHIN

    def used(self, chat: str, *, group: bool = False) -> None:
        """A chat is being written to."""
        now = self._clock()
        self._kept.pop(chat, None)
        self._chats[chat] = now + (self._group_interval if group else _CHAT_INTERVAL)
        self._chats.move_to_end(chat)
        while self._chats:
            oldest, until = next(iter(self._chats.items()))
            if until > now:
                break
            del self._chats[oldest]

    def edited(self, chat: str) -> float:
        """A message of a chat is to be edited; after how many seconds. A few go at once."""
        now = self._clock()
        if len(self._edits_paid_at) >= _TIDY:
            self._edits_paid_at = {
                one: until for one, until in self._edits_paid_at.items() if until > now
            }
        paid_at = max(self._edits_paid_at.get(chat, now), now) + _CHAT_INTERVAL
        self._edits_paid_at[chat] = paid_at
        return max(0.0, paid_at - now - _EDITS_AT_ONCE * _CHAT_INTERVAL)

    def told_to_wait(self, chat: str, seconds: float, scope: Scope) -> None:
        """The platform answered one chat that we are too quick."""
        now = self._clock()
        self._limit(chat, now, seconds)
        if scope is not Scope.CHAT:
            self._told_to_wait.add(chat)
        pause = shared_pause(seconds, scope, len(self._told_to_wait))
        if pause <= 0:
            return
        if now >= self._paused_until:  # what was on its way complains with it, and counts once
            self._pace = slower(self._pace, now)
            log.warning("platform_limits", seconds=seconds, rate=round(self.rate, 1))
        self._paused_until = max(self._paused_until, now + pause)

    def _limit(self, chat: str, now: float, seconds: float) -> None:
        if len(self._limited) >= self._tidy_at:  # they may never be written to again
            self._limited = {one: until for one, until in self._limited.items() if until > now}
            self._tidy_at = max(_TIDY, 2 * len(self._limited))
        self._limited[chat] = now + seconds

    def trouble(self) -> None:
        """A request did not get through; after several in a row everybody waits a little."""
        now = self._clock()
        if now < self._paused_until:
            return  # what was on its way fails with it, and counts once
        self._troubles += 1
        beyond = self._troubles - _TROUBLES_IN_A_ROW
        if beyond < 0:
            return
        wait = min(_FIRST_TROUBLE_PAUSE * 2 ** min(beyond, 16), _LONGEST_TROUBLE_PAUSE)
        self._paused_until = now + wait
        log.warning("platform_out_of_reach", pause=wait)

    def refused(self) -> None:
        """A chat refused its message: that counts where a platform bears only so many."""
        self.passed()
        now = self._clock()
        slowed = self._refusals_paid_at > now + _REFUSALS_AT_ONCE
        self._refusals_paid_at = max(self._refusals_paid_at, now) + self._refusal_costs
        if not slowed and self._refusals_paid_at > now + _REFUSALS_AT_ONCE:
            log.warning("slowed_by_refusals", a_minute=round(60 / self._refusal_costs))

    def passed(self) -> None:
        """A request got through."""
        self._troubles = 0
        self._told_to_wait.clear()
