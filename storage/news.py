"""Posts of news sites: which were met, and which round each is about."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.unconfirmed import Report
from bot.ports import NewsLink
from storage.facts import dump_round, load_round
from storage.lookup import among
from storage.process import StoredProcess
from storage.tables import news_posts


class StoredNews:
    """See `bot.ports.NewsMemory`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._notes = StoredProcess(connection)

    async def unseen(self, links: Sequence[str]) -> set[str]:
        """Those links that were never met before."""
        met = await self._connection.scalars(_MET, {"keys": json.dumps(list(links))})
        return set(links) - set(met)

    async def remember(self, posts: Sequence[NewsLink], now: datetime) -> None:
        """Remember posts, each once; a round's number that is known later is added."""
        if posts:
            await self._connection.execute(
                _REMEMBER,
                [
                    {
                        "feed": post.feed,
                        "link": post.link,
                        "title": post.title,
                        "round_number": post.round_number,
                        "seen_at": now,
                    }
                    for post in posts
                ],
            )

    async def about(self, number: str, limit: int) -> list[NewsLink]:
        """Posts about a round, the first to report it first."""
        found = await self._connection.execute(_ABOUT.limit(limit), {"number": number})
        return [NewsLink(**row) for row in found.mappings()]

    async def keep_reports(self, reports: Iterable[Report], since: datetime) -> None:
        """Keep reports of rounds that are not official yet, beside those published since."""
        both = {one.link: one for one in (*await self.reports(), *reports)}
        kept = [_dump_report(one) for one in both.values() if one.published >= since]
        await self._notes.keep_note(_REPORTS, json.dumps(kept, ensure_ascii=False))

    async def reports(self) -> list[Report]:
        """The reports kept."""
        text = await self._notes.note(_REPORTS)
        return [] if text is None else [_load_report(facts) for facts in json.loads(text)]

    async def assign(self, links: Iterable[str], number: str) -> None:
        """Say which round posts are about, of which nobody has said so."""
        await self._connection.execute(
            update(news_posts)
            .where(
                among(news_posts.c.link, "links"),
                news_posts.c.round_number.is_(None),
            )
            .values(round_number=number),
            {"links": json.dumps(list(links))},
        )

    async def renumber(self, before: str, number: str) -> None:
        """The posts about a round are about that one: it has got another number."""
        await self._connection.execute(
            update(news_posts)
            .where(news_posts.c.round_number == before)
            .values(round_number=number)
        )

    async def unmatched(self, since: datetime) -> list[NewsLink]:
        """Posts met since a moment that no official round has been found for."""
        found = await self._connection.execute(
            select(*_LINK).where(news_posts.c.round_number.is_(None), news_posts.c.seen_at >= since)
        )
        return [NewsLink(**row) for row in found.mappings()]


_REPORTS = "news/reports"
"""The note that holds reports: a few at most, for two days."""


def _dump_report(one: Report) -> dict[str, str]:
    return {
        "feed": one.feed,
        "link": one.link,
        "title": one.title,
        "published": one.published.isoformat(),
        "round": dump_round(one.round),
    }


def _load_report(facts: dict[str, str]) -> Report:
    return Report(
        feed=facts["feed"],
        link=facts["link"],
        title=facts["title"],
        published=datetime.fromisoformat(facts["published"]),
        round=load_round(facts["round"]),
    )


_LINK = (news_posts.c.feed, news_posts.c.link, news_posts.c.title, news_posts.c.round_number)
_MET = select(news_posts.c.link).where(among(news_posts.c.link))
_NEW = insert(news_posts).values(
    {name: bindparam(name) for name in ("feed", "link", "title", "round_number", "seen_at")}
)
_REMEMBER = _NEW.on_conflict_do_update(
    index_elements=[news_posts.c.link],
    set_={"round_number": _NEW.excluded.round_number},
    where=news_posts.c.round_number.is_(None),
)
_ABOUT = (
    select(*_LINK)
    .where(news_posts.c.round_number == bindparam("number"))
    .order_by(news_posts.c.seen_at, news_posts.c.link)
)
