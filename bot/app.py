"""Composition root: the one place that names concrete classes, timers and signals."""

import asyncio
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from adapters.ircc.fetch import source_at
from bot.core.errors import StoreUnavailable
from bot.core.timing import poll_interval
from bot.pipeline.poll import PollReport, poll
from bot.ports import RoundSource, Store
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
    """Poll for as long as the process lives; SIGINT and SIGTERM end it after the current step.

    Raises:
        StoreUnavailable: the database cannot be opened.
    """
    async with open_database(settings.database_url) as store:
        stop = asyncio.Event()
        _on_signals(stop.set)
        poller = Poller(source_at(settings.ircc_feed_url), store, settings.poll_seconds)
        poller.start()
        log.info("started", feed=settings.ircc_feed_url)
        await stop.wait()
        await poller.stop()
        log.info("stopped")


class Poller:
    """Polls now and from then on, each time after the interval that the hour asks for.

    APScheduler is only the clock: one job, which sets its next time itself, never runs twice at
    once, and after a suspended machine runs once instead of catching up.
    """

    def __init__(self, source: RoundSource, store: Store, seconds: float | None) -> None:
        self._source = source
        self._store = store
        self._fixed = None if seconds is None else timedelta(seconds=seconds)
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._idle = asyncio.Event()
        self._idle.set()

    def start(self) -> None:
        """Poll now, and go on."""
        self._scheduler.start()
        self._schedule(now())

    async def stop(self) -> None:
        """Start no further poll, and wait for the current one."""
        self._scheduler.remove_all_jobs()
        await self._idle.wait()
        self._scheduler.shutdown(wait=False)

    def _schedule(self, at: datetime) -> None:
        self._scheduler.add_job(
            self._poll,
            DateTrigger(at),
            id="poll",
            replace_existing=True,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    async def _poll(self) -> None:
        self._idle.clear()
        try:
            await poll(source=self._source, store=self._store, clock=now)
        except StoreUnavailable as error:
            log.error("store_unavailable", reason=str(error))
        except Exception:
            log.exception("poll_failed")
        finally:
            self._schedule(now() + poll_interval(now(), self._fixed))
            self._idle.set()


def _on_signals(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
