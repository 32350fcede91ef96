"""Loops that are kept alive: restarted with back-off when they fail, heard in the database."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime

import structlog

from bot.core.errors import DrawbellError, StoreUnavailable
from bot.ports import Store

log = structlog.get_logger()

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_WELL_AFTER = 60.0
BEAT_EVERY = 5.0


async def keep(
    name: str, run: Callable[[], Awaitable[None]], ending: asyncio.Event | None = None
) -> None:
    """Run a loop until it ends by itself; when it fails, log it, wait, and begin again.

    Once `ending` is set it is not begun again.
    """
    ending = ending or asyncio.Event()
    pause = _FIRST_PAUSE
    clock = asyncio.get_running_loop().time
    while not ending.is_set():
        began = clock()
        try:
            await run()
        except Exception as error:
            if clock() - began > _WELL_AFTER:
                pause = _FIRST_PAUSE
            known = isinstance(error, DrawbellError)
            log.error(
                "loop_failed", loop=name, reason=str(error), again_in=pause, exc_info=not known
            )
        else:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(ending.wait(), pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


class Pulse:
    """Gathers the beats of all loops and writes them down together."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._beats: dict[str, tuple[datetime, str | None]] = {}

    def beat_of(self, name: str) -> Callable[..., None]:
        """What a loop calls to say that it lives, with whatever `status` should show."""

        def beat(note: str | None = None) -> None:
            self._beats[name] = (self._clock(), note)

        return beat

    async def run(self) -> None:
        """Write beats down every few seconds, without end."""
        while True:
            await asyncio.sleep(BEAT_EVERY)
            await self._write()

    async def _write(self) -> None:
        beats, self._beats = self._beats, {}
        try:
            async with self._store.begin() as memory:
                for name, (at, note) in beats.items():
                    await memory.process.beat(name, at, note)
        except StoreUnavailable as error:
            log.error("store_unavailable", reason=str(error))
