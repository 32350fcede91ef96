"""News feeds -> hints: look at the official feed now, "read more" for a round, figures checked.

Nothing that a news site writes is told as fact. A hint that says enough is kept for two days, for
`unconfirmed`.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from bot.core.errors import SourceChanged, SourceUnavailable
from bot.core.news import read_post
from bot.core.news_check import disagreements, matching_round
from bot.core.news_round_number import first_of_year
from bot.core.news_types import Kind, NewsEntry, Post
from bot.core.rounds import Round
from bot.core.unconfirmed import FRESH, is_new, report_of
from bot.pipeline.unconfirmed import COMPARED
from bot.ports import NewsFeed, NewsLink, Store

log = structlog.get_logger()

MOST_AT_ONCE = 60
"""So many new posts of a feed are read at a time, the newest; a first reading has thousands."""


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
        rounds = await memory.rounds.since((clock() - COMPARED).date())
    fresh = _newest([post for post in fetched.posts if post.link in unseen])
    # Rules over words take milliseconds each: not in the way of people's commands.
    readings = await asyncio.to_thread(_readings, fresh, rounds)
    hints = [one for one in readings if is_new(one.entry, one.post.published, rounds, clock())]
    reports = [report_of(one.post, one.entry, feed.url, clock()) for one in hints]
    async with store.begin() as memory:
        await memory.news.remember([_link(feed.url, one) for one in readings], clock())
        if hints:
            kept = [one for one in reports if one is not None]
            await memory.news.keep_reports(kept, since=clock() - FRESH)
        await memory.feed(feed.url).succeeded(fetched.validators, clock())
    _log_disagreements(feed.url, readings, rounds)
    return bool(hints)


def _newest(posts: Sequence[Post]) -> Sequence[Post]:
    """Most feeds begin with the newest post; if one does not, its dates say so."""
    long_ago = datetime.min.replace(tzinfo=UTC)
    return sorted(posts, key=lambda post: post.published or long_ago, reverse=True)[:MOST_AT_ONCE]


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
