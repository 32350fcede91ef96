"""News feeds -> hints: look at the official feed now, "read more" for a round, figures checked.

Nothing that a news site writes is told as fact.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.core.errors import SourceChanged, SourceUnavailable
from bot.core.news import read_post
from bot.core.news_check import disagreements, matching_round
from bot.core.news_round_number import first_of_year
from bot.core.news_types import Kind, NewsEntry, Post
from bot.core.rounds import Round, order_key
from bot.ports import NewsFeed, NewsLink, Store

log = structlog.get_logger()

MOST_AT_ONCE = 60
"""So many new posts of a feed are read at a time, the newest; a first reading has thousands."""

FRESH = timedelta(hours=48)
"""An older post is no hint that there is something new."""

_COMPARED = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One post with what was read from it, and the official round that it is about."""

    post: Post
    entry: NewsEntry
    round: Round | None


async def watch(feed: NewsFeed, store: Store, clock: Callable[[], datetime]) -> bool:
    """Read one feed; True when it reports a round that the official feed has not shown us yet.

    Raises:
        StoreUnavailable: the database cannot be used.
    """
    async with store.look() as memory:
        seen = await memory.feed(feed.url).seen()
    try:
        fetched = await feed.read(seen)
    except (SourceUnavailable, SourceChanged) as error:
        log.warning("news_unavailable", feed=feed.url, reason=str(error))
        async with store.begin() as memory:
            await memory.feed(feed.url).failed(str(error), clock())
        return False
    if fetched is None:
        return False
    async with store.look() as memory:
        links = [post.link for post in fetched.posts if post.link]
        unseen = await memory.news.unseen(links)
        rounds = await memory.rounds.since((clock() - _COMPARED).date())
    fresh = [post for post in fetched.posts if post.link in unseen][:MOST_AT_ONCE]
    # Rules over words take milliseconds each: not in the way of people's commands.
    readings = await asyncio.to_thread(_readings, fresh, rounds)
    async with store.begin() as memory:
        await memory.news.remember([_link(feed.url, one) for one in readings], clock())
        await memory.feed(feed.url).succeeded(fetched.validators, clock())
    _log_disagreements(feed.url, readings, rounds)
    return any(is_hint(one, rounds, clock()) for one in readings)


def _readings(posts: Sequence[Post], rounds: Sequence[Round]) -> list[Reading]:
    firsts = first_of_year(rounds)
    entries = [(post, read_post(post, firsts)) for post in posts]
    return [
        Reading(
            post=post,
            entry=entry,
            round=matching_round(entry, rounds) if entry.kind is Kind.EE_ROUND else None,
        )
        for post, entry in entries
    ]


def _link(feed: str, one: Reading) -> NewsLink:
    return NewsLink(
        feed=feed,
        link=one.post.link or "",
        title=one.post.title,
        round_number=None if one.round is None else str(one.round.number),
    )


def is_hint(one: Reading, rounds: Sequence[Round], now: datetime) -> bool:
    """Whether a post reports a round of these days that is not known."""
    published = one.post.published
    if one.entry.kind is not Kind.EE_ROUND or one.round is not None:
        return False
    if published is not None and published < now - FRESH:
        return False
    newest = max((order_key(known.held_on, known.number) for known in rounds), default=None)
    day = one.entry.held_on or one.entry.published_on
    return newest is None or day is None or day >= newest[0]


def _log_disagreements(feed: str, readings: Sequence[Reading], rounds: Sequence[Round]) -> None:
    for one in readings:
        if one.round is None:
            continue
        for found in disagreements(one.entry, rounds):
            log.warning(
                "news_disagrees",
                feed=feed,
                round=one.round.number,
                fact=found.fact,
                news=found.news,
                official=found.official,
            )
