"""Lines from standard input without blocking the loop or the end of the process."""

import asyncio
import contextlib
import sys
import threading
from collections.abc import AsyncIterator
from typing import Protocol, TextIO


class Lines:
    """Reads lines in a thread of its own, which dies with the process (Ctrl-C at a prompt)."""

    def __init__(self, source: TextIO | None = None) -> None:
        self._source = sys.stdin if source is None else source
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, name="stdin", daemon=True).start()

    async def next(self) -> str | None:
        """The next line without its end; None when there are no more."""
        return await self._queue.get()

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):  # closed under us: the same as its end
            for line in self._source:
                self._put(line.rstrip("\r\n"))
        self._put(None)

    def _put(self, line: str | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended before us
            self._loop.call_soon_threadsafe(self._queue.put_nowait, line)


class Source(Protocol):
    """Anything that gives lines one after the other."""

    async def next(self) -> str | None:
        """The next line; None when there are no more."""


async def every(seconds: float, lines: Source) -> AsyncIterator[str | None]:
    """Each line as it comes, and None whenever `seconds` pass without one; ends with the lines."""
    waiting = asyncio.ensure_future(lines.next())
    try:
        while True:
            done, _pending = await asyncio.wait({waiting}, timeout=seconds)
            if not done:
                yield None
                continue
            line = waiting.result()
            if line is None:
                return
            yield line
            waiting = asyncio.ensure_future(lines.next())
    finally:
        waiting.cancel()
