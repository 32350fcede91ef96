"""The clock of the poll loop."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from bot.core.errors import StoreUnavailable
from bot.pipeline.poll import poll
from bot.pipeline.unconfirmed import UNREADABLE_FOR
from bot.ports import RoundSource, Store

log = structlog.get_logger()

_PATIENCE_AT_STOP = 5.0
# APScheduler skips a job that comes due while the one before is just ending.
_SOON = timedelta(milliseconds=50)


class Poller:
    """Polls now and from then on, each time after the interval that the hour asks for.

    APScheduler is only the clock: one job, which sets its next time itself, never runs twice at
    once, and after a suspended machine runs once instead of catching up. `interval` says how
    long to wait from a moment on, given what the source asked for. `queued` is called when a poll
    has queued alerts, `beat` after each poll with the time of the next.
    """

    def __init__(
        self,
        source: RoundSource,
        store: Store,
        interval: Callable[[datetime, timedelta | None], timedelta],
        *,
        clock: Callable[[], datetime],
        queued: Callable[[], None],
        beat: Callable[[str], None],
        unconfirmed_after: timedelta = UNREADABLE_FOR,
    ) -> None:
        self._source = source
        self._store = store
        self._interval = interval
        self._clock = clock
        self._queued = queued
        self._beat = beat
        self._unconfirmed_after = unconfirmed_after
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping = False
        self._hurry = False

    def start(self) -> None:
        """Poll now, and go on."""
        self._scheduler.start()
        self._schedule(self._clock())

    def hurry(self) -> None:
        """Something says that there is news: poll now, or once more after the poll under way."""
        self._hurry = True
        if self._idle.is_set() and not self._stopping:
            self._schedule(self._clock() + _SOON)

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
        self._hurry = False
        asked: float | None = None
        try:
            report = await poll(
                source=self._source,
                store=self._store,
                clock=self._clock,
                unconfirmed_after=self._unconfirmed_after,
            )
            asked = report.retry_after
            if report.queued:
                self._queued()
        except StoreUnavailable as error:
            log.error("store_unavailable", reason=str(error))
        except asyncio.CancelledError:
            log.warning("poll_dropped")  # we are stopping; nothing was changed
        except Exception:
            log.exception("poll_failed")
        finally:
            self._idle.set()
            if not self._stopping:
                self._plan(None if asked is None else timedelta(seconds=asked))

    def _plan(self, asked: timedelta | None) -> None:
        now = self._clock()
        wait = _SOON if self._hurry and asked is None else self._interval(now, asked)
        at = now + wait
        self._beat(at.isoformat(timespec="seconds"))
        self._schedule(at)
