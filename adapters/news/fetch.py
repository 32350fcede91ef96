"""Gets one news feed, over HTTP or from a file, and only when it changed."""

import asyncio
import hashlib
from dataclasses import replace
from pathlib import Path

import aiohttp

from adapters import web
from adapters.news.feeds import MAX_BYTES, read_feed
from bot.core.errors import SourceChanged, SourceUnavailable
from bot.ports import NewsFeed, NewsFetched, Validators

_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"


def feed_at(location: str, contact: str | None = None) -> NewsFeed:
    """The feed that a setting or argument names: an http(s) URL, a file URL or a path.

    `contact` tells whoever runs the site whom to ask about us.

    Raises:
        SourceUnavailable: it looks like a URL but is none.
    """
    path = web.file_at(location)
    if path is None:
        return HttpFeed(location, contact=contact)
    return FileFeed(location, path)


class FileFeed:
    """A feed in a file."""

    def __init__(self, location: str, path: Path) -> None:
        self._location = location
        self._path = path

    @property
    def url(self) -> str:
        """Where it is, as it was named."""
        return self._location

    async def read(self, seen: Validators) -> NewsFetched | None:
        """See `bot.ports.NewsFeed`."""
        body = await asyncio.to_thread(web.read_file, self._path, MAX_BYTES)
        answer = web.Answer(body=body, validators=Validators(), content_type=None)
        return await _fetched(answer, "", seen)


class HttpFeed:
    """A feed behind a URL. Sites move theirs: redirects may lead to another host, a few times.

    A site that asks to be left alone is.
    """

    def __init__(
        self,
        url: str,
        timeout: aiohttp.ClientTimeout = web.TIMEOUT,
        contact: str | None = None,
    ) -> None:
        self._url = url
        self._respite = web.Respite()
        self._manner = web.Manner(
            accept=_ACCEPT, longest=MAX_BYTES, timeout=timeout, contact=contact
        )

    @property
    def url(self) -> str:
        """Where it is."""
        return self._url

    async def read(self, seen: Validators) -> NewsFetched | None:
        """See `bot.ports.NewsFeed`."""
        busy = self._respite.asked_for()
        if busy is not None:
            raise SourceUnavailable(f"left alone as it asked: {busy}")
        try:
            answer = await web.get(self._url, seen, self._manner)
        except SourceUnavailable as error:
            self._respite.note(error)
            raise
        return None if answer is None else await _fetched(answer, self._url, seen)


async def _fetched(answer: web.Answer, base: str, seen: Validators) -> NewsFetched | None:
    body = answer.body
    digest = hashlib.sha256(body).hexdigest()
    validators = replace(answer.validators, digest=digest)
    if validators == seen:
        return None
    if digest == seen.digest:
        return NewsFetched(posts=(), validators=validators)
    try:
        # A large feed takes a second: not in the way of people's commands.
        posts = await asyncio.to_thread(read_feed, body, answer.content_type, base)
    except SourceChanged as error:
        raise SourceChanged(str(error), sample=body) from error
    return NewsFetched(posts=posts, validators=validators)
