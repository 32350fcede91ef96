"""Posts of news sites: which were met, and which round each is about."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import NewsLink
from storage.lookup import among
from storage.tables import news_posts


class StoredNews:
    """See `bot.ports.NewsMemory`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

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

    async def unmatched(self, since: datetime) -> list[NewsLink]:
        """Posts met since a moment that no official round has been found for."""
        found = await self._connection.execute(
            select(*_LINK).where(news_posts.c.round_number.is_(None), news_posts.c.seen_at >= since)
        )
        return [NewsLink(**row) for row in found.mappings()]


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
