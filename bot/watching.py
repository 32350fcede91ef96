"""The clock of the news loop: every feed in turn; a hint makes the official one be read at once."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from bot.core.errors import StoreUnavailable
from bot.pipeline.news import watch
from bot.ports import NewsFeed, Store

log = structlog.get_logger()


class NewsWatch:
    """Looks at every feed every so many seconds; `hurry` is called for a round we do not know."""

    def __init__(
        self,
        feeds: Sequence[NewsFeed],
        store: Store,
        clock: Callable[[], datetime],
        *,
        seconds: float,
        hurry: Callable[[], None],
        beat: Callable[[], None],
    ) -> None:
        self._feeds = feeds
        self._store = store
        self._clock = clock
        self._seconds = seconds
        self._hurry = hurry
        self._beat = beat

    async def run(self) -> None:
        """Go on without end; without feeds there is nothing to do."""
        while self._feeds:
            for feed in self._feeds:
                self._beat()
                await self._look(feed)
            await asyncio.sleep(self._seconds)

    async def _look(self, feed: NewsFeed) -> None:
        try:
            hint = await watch(feed, self._store, self._clock)
        except StoreUnavailable as error:
            log.error("store_unavailable", reason=str(error))
            return
        except Exception:
            log.exception("news_failed", feed=feed.url)  # one feed keeps no other from being read
            return
        if hint:
            log.info("news_hint", feed=feed.url)
            self._hurry()
