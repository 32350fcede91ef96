"""The operator's desk: one message when something goes wrong, one when it is well again."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.core.errors import DrawbellError
from bot.core.subscribers import Address, Language
from bot.ports import Incident, Store
from bot.wording.incidents import incident_message
from bot.wording.spans import Reply
from bot.wording.words import words_in

log = structlog.get_logger()

_LOOK_EVERY = 5.0
# What mends itself within so long is nobody's business: a mirror restarts, a cache is stale.
_GRACE = {
    "source_unavailable": timedelta(minutes=10),
    "payload_older": timedelta(hours=1),
}
# What begins again and again is told so often within a while, and then only if it lasts.
_OFTEN, _A_WHILE, _LASTING = 3, timedelta(hours=1), timedelta(minutes=10)


class Teller(Protocol):
    """Sends something to one chat of a platform."""

    async def __call__(self, chat: str, reply: Reply) -> None:
        """Send it.

        Raises:
            DrawbellError: it could not be sent.
        """


class Desk:
    """Tells the operators' chats of incidents, each at its beginning and at its end."""

    def __init__(
        self,
        chats: Sequence[Address],
        tellers: Mapping[str, Teller],
        store: Store,
        clock: Callable[[], datetime],
    ) -> None:
        self._chats = chats
        self._tellers = tellers
        self._store = store
        self._clock = clock
        self._begins: dict[str, deque[datetime]] = defaultdict(lambda: deque(maxlen=_OFTEN))

    async def run(self) -> None:
        """Look for incidents without end."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_EVERY)

    async def look(self) -> None:
        """Tell what has not been told; what could not be sent is told at the next look."""
        async with self._store.look() as memory:
            incidents = await memory.process.incidents()
        for incident in incidents:
            if self._is_due(incident) and await self._told(incident):
                async with self._store.begin() as memory:
                    await memory.process.told(incident)

    def _is_due(self, incident: Incident) -> bool:
        if incident.ended_at is not None:
            return True
        grace = _GRACE.get(incident.kind.partition("/")[0], timedelta())
        if self._is_nothing_new(incident.kind):
            grace = max(grace, _LASTING)
        return not incident.told_begin and self._clock() >= incident.began_at + grace

    def _is_nothing_new(self, kind: str) -> bool:
        """Whether the operator has heard of the like often enough of late."""
        told = self._begins[kind]
        return len(told) == _OFTEN and self._clock() < told[0] + _A_WHILE

    async def _told(self, incident: Incident) -> bool:
        """Whether it is out of the way: told to one operator at least, or not worth telling."""
        if incident.ended_at is not None and not incident.told_begin:
            return True  # over before anybody had to know
        if not self._chats:
            return True  # the log has it
        told = any([await self._send(chat, incident) for chat in self._chats])
        if told and incident.ended_at is None:
            self._begins[incident.kind].append(self._clock())
        return told

    async def _send(self, to: Address, incident: Incident) -> bool:
        teller = self._tellers.get(to.platform)
        if teller is None:
            return False
        words = words_in(await self._language_of(to))
        try:
            await teller(to.chat, Reply(message=incident_message(words, incident)))
        except DrawbellError as error:
            log.warning("operator_not_told", incident=incident.kind, reason=str(error))
            return False
        return True

    async def _language_of(self, to: Address) -> Language:
        async with self._store.look() as memory:
            person = await memory.subscribers.find(to)
        return person.language if person else Language.ENGLISH
