"""Asks a site for one document, politely and within limits; what is in it is the adapters'."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiohttp
from yarl import URL

from bot.core.errors import SourceChanged, SourceUnavailable
from bot.ports import Validators

TIMEOUT = aiohttp.ClientTimeout(total=60, connect=15)
_BUFFER = 1024 * 1024
_AGENT = "drawbell/0.1"
_MOST_REDIRECTS = 3
_LONGEST_MARK = 500
_LONGEST_WAIT = timedelta(days=1)
_LONGEST_BUSY = 3600.0  # seconds: a site that says "next week" is broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How to ask: what for, for how long, up to how many bytes, in whose name.

    `longest` counts decompressed bytes. `same_site` refuses to be led to another host or port, or
    from https to http; `contact` tells whoever runs the site whom to ask about us.
    """

    accept: str
    longest: int
    timeout: aiohttp.ClientTimeout = TIMEOUT
    contact: str | None = None
    same_site: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A document as it came, and how to recognise it next time."""

    body: bytes
    validators: Validators
    content_type: str | None


class Respite:
    """Remembers that a site asked to be left alone, and for how long: an hour at most."""

    def __init__(self) -> None:
        self._error: SourceUnavailable | None = None
        self._until = 0.0

    def asked_for(self) -> SourceUnavailable | None:
        """The error with which it asked, while that lasts."""
        return self._error if asyncio.get_running_loop().time() < self._until else None

    def note(self, error: SourceUnavailable) -> None:
        """It may have asked with this error."""
        if error.retry_after:
            wait = min(error.retry_after, _LONGEST_BUSY)
            self._error, self._until = error, asyncio.get_running_loop().time() + wait


async def get(url: str, seen: Validators, manner: Manner) -> Answer | None:
    """Ask for a document; None when the site says that nothing changed since `seen`.

    Raises:
        SourceUnavailable: no answer, or one with another status than 200.
        SourceChanged: the answer is too large, or another site's.
    """
    agent = _AGENT if manner.contact is None else f"{_AGENT} (+{manner.contact})"
    conditions = _conditions(seen)
    headers = {"User-Agent": agent, "Accept": manner.accept, **conditions}
    staying = (_staying_on(url),) if manner.same_site else ()
    try:
        async with (
            aiohttp.ClientSession(
                timeout=manner.timeout, read_bufsize=_BUFFER, middlewares=staying
            ) as session,
            session.get(url, headers=headers, max_redirects=_MOST_REDIRECTS) as answer,
        ):
            if answer.status == 304 and conditions:
                return None
            return await _read(url, answer, manner.longest)
    except (aiohttp.ClientError, TimeoutError, OSError, UnicodeError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise SourceUnavailable(f"{url} gave no answer: {reason}") from error


def _staying_on(home: str) -> aiohttp.ClientMiddlewareType:
    """Stops a request that a redirect sends elsewhere before anybody there is asked."""

    async def stay(
        request: aiohttp.ClientRequest, ask: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if not is_same_site(URL(home), request.url):
            raise SourceChanged(f"{home} led to another site: {request.url.origin()}")
        return await ask(request)

    return stay


def is_same_site(home: URL, other: URL) -> bool:
    """Whether a URL has the same origin, or the same but for https instead of http."""
    safer = (home.scheme, home.port, other.scheme, other.port) == ("http", 80, "https", 443)
    same = (other.scheme, other.port) == (home.scheme, home.port)
    return other.host == home.host and (same or safer)


async def _read(url: str, answer: aiohttp.ClientResponse, longest: int) -> Answer:
    if answer.status != 200:
        raise SourceUnavailable(
            f"{url} answered with status {answer.status}",
            retry_after=_retry_after(answer.headers.get("Retry-After")),
        )
    chunks, size = [], 0
    async for chunk in answer.content.iter_any():
        chunks.append(chunk)
        size += len(chunk)
        if size > longest:
            raise SourceChanged(f"the answer is larger than {longest // 1_000_000} MB")
    return Answer(
        body=b"".join(chunks),
        validators=_validators(answer.headers),
        content_type=answer.headers.get("Content-Type"),
    )


def _conditions(seen: Validators) -> dict[str, str]:
    conditions = {"If-None-Match": seen.etag, "If-Modified-Since": seen.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _validators(headers: Mapping[str, str]) -> Validators:
    return Validators(
        etag=_mark(headers.get("ETag")), last_modified=_mark(headers.get("Last-Modified"))
    )


def _mark(header: str | None) -> str | None:
    """A header that can be kept and sent back; None for what no site could mean."""
    if header is None or len(header) > _LONGEST_MARK:
        return None
    return header if header.isascii() and header.isprintable() else None


def _retry_after(header: str | None) -> float | None:
    """Seconds to wait, given as such or as a moment, up to a day; None if it cannot be read."""
    if header is None:
        return None
    longest = _LONGEST_WAIT.total_seconds()
    if header.strip().isdecimal():
        return min(float(header), longest)
    until = moment(header)
    if until is None:
        return None
    return min(max(0.0, (until - datetime.now(UTC)).total_seconds()), longest)


def moment(header: str | None) -> datetime | None:
    """The moment that a header names; None without one, or without its zone."""
    try:
        found = parsedate_to_datetime(header or "")
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else None


def file_at(location: str) -> Path | None:
    """The file that a setting or argument names, by a path or file URL; None for an http(s) URL.

    Raises:
        SourceUnavailable: it looks like a URL but is none.
    """
    try:
        parts = urlsplit(location)
    except ValueError as error:
        raise SourceUnavailable(f"{location} is no URL: {error}") from error
    if parts.scheme in ("http", "https"):
        return None
    return Path(unquote(parts.path) if parts.scheme == "file" else location)


def read_file(path: Path, longest: int) -> bytes:
    """A file's bytes, up to one more than `longest`.

    Raises:
        SourceUnavailable: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(longest + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SourceUnavailable(f"{path} cannot be read: {reason}") from error
