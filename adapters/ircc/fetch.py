"""Gets the bytes of the feed, over HTTP or from a file, and only when they changed."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import aiohttp
import structlog

from adapters import web
from adapters.ircc.parse import parse
from adapters.ircc.payload import MAX_BYTES
from bot.core.errors import SourceChanged, SourceUnavailable
from bot.ports import Payload, RoundSource, Unchanged, Validators

log = structlog.get_logger()

_MOST_SAMPLES = 5


def source_at(location: str, contact: str | None = None) -> RoundSource:
    """The source that a setting or argument names: an http(s) URL, a file URL or a path.

    `contact` tells whoever runs the site whom to ask about us.

    Raises:
        SourceUnavailable: it looks like a URL but is none.
    """
    path = web.file_at(location)
    return HttpSource(location, contact=contact) if path is None else FileSource(path)


async def body_at(location: str, contact: str | None = None) -> bytes:
    """What stands at a URL, file URL or path, as bytes.

    Raises:
        SourceUnavailable: no answer, another status than 200, or no such file.
        SourceChanged: the answer is too large, or another site's.
    """
    path = web.file_at(location)
    if path is not None:
        return await asyncio.to_thread(web.read_file, path, MAX_BYTES)
    answer = await web.get(location, Validators(), _manner(web.TIMEOUT, contact))
    if answer is None:
        raise SourceUnavailable(f"{location} says that nothing changed, without being asked")
    return answer.body


def _manner(timeout: aiohttp.ClientTimeout, contact: str | None) -> web.Manner:
    return web.Manner(
        accept="application/json",
        longest=MAX_BYTES,
        timeout=timeout,
        contact=contact,
        same_site=True,
    )


class FileSource:
    """A payload in a file; read whole at each poll."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def read(self, seen: Validators) -> Payload | Unchanged | None:
        """See `bot.ports.RoundSource`."""
        body = await asyncio.to_thread(web.read_file, self._path, MAX_BYTES)
        return _taken(body, Validators(), seen)


class HttpSource:
    """A payload behind a URL, asked for politely: an unchanged one costs a 304."""

    def __init__(
        self,
        url: str,
        timeout: aiohttp.ClientTimeout = web.TIMEOUT,
        contact: str | None = None,
    ) -> None:
        self._url = url
        self._manner = _manner(timeout, contact)

    async def read(self, seen: Validators) -> Payload | Unchanged | None:
        """See `bot.ports.RoundSource`."""
        answer = await web.get(self._url, seen, self._manner)
        return None if answer is None else _taken(answer.body, answer.validators, seen)


class FallbackSource:
    """Places that publish the same, tried in order until one can be read; there may be one only.

    What recognises an unchanged payload belongs to the place it came from: only the first one's is
    kept, or the official site could call "unchanged" what a mirror was quicker with. A first place
    that asks to be left alone is; the others are not.
    """

    def __init__(self, first: RoundSource, others: Sequence[RoundSource]) -> None:
        self._first = first
        self._others = others
        self._respite = web.Respite()

    async def read(self, seen: Validators) -> Payload | Unchanged | None:
        """See `bot.ports.RoundSource`; if none can be read, the first one's error."""
        busy = self._respite.asked_for()
        if busy is not None:
            return await self._read_another(seen, busy)
        try:
            return _of_known_shape(await self._first.read(seen))
        except SourceUnavailable as error:
            self._respite.note(error)
            return await self._read_another(seen, error)
        except SourceChanged as error:
            return await self._read_another(seen, error)

    async def _read_another(
        self, seen: Validators, failure: SourceUnavailable | SourceChanged
    ) -> Payload | Unchanged:
        for other in self._others:
            try:
                payload = _of_known_shape(await other.read(Validators(digest=seen.digest)))
            except (SourceUnavailable, SourceChanged) as error:
                log.warning("fallback_failed", reason=str(error))
                continue
            log.warning("fallback_used", reason=str(failure))
            if not isinstance(payload, Payload):
                return Unchanged(instead_of=failure)
            digest = payload.validators.digest
            return replace(payload, validators=Validators(digest=digest), instead_of=failure)
        raise failure


def _of_known_shape(found: Payload | Unchanged | None) -> Payload | Unchanged | None:
    """One bad row is a bad row; when all are, it is the reader who does not understand."""
    if not isinstance(found, Payload) or found.published.rounds:
        return found
    rows = found.published.unreadable
    sample = "\n".join(row.sample for row in rows[:_MOST_SAMPLES])
    raise SourceChanged(
        f"none of its {len(rows)} rows can be read; of the first, {rows[0].reason}",
        sample=sample.encode(),
    )


def _taken(body: bytes, marks: Validators, seen: Validators) -> Payload | Unchanged | None:
    validators = replace(marks, digest=hashlib.sha256(body).hexdigest())
    if validators.digest == seen.digest:
        return None if validators == seen else Unchanged(validators=validators)
    try:
        published = parse(body)
    except SourceChanged as error:
        raise SourceChanged(str(error), sample=body) from error
    return Payload(
        published=published,
        validators=validators,
        dated=web.moment(validators.last_modified),
    )
