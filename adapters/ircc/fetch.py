"""Gets the bytes of the feed, over HTTP or from a file, and only when they changed."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiohttp
import structlog

from adapters.ircc.parse import parse
from adapters.ircc.payload import MAX_BYTES
from bot.core.errors import SourceChanged, SourceUnavailable
from bot.ports import Payload, RoundSource, Validators

_TIMEOUT = aiohttp.ClientTimeout(total=60, connect=15)
_CHUNK = 64 * 1024

log = structlog.get_logger()


def source_at(location: str, contact: str | None = None) -> RoundSource:
    """The source that a setting or argument names: an http(s) URL, a file URL or a path.

    `contact` tells whoever runs the site whom to ask about us.

    Raises:
        SourceUnavailable: it looks like a URL but is none.
    """
    try:
        parts = urlsplit(location)
    except ValueError as error:
        raise SourceUnavailable(f"{location} is no URL: {error}") from error
    if parts.scheme in ("http", "https"):
        return HttpSource(location, contact=contact)
    return FileSource(Path(unquote(parts.path) if parts.scheme == "file" else location))


class FileSource:
    """A payload in a file; read whole at each poll."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def read(self, seen: Validators) -> Payload | None:
        """See `bot.ports.RoundSource`."""
        body = await asyncio.to_thread(read_file, self._path)
        return _payload(body, Validators(), seen)


class HttpSource:
    """A payload behind a URL, asked for politely: an unchanged one costs a 304."""

    def __init__(
        self,
        url: str,
        timeout: aiohttp.ClientTimeout = _TIMEOUT,
        contact: str | None = None,
    ) -> None:
        self._url = url
        self._timeout = timeout
        agent = _AGENT if contact is None else f"{_AGENT} (+{contact})"
        self._headers = {"User-Agent": agent, "Accept": "application/json"}

    async def read(self, seen: Validators) -> Payload | None:
        """See `bot.ports.RoundSource`."""
        try:
            async with (
                aiohttp.ClientSession(timeout=self._timeout, headers=self._headers) as session,
                session.get(self._url, headers=_conditions(seen), max_redirects=3) as answer,
            ):
                if answer.url.host != urlsplit(self._url).hostname:
                    raise SourceChanged(f"{self._url} led to another site: {answer.url.host}")
                if answer.status == 304:
                    return None
                body = await self._body(answer)
                return _payload(body, _validators(answer.headers), seen)
        except (aiohttp.ClientError, TimeoutError, OSError, UnicodeError) as error:
            reason = str(error) or type(error).__name__
            raise SourceUnavailable(f"{self._url} gave no answer: {reason}") from error

    async def _body(self, answer: aiohttp.ClientResponse) -> bytes:
        if answer.status != 200:
            raise SourceUnavailable(
                f"{self._url} answered with status {answer.status}",
                retry_after=_retry_after(answer.headers.get("Retry-After")),
            )
        body = bytearray()
        async for chunk in answer.content.iter_chunked(_CHUNK):
            body += chunk
            if len(body) > MAX_BYTES:
                raise SourceChanged(f"the answer is larger than {MAX_BYTES // 1_000_000} MB")
        return bytes(body)


_AGENT = "drawbell/0.1"


def _retry_after(header: str | None) -> float | None:
    """Seconds to wait, given as such or as a moment; None if it cannot be read."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


class FallbackSource:
    """Several places that publish the same, tried in order until one can be read.

    What recognises an unchanged payload belongs to the place it came from: only the first one's is
    kept, or the official site could call "unchanged" what a mirror was quicker with.
    """

    def __init__(self, first: RoundSource, others: Sequence[RoundSource]) -> None:
        self._first = first
        self._others = others

    async def read(self, seen: Validators) -> Payload | None:
        """See `bot.ports.RoundSource`; if none can be read, the first one's error."""
        try:
            return await self._first.read(seen)
        except (SourceUnavailable, SourceChanged) as error:
            failure = error
        for other in self._others:
            try:
                payload = await other.read(Validators(digest=seen.digest))
            except (SourceUnavailable, SourceChanged) as error:
                log.warning("fallback_failed", reason=str(error))
                continue
            log.warning("fallback_used", reason=str(failure))
            if payload is None:
                return None
            digest = payload.validators.digest
            return replace(payload, validators=Validators(digest=digest))
        raise failure


def read_file(path: Path) -> bytes:
    """A file's bytes, up to one more than a payload may have.

    Raises:
        SourceUnavailable: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SourceUnavailable(f"{path} cannot be read: {reason}") from error


def _conditions(seen: Validators) -> dict[str, str]:
    conditions = {"If-None-Match": seen.etag, "If-Modified-Since": seen.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _validators(headers: Mapping[str, str]) -> Validators:
    return Validators(etag=headers.get("ETag"), last_modified=headers.get("Last-Modified"))


def _payload(body: bytes, validators: Validators, seen: Validators) -> Payload | None:
    digest = hashlib.sha256(body).hexdigest()
    if digest == seen.digest:
        return None
    try:
        published = parse(body)
    except SourceChanged as error:
        raise SourceChanged(str(error), sample=body) from error
    return Payload(
        published=published,
        validators=Validators(
            etag=validators.etag, last_modified=validators.last_modified, digest=digest
        ),
    )
