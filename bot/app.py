"""Composition root: the one place that names concrete classes, loops and signals."""

import asyncio
import random
import signal
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from adapters.http.notifier import http_notifier
from adapters.ircc.fetch import source_at
from bot.chores import Chores
from bot.core.detect import Status
from bot.core.errors import DrawbellError
from bot.instance import Instance
from bot.keeping import Pulse, keep
from bot.pipeline.courier import Courier
from bot.pipeline.deliver import a_sender
from bot.pipeline.poll import PollReport, announce, poll
from bot.polling import Poller
from bot.ports import Notifier, Store
from bot.settings import Settings
from storage.unit_of_work import open_database

log = structlog.get_logger()


def now() -> datetime:
    """The clock of the process, in UTC."""
    return datetime.now(UTC)


async def poll_once(settings: Settings) -> PollReport:
    """One poll of the configured source into the configured database.

    Raises:
        StoreUnavailable: the database cannot be used.
    """
    async with open_database(settings.database_url) as store:
        return await poll(source=source_at(settings.ircc_feed_url), store=store, clock=now)


async def serve(settings: Settings) -> None:
    """Poll and deliver for as long as the process lives; SIGINT and SIGTERM end it.

    While another instance runs on the same database, it stands by.

    Raises:
        StoreUnavailable: the database cannot be opened.
    """
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_database(settings.database_url))
        notifiers = await _notifiers(settings, stack)
        stop = asyncio.Event()
        _on_signals(stop.set)
        instance = Instance(store, now)
        while await instance.acquire(stop):
            log.info("started", feed=settings.ircc_feed_url, platforms=_names(notifiers))
            await _run_until_stopped(settings, store, notifiers, instance, stop)
        await instance.leave()
        log.info("stopped")


async def _notifiers(settings: Settings, stack: AsyncExitStack) -> list[Notifier]:
    for platform in ("telegram", "discord"):
        if platform in settings.platforms:
            log.warning("platform_missing", platform=platform, note="alerts wait in the outbox")
    if settings.http_url is None:
        return []
    http = http_notifier(
        settings.http_url,
        per_second=settings.http_per_second,
        idempotent_seconds=settings.http_idempotent_seconds,
        timeout_seconds=settings.http_timeout_seconds,
    )
    return [await stack.enter_async_context(http)]


def _names(notifiers: Sequence[Notifier]) -> list[str]:
    return [notifier.traits.platform for notifier in notifiers]


async def _run_until_stopped(
    settings: Settings,
    store: Store,
    notifiers: Sequence[Notifier],
    instance: Instance,
    stop: asyncio.Event,
) -> None:
    """Run all loops until `stop` or until the lease is lost; then end each of them in order."""
    pulse = Pulse(store, now)
    couriers = _couriers(settings, store, notifiers, pulse)

    def wake() -> None:
        for courier in couriers:
            courier.wake()

    def busy() -> bool:
        return any(courier.busy for courier in couriers)

    chores = Chores(store, now, busy=busy, beat=pulse.beat_of("chores"), queued=wake)
    poller = Poller(
        source_at(settings.ircc_feed_url),
        store,
        settings.poll_seconds,
        clock=now,
        queued=wake,
        beat=pulse.beat_of("poll"),
    )
    delivering = [asyncio.create_task(keep(f"deliver {one.platform}", one.run)) for one in couriers]
    helping = [
        asyncio.create_task(keep("pulse", pulse.run)),
        asyncio.create_task(keep("chores", chores.run)),
    ]
    poller.start()
    await _first_of(stop.wait(), instance.hold())
    for courier in couriers:
        courier.stop()
    await asyncio.gather(poller.stop(), *delivering)
    await _cancelled(helping)


def _couriers(
    settings: Settings, store: Store, notifiers: Sequence[Notifier], pulse: Pulse
) -> list[Courier]:
    give_up = timedelta(hours=settings.give_up_hours)
    dice = random.SystemRandom()
    return [
        Courier(
            store=store,
            sender=a_sender(notifier, now, give_up, dice.random),
            beat=pulse.beat_of(f"deliver {notifier.traits.platform}"),
        )
        for notifier in notifiers
    ]


async def _first_of(*waits: Coroutine[Any, Any, object]) -> None:
    tasks = [asyncio.create_task(wait) for wait in waits]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    await _cancelled(tasks)


async def _cancelled(tasks: Sequence[asyncio.Task[object]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _on_signals(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)


async def confirm_round(settings: Settings, number: str) -> int:
    """Tell people of a round that was held; returns how many alerts were queued.

    Raises:
        DrawbellError: there is no such round, or it is not held.
    """
    async with open_database(settings.database_url) as store, store.begin() as memory:
        known = await memory.rounds.find(number)
        if known is None or known.status is not Status.HELD:
            raise DrawbellError(
                f"round #{number} is not held; `drawbell doctor` lists those that are"
            )
        await memory.rounds.set_status([known.round], Status.ANNOUNCED)
        return await announce(memory, [known.round], now())
