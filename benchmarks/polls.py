"""The steps of the topic `poll`: the product's own poll, poller and courier, a process each."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from unittest.mock import patch

from adapters import web
from adapters.ircc import fetch
from adapters.ircc.french import FrenchTwin
from adapters.ircc.parse import parse
from benchmarks.child import Facts
from benchmarks.platforms import Platform
from bot.logs import configure_logs
from bot.loop import run
from bot.pipeline.courier import Courier
from bot.pipeline.deliver import a_sender
from bot.pipeline.poll import PollReport, poll
from bot.polling import Poller
from bot.ports import NameSource, Payload, RoundSource, Store, Unchanged, Validators
from storage.unit_of_work import open_database

_POLLS = 60
_UNLIMITED, _PATIENCE = 1e9, 60.0


def unchanged(url: str, path: str) -> Facts:
    """Step: polls that find nothing new, next to bare requests for the same."""
    return run(_unchanged(url, path))


async def _unchanged(url: str, path: str) -> Facts:
    source, twin = fetch.HttpSource(url), FrenchTwin(url)
    async with _store(path) as store:
        await _poll(source, store, twin)
        async with store.look() as memory:
            seen = await memory.source.seen()
        with patch("adapters.ircc.fetch.parse", side_effect=parse) as parses:
            ours = [await _cost(partial(_poll, source, store, twin)) for _ in range(_POLLS)]
        manner = web.Manner(accept="application/json", longest=10_000_000)
        bare = [await _cost(partial(web.get, url, seen, manner)) for _ in range(_POLLS)]
    return {
        "cpu": median(cpu for cpu, _ in ours),
        "wall": median(wall for _, wall in ours),
        "bare_cpu": median(cpu for cpu, _ in bare),
        "parses": parses.call_count,
    }


async def _cost(step: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """CPU and wall time of a step, in milliseconds."""
    cpu, started = time.process_time(), time.perf_counter()
    await step()
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - started) * 1000


def changed(before: str, after: str, path: str) -> Facts:
    """Step: a list with one row more than the last one, from its bytes to the commit."""
    return run(_changed(Path(before), Path(after), path))


async def _changed(before: Path, after: Path, path: str) -> Facts:
    reports: list[PollReport] = []

    async def look(source: RoundSource) -> None:
        reports.append(await _poll(source, store))

    async with _store(path) as store:
        await look(fetch.FileSource(before))
        cpu, wall = await _cost(partial(look, fetch.FileSource(after)))
    started = time.perf_counter()
    rounds = len(json.loads(await asyncio.to_thread(after.read_bytes))["rounds"])
    alone = (time.perf_counter() - started) * 1000
    news = reports[-1].news
    assert news is not None
    assert len(news.to_tell) == 1
    queued = reports[-1].queued
    return {"cpu": cpu, "wall": wall, "json": alone, "rounds": rounds, "queued": queued}


def first_alert(url: str, path: str, feed: str, next_feed: str) -> Facts:
    """Step: the program runs, a round is published; seconds to the commit and the first alert."""
    return run(_first_alert(url, path, Path(feed), Path(next_feed)))


async def _first_alert(url: str, path: str, feed: Path, next_feed: Path) -> Facts:
    now = asyncio.get_running_loop().time
    polled, told = asyncio.Event(), asyncio.Event()
    committed: list[float] = []
    async with _store(path) as store:
        source, platform = _Timed(fetch.HttpSource(url)), Platform(_UNLIMITED, most=1)
        platform.enough = told.set
        courier = Courier(store=store, sender=a_sender(platform, _now))

        def queued() -> None:
            committed.append(now())
            courier.wake()

        poller = Poller(
            partial(_poll, source, store),
            lambda _now, _asked: timedelta(hours=1),
            clock=_now,
            queued=queued,
            beat=lambda _next: polled.set(),
        )
        delivering = asyncio.create_task(courier.run())
        async with asyncio.timeout(_PATIENCE):
            poller.start()
            await polled.wait()
            await asyncio.to_thread(next_feed.replace, feed)
            poller.hurry()
            await told.wait()
        first = platform.times[0]
        courier.stop()
        await delivering
        await poller.stop()
        async with store.look() as memory:
            alerts = await memory.outbox.queued(1)
    asked = source.asked[-1]
    return {"first": first - asked, "committed": committed[0] - asked, "queued": alerts}


class _Timed:
    """A source that notes when it is asked."""

    def __init__(self, source: RoundSource) -> None:
        self._source = source
        self._now = asyncio.get_running_loop().time
        self.asked: list[float] = []

    async def read(self, seen: Validators) -> Payload | Unchanged | None:
        """See `bot.ports.RoundSource`."""
        self.asked.append(self._now())
        return await self._source.read(seen)


async def _poll(source: RoundSource, store: Store, twin: NameSource | None = None) -> PollReport:
    report = await poll(source=source, store=store, clock=_now, twin=twin)
    assert report.failure is None, report.failure
    return report


@asynccontextmanager
async def _store(path: str) -> AsyncIterator[Store]:
    configure_logs("ERROR", "json")  # what the product writes only when somebody asks for it
    async with open_database(f"sqlite+aiosqlite:///{path}") as store:
        yield store


def _now() -> datetime:
    return datetime.now(UTC)
