"""IRCC's site on this machine: it serves its list well, badly, stale, or not at all."""

import asyncio
import hashlib
import json
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from aiohttp import web

from tests.fakes.clock import FakeClock

Row = dict[str, object]
Rows = Sequence[Row]
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
Act = Callable[["Site"], Awaitable[None]]
"""What the site does from some moment on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A list as one cache holds it."""

    body: bytes
    etag: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One request, and what its answer weighed without its headers."""

    at: datetime
    status: int
    weight: int


class Site:
    """Plays IRCC on a port of this machine that stays ours while nobody listens on it."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._answer: Answer | None = None
        self._since: dict[str, datetime] = {}
        self._listening: web.SockSite | None = None
        self._ours = _bound(0)
        self.fetches: list[Fetch] = []
        self.closing = asyncio.Event()
        app = web.Application()
        app.router.add_get("/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._ours.getsockname()[1]}/feed.json"

    def copy(self, rows: Rows, encoding: str = "utf-8") -> Copy:
        """A list in some encoding; it is dated when it was first published in any."""
        text = json.dumps({"rounds": list(rows)}, ensure_ascii=False)
        since = self._since.setdefault(text, self._clock.now)
        body = text.encode(encoding)
        return Copy(body=body, etag=f'"{hashlib.sha256(body).hexdigest()[:12]}"', since=since)

    async def open(self, answer: Answer) -> None:
        self._answer = answer
        if self._listening is None:
            await self._runner.setup()
            self._listening = web.SockSite(self._runner, _bound(self._ours.getsockname()[1]))
            await self._listening.start()

    async def close(self) -> None:
        if self._listening is not None:
            await self._listening.stop()
            self._listening = None

    async def end(self) -> None:
        self.closing.set()
        await self.close()
        await self._runner.cleanup()
        self._ours.close()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        assert self._answer is not None
        response = await self._answer(request)
        body = response.body if isinstance(response, web.Response) else None
        weight = len(body) if isinstance(body, bytes) else 0
        fetch = Fetch(at=self._clock.now, status=response.status, weight=weight)
        self.fetches.append(fetch)
        return response

    async def serve(
        self, request: web.Request, copy: Copy, *, etag: bool = True
    ) -> web.StreamResponse:
        """Serve a copy as HTTP wants it: conditions count, and an ETag before a date."""
        headers = {"Last-Modified": format_datetime(copy.since, usegmt=True)}
        headers |= {"ETag": copy.etag} if etag else {}
        wanted = request.headers.get("If-None-Match")
        same = copy.etag == wanted if etag and wanted else False
        if not (etag and wanted):
            same = request.headers.get("If-Modified-Since") == headers["Last-Modified"]
        if same:
            return web.Response(status=304, headers=headers)
        return web.Response(
            body=copy.body, headers=headers, content_type="application/json", charset="utf-8"
        )


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind(("127.0.0.1", port))
    return bound


def has(rows: Rows, *, etag: bool = True, encoding: str = "utf-8") -> Act:
    """It serves a list as it should; without an ETag, it goes by the date alone."""

    async def act(site: "Site") -> None:
        copy = site.copy(rows, encoding)
        await site.open(lambda request: site.serve(request, copy, etag=etag))

    return act


def flaps(rows: Rows, stale: Rows) -> Act:
    """Every other answer is an older list: one of two caches is stale."""

    async def act(site: "Site") -> None:
        copies = [site.copy(rows), site.copy(stale)]

        async def answer(request: web.Request) -> web.StreamResponse:
            copies.reverse()
            return await site.serve(request, copies[0])

        await site.open(answer)

    return act


def answers(body: bytes, status: int = 200, **headers: str) -> Act:
    """It gives the same answer to everybody."""

    async def act(site: "Site") -> None:
        async def answer(_request: web.Request) -> web.StreamResponse:
            return web.Response(body=body, status=status, headers=headers)

        await site.open(answer)

    return act


async def refuses(site: "Site") -> None:
    """Nobody listens on its port."""
    await site.close()


async def drips(site: "Site") -> None:
    """It begins a list and never ends it."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b'{"rounds": [')
        await site.closing.wait()
        return response

    await site.open(answer)
