"""Delivers on one platform without end: claims ahead, sends side by side, settles as it goes.

Three kinds of tasks share a queue and a list. One claims the next batch before the last one is
sent; many send, each one alert at a time, as the limiter lets them; one writes down whatever has
come to an end since it last wrote, and whoever sent it waits for that: so a crash repeats no more
than is in flight. A database that cannot be used for a while ends none of them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog

from bot.core.delivery import Alert, DeliveryKey, divided
from bot.core.errors import StoreUnavailable
from bot.pipeline.deliver import LEASE, Sender, released, send
from bot.pipeline.ending import let_end
from bot.pipeline.settle import Outcome, settle
from bot.ports import Store

log = structlog.get_logger()
_T = TypeVar("_T")

_LOOK_EVERY = 0.5
_SHORTEST_GATHER, _LONGEST_GATHER = 0.025, 0.060
_STORE_PAUSE = 2.0
_PATIENCE_AT_STOP, _PATIENCE_WITH_STORE = 5.0, 3.0
_SECONDS_AHEAD, _FEWEST, _MOST = 4.0, 10, 500
_END = None


class Courier:
    """Runs until it is told to stop; may be run again if it fails before that."""

    def __init__(
        self, *, store: Store, sender: Sender, beat: Callable[[], None] = lambda: None
    ) -> None:
        self._store = store
        self._sender = sender
        self._traits = sender.notifier.traits
        self._beat = beat
        self._queue: asyncio.Queue[tuple[Alert, datetime] | None] = asyncio.Queue()
        self._done: list[Outcome] = []
        self._in_hand: set[DeliveryKey] = set()
        self._settled: dict[DeliveryKey, asyncio.Future[None]] = {}
        self._writing = asyncio.Lock()  # whoever leases sees in hand just what is not settled
        self._ended = asyncio.Event()
        self._hungry = asyncio.Event()
        self._enough = asyncio.Event()
        self._news = asyncio.Event()
        self._stopping = asyncio.Event()
        self._closing = False

    @property
    def platform(self) -> str:
        """Whose courier this is."""
        return self._traits.platform

    @property
    def busy(self) -> bool:
        """Whether anything is claimed and not yet settled."""
        return bool(self._in_hand)

    def wake(self) -> None:
        """Something may be due: look now."""
        self._news.set()

    def stop(self) -> None:
        """Claim nothing more; finish what is under way."""
        self._stopping.set()
        self._news.set()
        self._hungry.set()
        self._enough.set()

    async def run(self) -> None:
        """Deliver until `stop`; then everything claimed is sent and settled, or given back."""
        self._queue = asyncio.Queue()
        workers = [asyncio.create_task(self._work()) for _ in range(self._traits.in_flight)]
        self._closing = False
        settling = asyncio.create_task(self._settle_on())
        claiming = asyncio.create_task(self._claim_on())
        try:
            await asyncio.wait([claiming, settling], return_when=asyncio.FIRST_COMPLETED)
        finally:
            claiming.cancel()
            await self._finish(workers)
            self._closing = True
            self._ended.set()
            await asyncio.wait([claiming, settling], timeout=_PATIENCE_WITH_STORE)
            settling.cancel()
        for task in (claiming, settling):
            if task.done() and not task.cancelled():
                task.result()  # a fault of ours: whoever keeps us alive is to know

    async def _finish(self, workers: list[asyncio.Task[None]]) -> None:
        while not self._queue.empty():
            waiting = self._queue.get_nowait()
            if waiting is not None:
                self._note(released(waiting[0]))
        for _ in workers:
            self._queue.put_nowait(_END)
        await let_end(workers, _PATIENCE_AT_STOP)

    async def _claim_on(self) -> None:
        while not self._stopping.is_set():
            self._beat()
            claimed = await self._unless_broken(self._claim) or 0
            if claimed:
                await self._until_hungry()
            else:
                await self._until_news()

    async def _claim(self) -> int:
        now, limit = self._sender.clock(), self._batch()
        async with self._store.look() as memory:
            if not await memory.outbox.due(self.platform, now):
                return 0
        async with self._writing, self._store.begin() as memory:
            leased = await memory.outbox.lease(self.platform, now=now, lease=LEASE, limit=limit)
            in_hand = frozenset(self._in_hand)
        async with self._store.look() as memory:  # apart, so that nobody waits to write meanwhile
            alerts = await memory.outbox.read(leased)
        ours, others = divided(alerts, self.platform)
        if others:
            async with self._store.begin() as memory:
                await memory.outbox.give_back(others)
        # What we had when we leased it: its lease had run out (the machine slept) while we have it,
        # and it may have been settled since.
        for alert in ours:
            if in_hand.isdisjoint(alert.keys):
                self._in_hand.update(alert.keys)
                self._queue.put_nowait((alert, now))
        return len(alerts)

    def _batch(self) -> int:
        return int(min(max(self._sender.limiter.rate * _SECONDS_AHEAD, _FEWEST), _MOST))

    async def _until_hungry(self) -> None:
        while self._queue.qsize() > self._batch() // 2 and not self._stopping.is_set():
            self._beat()
            self._hungry.clear()
            await _within(_LOOK_EVERY, self._hungry.wait())

    async def _until_news(self) -> None:
        await _within(_LOOK_EVERY, self._news.wait())
        self._news.clear()

    async def _work(self) -> None:
        while (claimed := await self._queue.get()) is not _END:
            if self._queue.qsize() <= self._batch() // 2:
                self._hungry.set()
            alert, claimed_at = claimed
            try:
                outcome = await send(alert, self._sender, claimed_at)
            except asyncio.CancelledError:
                self._note(released(alert))
                raise
            settled = self._settled[alert.key] = asyncio.get_running_loop().create_future()
            self._note(outcome)
            await settled  # see the module

    def _note(self, outcome: Outcome) -> None:
        self._done.append(outcome)
        self._ended.set()
        if len(self._done) >= self._traits.in_flight // 2:
            self._enough.set()

    async def _settle_on(self) -> None:
        while not self._closing or self._done:
            if self._done:
                await self._gather()
                await self._write_down()
            else:
                await self._ended.wait()
                self._ended.clear()

    async def _gather(self) -> None:
        """Let a few more come to an end: a transaction costs the same for one as for fifty.

        No longer than a quarter of what may be in flight takes to come: the rest is under way.
        """
        self._enough.clear()
        if len(self._done) < self._traits.in_flight // 2 and not self._stopping.is_set():
            quarter = self._traits.in_flight / 4 / self._traits.per_second
            longest = min(max(quarter, _SHORTEST_GATHER), _LONGEST_GATHER)
            await _within(longest, self._enough.wait())

    async def _write_down(self) -> None:
        """Settle what has come to an end; kept and tried again while the database is broken."""
        batch = self._done[:_MOST]
        async with self._writing:
            written = await self._unless_broken(partial(self._settle, batch))
            if written is not None:
                self._let_go(batch)
        if written is None:
            await asyncio.sleep(_STORE_PAUSE)

    async def _settle(self, batch: list[Outcome]) -> bool:
        try:
            await self._settle_together(batch)
        except StoreUnavailable:
            raise
        except Exception:
            # A fault of ours in one outcome must not undo the others, nor send anything twice.
            log.exception("settling_failed", platform=self.platform, outcomes=len(batch))
            await self._settle_apart(batch)
        return True

    async def _settle_apart(self, batch: list[Outcome]) -> None:
        if len(batch) > 1:
            for one in batch:
                await self._settle([one])
            return
        [(alert, settled)] = [(one.alert, one.settled) for one in batch]
        async with self._store.begin() as memory:
            states = [replace(settled, key=key) for key in alert.keys]
            await memory.outbox.settle(states, self._sender.clock())

    async def _settle_together(self, batch: list[Outcome]) -> None:
        breaker, now = self._sender.breaker, self._sender.clock()
        with breaker.unless_undone():
            async with self._store.begin() as memory:
                await settle(memory, batch, breaker, self.platform, now)

    def _let_go(self, batch: list[Outcome]) -> None:
        del self._done[: len(batch)]
        for one in batch:
            self._in_hand.difference_update(one.alert.keys)
            settled = self._settled.pop(one.alert.key, None)
            if settled is not None and not settled.done():  # its worker may have been stopped
                settled.set_result(None)

    async def _unless_broken(self, step: Callable[[], Awaitable[_T]]) -> _T | None:
        try:
            return await step()
        except StoreUnavailable as error:
            log.error("store_unavailable", platform=self.platform, reason=str(error))
            return None


async def _within(seconds: float, waited: Awaitable[object]) -> None:
    try:
        await asyncio.wait_for(waited, seconds)
    except TimeoutError:
        return
