"""The clock of the poll loop: when it polls, when at once, and when it is asked to wait."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.core.errors import SourceUnavailable
from bot.core.timing import poll_interval
from bot.pipeline.poll import poll
from bot.polling import Poller
from bot.ports import Payload, Unchanged, Validators
from storage.unit_of_work import Database
from tests.builders import a_round
from tests.fakes.people import a_subscriber
from tests.fakes.source import FakeSource, publishing

NEVER = timedelta(hours=1)


class Watched(FakeSource):
    """Lets a test wait for a number of reads."""

    async def read(self, seen: Validators) -> Payload | Unchanged | None:
        try:
            return await super().read(seen)
        finally:
            self.changed.set()

    @property
    def changed(self) -> asyncio.Event:
        if not hasattr(self, "_changed"):
            self._changed = asyncio.Event()
        return self._changed

    async def reads(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.seen) < count:
                self.changed.clear()
                await self.changed.wait()


def machine_s_clock() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def polling(
    source: Watched,
    store: Database,
    interval: Callable[[datetime, timedelta | None], timedelta] = lambda _now, _asked: NEVER,
    queued: Callable[[], None] = lambda: None,
    beat: Callable[[str], None] = lambda _next: None,
    clock: Callable[[], datetime] = machine_s_clock,
) -> AsyncIterator[Poller]:
    poller = Poller(
        partial(poll, source=source, store=store, clock=clock),
        interval,
        clock=clock,
        queued=queued,
        beat=beat,
    )
    poller.start()
    try:
        yield poller
    finally:
        await poller.stop()


async def test_it_polls_at_once_and_then_after_the_interval(store: Database) -> None:
    source = Watched(publishing(a_round()))
    async with polling(source, store, lambda _now, _asked: timedelta(milliseconds=20)):
        await source.reads(3)


async def test_a_poll_that_is_due_while_the_one_before_ends_is_not_lost(store: Database) -> None:
    source = Watched(publishing(a_round()))
    async with polling(source, store, lambda _now, _asked: timedelta()):
        await source.reads(5)


async def test_a_clock_that_is_put_back_keeps_no_poll_waiting(store: Database) -> None:
    """To APScheduler, which reads the machine's clock, what is planned is a day away."""
    source = Watched(publishing(a_round()))

    def ahead() -> datetime:
        return datetime.now(UTC) + timedelta(days=1)

    async with polling(source, store, lambda _now, _asked: timedelta(), clock=ahead):
        await source.reads(2)


async def test_a_hint_makes_it_poll_now(store: Database) -> None:
    source = Watched(publishing(a_round()))
    async with polling(source, store) as poller:
        await source.reads(1)
        poller.hurry()
        await source.reads(2)


async def test_what_the_source_asks_for_reaches_the_interval(store: Database) -> None:
    asked: list[timedelta | None] = []
    done = asyncio.Event()

    def interval(_now: datetime, wait: timedelta | None) -> timedelta:
        asked.append(wait)
        done.set()
        return NEVER

    source = Watched(SourceUnavailable("busy", retry_after=120))
    async with polling(source, store, interval), asyncio.timeout(10):
        await done.wait()

    assert asked == [timedelta(seconds=120)]


async def test_a_hint_does_not_outdo_what_the_source_asks_for(store: Database) -> None:
    planned = asyncio.Event()
    source = Watched(SourceUnavailable("busy", retry_after=0.5), publishing(a_round()))
    async with polling(source, store, beat=lambda _next: planned.set()) as poller:
        started = asyncio.get_running_loop().time()
        async with asyncio.timeout(10):
            await planned.wait()
        poller.hurry()
        await source.reads(2)

        assert asyncio.get_running_loop().time() - started >= 0.5


async def test_who_sends_alerts_is_woken_when_there_are_some(store: Database) -> None:
    woken = asyncio.Event()
    async with store.begin() as memory:
        await memory.subscribers.save(a_subscriber())
    first = publishing(a_round())
    source = Watched(first, publishing(a_round(number="386"), a_round()))
    async with polling(source, store, queued=woken.set) as poller, asyncio.timeout(10):
        await source.reads(1)
        poller.hurry()
        await woken.wait()


async def test_it_says_when_it_will_poll_next(store: Database) -> None:
    said: asyncio.Queue[str] = asyncio.Queue()
    source = Watched(publishing(a_round()))
    async with polling(source, store, beat=said.put_nowait), asyncio.timeout(10):
        soonest = await said.get()

    assert datetime.fromisoformat(soonest) > datetime.now(UTC) + timedelta(minutes=59)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (None, 60),
        (timedelta(seconds=30), 60),
        (timedelta(seconds=90), 90),
        (timedelta(days=7), 3600),
    ],
)
def test_a_source_s_wish_is_granted_up_to_an_hour(asked: timedelta | None, expected: float) -> None:
    working_day = datetime(2025, 12, 11, 18, tzinfo=UTC)

    assert poll_interval(working_day, asked=asked).total_seconds() == expected


def test_intervals_are_the_operator_s() -> None:
    busy, idle = timedelta(seconds=7), timedelta(seconds=70)
    working_day = datetime(2025, 12, 11, 18, tzinfo=UTC)
    sunday = working_day + timedelta(days=3)

    assert poll_interval(working_day, busy=busy, idle=idle) == busy
    assert poll_interval(sunday, busy=busy, idle=idle) == idle
