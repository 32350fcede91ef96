"""Composition root: the one place that names concrete classes, loops and signals."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog

from bot.chores import Chores
from bot.core.subscribers import Address
from bot.desk import Desk
from bot.instance import Instance
from bot.keeping import Pulse, keep
from bot.owners import Owners
from bot.pipeline.courier import Courier
from bot.pipeline.deliver import a_sender
from bot.pipeline.limiter import Limiter
from bot.pipeline.poll import PollReport, confirm, poll
from bot.pipeline.stale import reads_from
from bot.platforms import Platform, discord_of, http_of, telegram_of
from bot.polling import Poller
from bot.ports import Store
from bot.settings import Settings
from bot.sources import french_twin_of, interval_of, news_of, source_of
from bot.watching import NewsWatch
from bot.wording.spans import Reply
from storage.unit_of_work import open_database

log = structlog.get_logger()

_LONGEST_STOP = 9.0


def now() -> datetime:
    """The clock of the process, in UTC."""
    return datetime.now(UTC)


async def poll_once(settings: Settings) -> PollReport:
    """One poll of the configured source into the configured database.

    Raises:
        StoreUnavailable: the database cannot be used.
    """
    async with open_database(settings.database_url) as store:
        return await _poll_of(settings, store)()


def _poll_of(settings: Settings, store: Store) -> Callable[[], Awaitable[PollReport]]:
    """One poll, as the settings ask for it."""
    source, twin = source_of(settings), french_twin_of(settings)
    after = timedelta(minutes=settings.unconfirmed_after_minutes)
    first = True

    async def look() -> PollReport:
        nonlocal first
        if first:
            await reads_from(store, settings.ircc_feed_url)
            first = False
        return await poll(source=source, store=store, clock=now, twin=twin, unconfirmed_after=after)

    return look


async def serve(settings: Settings) -> None:
    """Poll and deliver for as long as the process lives; SIGINT and SIGTERM end it.

    While another instance runs on the same database, it stands by.

    Raises:
        StoreUnavailable: the database cannot be opened.
    """
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_database(settings.database_url))
        platforms = await _platforms(settings, store, stack)
        stop = asyncio.Event()
        _on_signals(stop.set)
        instance = Instance(store, now, platforms=_names(platforms))
        while await instance.acquire(stop):
            log.info("started", feed=settings.ircc_feed_url, platforms=_names(platforms))
            await _run_until_stopped(settings, store, platforms, instance, stop)
        await instance.leave()
        log.info("stopped")


async def _platforms(settings: Settings, store: Store, stack: AsyncExitStack) -> list[Platform]:
    """Every platform that is set up; none of them is connected yet."""
    found: list[Platform] = []
    if settings.telegram_token is not None:
        found.append(await stack.enter_async_context(telegram_of(settings)))
    if settings.discord_token is not None:
        found.append(await stack.enter_async_context(discord_of(settings, store)))
    if settings.http_url is not None:
        found.append(await stack.enter_async_context(http_of(settings.http_url, settings)))
    return found


def _names(platforms: Sequence[Platform]) -> list[str]:
    return [platform.name for platform in platforms]


async def _run_until_stopped(
    settings: Settings,
    store: Store,
    platforms: Sequence[Platform],
    instance: Instance,
    stop: asyncio.Event,
) -> None:
    """Run all loops until `stop` or until the lease is lost; then end each of them in order."""
    pulse = Pulse(store, now)
    give_up, dice = timedelta(hours=settings.give_up_hours), random.SystemRandom()
    senders = [a_sender(one.notifier, now, give_up, dice.random) for one in platforms]
    couriers = [
        Courier(store=store, sender=sender, beat=pulse.beat_of(f"deliver {one.name}"))
        for one, sender in zip(platforms, senders, strict=True)
    ]

    def wake() -> None:
        for courier in couriers:
            courier.wake()

    def busy() -> bool:
        return any(courier.busy for courier in couriers)

    chores = Chores(store, now, busy=busy, beat=pulse.beat_of("chores"), queued=wake)
    poller = Poller(
        _poll_of(settings, store),
        interval_of(settings),
        clock=now,
        queued=wake,
        beat=pulse.beat_of("poll"),
    )
    ending = asyncio.Event()
    delivering = [_kept(f"deliver {one.platform}", one.run, ending) for one in couriers]
    helping = [_kept("pulse", pulse.run), _kept("chores", chores.run)]
    talking = [
        _kept(
            f"talk {one.name}",
            partial(one.run, store, sender.limiter, now, pulse.beat_of(f"talk {one.name}")),
        )
        for one, sender in zip(platforms, senders, strict=True)
    ]
    tellers = {
        one.name: partial(_tell, one, sender.limiter)
        for one, sender in zip(platforms, senders, strict=True)
    }
    desk = Desk([_operator(text) for text in settings.admin_chats], tellers, store, now)
    helping.append(_kept("desk", desk.run))
    helping.append(_kept("owners", Owners(tellers, store, now).run))
    news = NewsWatch(
        news_of(settings),
        store,
        now,
        seconds=settings.news_seconds,
        hurry=poller.hurry,
        beat=pulse.beat_of("news"),
    )
    helping.append(_kept("news", news.run))
    poller.start()
    await _first_of(stop.wait(), instance.hold())
    ending.set()
    for courier in couriers:
        courier.stop()
    await asyncio.gather(poller.stop(), *delivering, _cancelled(talking))
    await _cancelled(helping)


async def _tell(platform: Platform, limiter: Limiter, chat: str, reply: Reply) -> None:
    await platform.tell(chat, reply, limiter)


def _operator(text: str) -> Address:
    platform, _, chat = text.partition(":")
    return Address(platform=platform, chat=chat)


def _kept(
    name: str, run: Callable[[], Awaitable[None]], ending: asyncio.Event | None = None
) -> asyncio.Task[None]:
    return asyncio.create_task(keep(name, run, ending))


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

    def told() -> None:
        stop()
        loop.call_later(_LONGEST_STOP, _end_at_once)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told)


def _end_at_once() -> None:
    """Wait no longer, for a locked database say; nothing is lost by it, as by no crash."""
    log.critical("stopped_at_once", reason=f"it took longer than {_LONGEST_STOP:g} s")
    sys.stderr.flush()
    os._exit(0)


async def confirm_round(settings: Settings, number: str) -> int:
    """Tell people of a round that was held; returns how many alerts were queued.

    Raises:
        DrawbellError: there is no such round, or it is not held.
    """
    async with open_database(settings.database_url) as store:
        return await confirm(number, store, now)
