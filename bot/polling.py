"""The clock of the poll loop."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from bot.core.errors import StoreUnavailable
from bot.pipeline.poll import PollReport

log = structlog.get_logger()

_PATIENCE_AT_STOP = 5.0
_OVERDUE = 1.0


class Poller:
    """Polls now and from then on, each time after the interval that the hour asks for.

    APScheduler is only the clock: one job, which begins a poll and is over at once, because
    APScheduler drops for good what comes due while it still runs. A poll sets the next time itself,
    so there are never two at once, and after a suspended machine there is one instead of many. A
    clock that is put back would make APScheduler wait for the moment to come again: what is overdue
    by the time that has passed is begun without it.

    `look` is one poll. `interval` says how long to wait from a moment on, given what the source
    asked for. `queued` is called when a poll has queued alerts, `beat` after each poll with the
    time of the next.
    """

    def __init__(
        self,
        look: Callable[[], Awaitable[PollReport]],
        interval: Callable[[datetime, timedelta | None], timedelta],
        *,
        clock: Callable[[], datetime],
        queued: Callable[[], None],
        beat: Callable[[str], None],
    ) -> None:
        self._look = look
        self._interval = interval
        self._clock = clock
        self._queued = queued
        self._beat = beat
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._polling: asyncio.Task[None] | None = None
        self._stopping = False
        self._hurry = False
        self._left_alone_until = clock()
        self._overdue: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Poll now, and go on."""
        self._scheduler.start()
        self._schedule(self._clock())

    def hurry(self) -> None:
        """Something says that there is news: poll now, or once more after the poll under way.

        While the source has asked to be left alone, that comes first.
        """
        self._hurry = True
        if self._polling is None and not self._stopping:
            self._schedule(max(self._clock(), self._left_alone_until))

    async def stop(self) -> None:
        """Start no further poll; give the current one a few seconds, then drop it.

        A poll that is dropped has changed nothing: its transaction is rolled back.
        """
        self._stopping = True
        self._scheduler.remove_all_jobs()
        if self._overdue is not None:
            self._overdue.cancel()
        if self._polling is not None:
            await asyncio.wait([self._polling], timeout=_PATIENCE_AT_STOP)
        if self._polling is not None:
            self._polling.cancel()
            await asyncio.wait([self._polling])
        self._scheduler.shutdown(wait=False)

    def _schedule(self, at: datetime) -> None:
        self._scheduler.add_job(
            self._begin,
            DateTrigger(at),
            id="poll",
            replace_existing=True,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        if self._overdue is not None:
            self._overdue.cancel()
        wait = max(0.0, (at - self._clock()).total_seconds())
        loop = asyncio.get_running_loop()
        self._overdue = loop.call_later(wait + _OVERDUE, self._begin_now)

    async def _begin(self) -> None:
        self._begin_now()

    def _begin_now(self) -> None:
        if self._polling is None and not self._stopping:
            self._polling = asyncio.create_task(self._poll())

    async def _poll(self) -> None:
        self._hurry = False
        asked: float | None = None
        try:
            report = await self._look()
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
            self._polling = None
            if not self._stopping:
                self._plan(None if asked is None else timedelta(seconds=asked))

    def _plan(self, asked: timedelta | None) -> None:
        now = self._clock()
        hurried = self._hurry and asked is None
        wait = timedelta() if hurried else self._interval(now, asked)
        self._left_alone_until = now + min(wait, asked or timedelta())
        at = now + wait
        self._beat(at.isoformat(timespec="seconds"))
        self._schedule(at)
