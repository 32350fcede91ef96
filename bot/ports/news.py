"""News feeds, and memory of what they wrote."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.news_types import Post
from bot.core.unconfirmed import Report
from bot.ports.sources import Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsLink:
    """A post about a round. `title` is the site's own; `feed` is the URL it came by."""

    feed: str
    link: str
    title: str
    round_number: str | None = None


class NewsMemory(Protocol):
    """Memory of what news sites wrote."""

    async def unseen(self, links: Sequence[str]) -> set[str]:
        """Those links that were never met before."""

    async def remember(self, posts: Sequence[NewsLink], now: datetime) -> None:
        """Remember posts, each once; a round's number that is known later is added."""

    async def about(self, number: str, limit: int) -> list[NewsLink]:
        """Posts about a round, the first to report it first."""

    async def keep_reports(self, reports: Iterable[Report], since: datetime) -> None:
        """Keep reports of rounds that are not official yet, beside those published since."""

    async def reports(self) -> list[Report]:
        """The reports kept."""

    async def assign(self, links: Iterable[str], number: str) -> None:
        """Say which round posts are about, of which nobody has said so."""

    async def renumber(self, before: str, number: str) -> None:
        """The posts about a round are about that one: it has got another number."""

    async def unmatched(self, since: datetime) -> list[NewsLink]:
        """Posts met since a moment that no official round has been found for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsFetched:
    """Posts of a feed that changed, and how to recognise it next time.

    Without posts when it is the same feed under other marks.
    """

    posts: tuple[Post, ...]
    validators: Validators


class NewsFeed(Protocol):
    """One news feed."""

    @property
    def url(self) -> str:
        """Where it is."""

    async def read(self, seen: Validators) -> NewsFetched | None:
        """Read it; None when nothing changed since `seen`.

        Raises:
            SourceUnavailable: no answer.
            SourceChanged: an answer that is no feed.
        """
