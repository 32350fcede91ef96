"""What has to be done now and then while the program runs: small, repeated, safe to miss once."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.chat.pauses import end_pauses
from bot.core.delivery import Progress
from bot.core.errors import StoreUnavailable
from bot.ports import Store

log = structlog.get_logger()

KEPT_WHEN_GONE = timedelta(days=30)
"""How long the profile of somebody who blocked us is kept: many come back."""

_EVERY = 10.0
_PAUSES_EVERY, _FORGET_EVERY = timedelta(seconds=30), timedelta(hours=1)
RECENT = timedelta(hours=48)


class Chores:
    """Does what is due every few seconds; `busy` says whether anything is being sent."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        *,
        busy: Callable[[], bool],
        beat: Callable[[], None],
        queued: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._busy = busy
        self._beat = beat
        self._queued = queued
        self._next_pauses = self._next_forgetting = clock()
        self._was_busy = False

    async def run(self) -> None:
        """Go on without end."""
        while True:
            self._beat()
            try:
                await self._once()
            except StoreUnavailable as error:
                log.error("store_unavailable", reason=str(error))
            await asyncio.sleep(_EVERY)

    async def _once(self) -> None:
        now = self._clock()
        if now >= self._next_pauses:
            self._next_pauses = now + _PAUSES_EVERY
            if await end_pauses(self._store, self._clock):
                self._queued()
        if now >= self._next_forgetting:
            self._next_forgetting = now + _FORGET_EVERY
            await self._forget(now)
        await self._report(now)

    async def _forget(self, now: datetime) -> None:
        async with self._store.begin() as memory:
            forgotten = await memory.recipients.forget_gone(now - KEPT_WHEN_GONE)
            await memory.link_codes.sweep(now)
        if forgotten:
            log.info("gone_forgotten", subscribers=forgotten)
            await self._store.scrub()

    async def _report(self, now: datetime) -> None:
        busy = self._busy()
        if busy or self._was_busy:
            async with self._store.look() as memory:
                log_progress(await memory.outbox.broadcasts(now - RECENT, now))
        self._was_busy = busy


def log_progress(broadcasts: Sequence[Progress]) -> None:
    """One line for each broadcast that is under way."""
    for one in broadcasts:
        if one.running:
            log.info(
                "broadcast_running",
                kind=one.kind,
                rounds=list(one.round_numbers),
                settled=one.settled,
                of=one.total,
                per_second=round(one.rate, 1),
                left=None if one.left is None else str(one.left),
            )
