"""One instance at a time: a lease in the database, so that a second one started by mistake waits.

Two senders would not send anything twice (claims are leased as well), but they would share one
platform's ceiling without knowing, and Telegram gives updates to one of them only.

Whoever finds the last holder dead inherits its claims too: nobody else sends on these platforms,
so no reader has to wait for a dead sender's leases to run out.
"""

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from bot.core.errors import StoreUnavailable
from bot.ports import Store, UnitOfWork

log = structlog.get_logger()

LEASE = timedelta(seconds=20)
RENEW_EVERY = 5.0
_NAME = "instance"
_OURS: set[str] = set()


class Instance:
    """One running process, as the database knows it."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], *, platforms: Sequence[str] = ()
    ) -> None:
        self._store = store
        self._clock = clock
        self._platforms = platforms
        self._until = clock()
        self.owner = f"{socket.gethostname()}/{os.getpid()}/{uuid4().hex[:8]}"
        _OURS.add(self.owner)

    async def acquire(self, stop: asyncio.Event) -> bool:
        """Wait until nobody else runs; False if `stop` came first."""
        waiting = False
        while not stop.is_set():
            if await self._take():
                return True
            if not waiting:
                log.critical("standing_by", reason="another instance of drawbell is running")
                waiting = True
            await _either(stop, RENEW_EVERY)
        return False

    async def hold(self) -> None:
        """Renew the lease; returns when it is lost."""
        while True:
            await asyncio.sleep(RENEW_EVERY)
            if not await self._take():
                log.critical("lease_lost", reason="another instance of drawbell has taken over")
                return

    async def _take(self) -> bool:
        """Take or renew; a broken database costs us the lease only when it has run out."""
        now = self._clock()
        try:
            async with self._store.begin() as memory:
                taken = await self._take_in(memory, now)
        except StoreUnavailable as error:
            log.error("store_unavailable", reason=str(error))
            return self._clock() < self._until
        if taken:
            self._until = now + LEASE
        return taken

    async def _take_in(self, memory: UnitOfWork, now: datetime) -> bool:
        holder = await memory.process.holder(_NAME)
        dead = holder.owner if holder is not None and _is_dead(holder.owner) else ""
        taken = await memory.process.take(
            _NAME, self.owner, now=now, until=now + LEASE, instead_of=dead
        )
        if taken and dead:
            claims = [await memory.outbox.take_back(platform) for platform in self._platforms]
            log.warning("took_over", reason="the last instance has died", claims=sum(claims))
        return taken

    async def leave(self) -> None:
        """Let the next one start at once."""
        try:
            async with self._store.begin() as memory:
                await memory.process.leave(_NAME, self.owner)
        except StoreUnavailable as error:
            log.error("store_unavailable", reason=str(error))


def _is_dead(owner: str) -> bool:
    """Whether an owner was a process of this machine that has ended; False when in doubt."""
    host, _, rest = owner.partition("/")
    pid = rest.partition("/")[0]
    if host != socket.gethostname() or not pid.isdecimal():
        return False
    if int(pid) == os.getpid():
        return owner not in _OURS  # an earlier life in the same container
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


async def _either(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
