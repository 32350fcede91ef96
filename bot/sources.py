"""The source of rounds as the settings ask for it, and how often to look at it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from adapters.ircc.fetch import FallbackSource, source_at
from adapters.ircc.french import FrenchTwin
from adapters.news.fetch import feed_at
from bot.core.timing import poll_interval
from bot.ports import NameSource, NewsFeed, RoundSource
from bot.settings import Settings

_ENGLISH, _FRENCH = "_en.json", "_fr.json"


def source_of(settings: Settings) -> RoundSource:
    """The official feed, with the mirrors to fall back on.

    Raises:
        SourceUnavailable: something that looks like a URL is none.
    """
    first, *others = (
        source_at(location, settings.contact)
        for location in (settings.ircc_feed_url, *settings.ircc_fallback_urls)
    )
    return FallbackSource(first, others)


def french_twin_of(settings: Settings) -> NameSource | None:
    """The feed's French twin: as set, else beside the feed if that is named as IRCC names it.

    Raises:
        SourceUnavailable: something that looks like a URL is none.
    """
    location, feed = settings.ircc_french_url, settings.ircc_feed_url
    if location is None and feed.endswith(_ENGLISH):
        location = feed.removesuffix(_ENGLISH) + _FRENCH
    if location is None or location.casefold() == "none":
        return None
    return FrenchTwin(location, settings.contact)


def news_of(settings: Settings) -> list[NewsFeed]:
    """The news feeds.

    Raises:
        SourceUnavailable: something that looks like a URL is none.
    """
    return [feed_at(location, settings.contact) for location in settings.news_feeds]


def interval_of(settings: Settings) -> Callable[[datetime, timedelta | None], timedelta]:
    """How long to wait from a moment on, given what the source asked for."""
    fixed = None if settings.poll_seconds is None else timedelta(seconds=settings.poll_seconds)
    busy = timedelta(seconds=settings.poll_busy_seconds)
    idle = timedelta(seconds=settings.poll_idle_seconds)

    def interval(now: datetime, asked: timedelta | None) -> timedelta:
        return poll_interval(now, fixed, asked=asked, busy=busy, idle=idle)

    return interval
