"""A platform behind HTTP that counts what it is sent and misbehaves on request.

It lives in a thread with an event loop of its own, so that it answers while a test waits for a
process. `chats` and `nth` say who meets which fault; everybody else's message is taken.
"""

import asyncio
import socket
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiohttp import web

LONGEST = 60.0
_FOR_EVER = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request. `at` is in seconds of `time.monotonic`; `taken`: the message was accepted."""

    at: float
    chat: str
    key: str
    header: str | None
    text: str
    taken: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """What one request meets. `takes` says that its message is accepted all the same."""

    answer: Callable[[web.Request], Awaitable[web.StreamResponse]]
    takes: bool = False


def refuses(status: int, **body: object) -> Fault:
    """An answer that is no success."""

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status)

    return Fault(answer)


def limits(seconds: float, **body: object) -> Fault:
    """429, with how long to wait."""
    return refuses(429, retry_after=seconds, error="too many requests", **body)


def moved(chat: str) -> Fault:
    """The chat has a new name."""
    return refuses(409, moved_to=chat, error="moved")


async def _reset(request: web.Request) -> web.StreamResponse:
    transport = request.transport
    assert transport is not None
    plug = transport.get_extra_info("socket")
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    transport.abort()
    return web.Response()


RESETS_BEFORE = Fault(_reset)
RESETS_AFTER = Fault(_reset, takes=True)


async def _silent(_request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(_FOR_EVER)
    raise AssertionError("nobody waits for so long")


SILENT = Fault(_silent, takes=True)


def slow(seconds: float) -> Fault:
    """Takes the message at once and answers late."""

    async def answer(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return web.json_response({"id": "slow"})

    return Fault(answer, takes=True)


async def _garbage(_request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"<html>\xff\xfe it works!", content_type="text/html")


GARBAGE = Fault(_garbage, takes=True)


async def _in_pieces(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": "application/json"})
    await answer.prepare(request)
    for piece in (b'{"id"', b': "in ', b'pieces"}'):
        await answer.write(piece)
        await asyncio.sleep(0.01)
    return answer


IN_PIECES = Fault(_in_pieces, takes=True)


class HttpPlatform:
    """See the module. `remembers` is the idempotency window in seconds; 0: there is none."""

    def __init__(self, *, remembers: float = 0) -> None:
        self.seen: list[Seen] = []
        self.accepted: Counter[str] = Counter()
        self.recognised = 0
        self.remembers = remembers
        self.chats: dict[str, deque[Fault]] = defaultdict(deque)
        self.nth: dict[int, Fault] = {}
        self.everybody: Fault | None = None
        self._known: dict[str, tuple[float, str]] = {}
        self._port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Where alerts are posted."""
        return f"http://127.0.0.1:{self._port}/alerts"

    @property
    def duplicates(self) -> int:
        """How many messages people got more than once."""
        return self.accepted.total() - len(self.accepted)

    def of(self, chat: str) -> list[Seen]:
        """The requests for one chat."""
        return [one for one in list(self.seen) if one.chat == chat]

    def meets(self, chat: str, *faults: Fault, always: Iterable[Fault] = ()) -> None:
        """The next requests for a chat meet these; `always` is met thousands of times."""
        self.chats[chat].extend(faults)
        for fault in always:
            self.chats[chat].extend([fault] * 5000)

    def wait_until(self, happened: Callable[[], bool], what: str, within: float = LONGEST) -> None:
        """Wait until something is true, not for ever."""
        until = time.monotonic() + within
        while not happened():
            assert time.monotonic() < until, f"no {what}; {len(self.seen)} requests so far"
            time.sleep(0.002)

    def wait_for(self, requests: int, within: float = LONGEST) -> None:
        """Wait until so many requests have come."""
        self.wait_until(lambda: len(self.seen) >= requests, f"{requests} requests", within)

    async def _alerts(self, request: web.Request) -> web.StreamResponse:
        now, facts = time.monotonic(), await request.json()
        fault = self._fault(len(self.seen) + 1, facts["chat"])
        taken = fault is None or fault.takes
        self.seen.append(
            Seen(
                at=now,
                chat=facts["chat"],
                key=facts["key"],
                header=request.headers.get("Idempotency-Key"),
                text=facts["text"],
                taken=taken,
            )
        )
        receipt = self._take(facts["key"], now) if taken else ""
        return await fault.answer(request) if fault else web.json_response({"id": receipt})

    def _fault(self, number: int, chat: str) -> Fault | None:
        waiting = self.chats.get(chat)
        if waiting:
            return waiting.popleft()
        return self.nth.get(number, self.everybody)

    def _take(self, key: str, now: float) -> str:
        known = self._known.get(key)
        if known is not None and now < known[0] + self.remembers:
            self.recognised += 1
            return known[1]
        self.accepted[key] += 1
        receipt = f"m{self.accepted.total()}"
        self._known[key] = (now, receipt)
        return receipt

    def start(self) -> None:
        """Listen, on the port of last time if there was one."""
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(LONGEST)

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_post("/alerts", self._alerts)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True, backlog=1024)
        await site.start()
        self._port = self._runner.addresses[0][1]

    def stop(self) -> None:
        """Listen no longer; open connections are closed."""
        runner, self._runner = self._runner, None
        if runner is not None:
            asyncio.run_coroutine_threadsafe(runner.cleanup(), self._loop).result(LONGEST)

    def close(self) -> None:
        """End the thread."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(LONGEST)
        self._loop.close()


@contextmanager
def http_platform(*, remembers: float = 0) -> Iterator[HttpPlatform]:
    """A platform that listens until the end of the block."""
    platform = HttpPlatform(remembers=remembers)
    try:
        platform.start()
        yield platform
    finally:
        platform.close()


def nobody_listens() -> str:
    """A URL at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"http://127.0.0.1:{port}/alerts"
