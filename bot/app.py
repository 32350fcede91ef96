"""Composition root: the one place that names concrete classes, timers and signals."""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from adapters.ircc.fetch import source_at
from bot.core.detect import Status
from bot.core.errors import DrawbellError, StoreUnavailable
from bot.core.timing import poll_interval
from bot.pipeline.poll import PollReport, announce, poll
from bot.ports import RoundSource, Store
from bot.settings import Settings
from storage.unit_of_work import open_database

log = structlog.get_logger()

_PATIENCE_AT_STOP = 5.0


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
        for platform in settings.platforms:
            log.warning("platform_missing", platform=platform, note="alerts wait in the outbox")
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
        self._stopping = False

    def start(self) -> None:
        """Poll now, and go on."""
        self._scheduler.start()
        self._schedule(now())

    async def stop(self) -> None:
        """Start no further poll; give the current one a few seconds, then drop it.

        A poll that is dropped has changed nothing: its transaction is rolled back.
        """
        self._stopping = True
        self._scheduler.remove_all_jobs()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), _PATIENCE_AT_STOP)
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
        except asyncio.CancelledError:
            log.warning("poll_dropped")  # we are stopping; nothing was changed
        except Exception:
            log.exception("poll_failed")
        finally:
            self._idle.set()
            if not self._stopping:
                self._schedule(now() + poll_interval(now(), self._fixed))


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
