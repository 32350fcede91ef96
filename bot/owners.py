"""Tells whoever set a group, channel or topic up when it stops working, through crashes too."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.core.errors import DrawbellError, Misconfigured, TryLater
from bot.core.subscribers import Address, Language
from bot.core.troubles import Trouble, TroubledPlace
from bot.desk import Teller
from bot.ports import Store
from bot.wording.spans import Reply
from bot.wording.troubles import trouble_message
from bot.wording.words import words_in

log = structlog.get_logger()

REFUSALS_STAND_AFTER = timedelta(minutes=1)
"""A platform that wrongly refuses many chats alike is found out within seconds."""

_LOOK_EVERY = 5.0


class Owners:
    """One message for each owner and trouble, with all the places that are in it."""

    def __init__(
        self, tellers: Mapping[str, Teller], store: Store, clock: Callable[[], datetime]
    ) -> None:
        self._tellers = tellers
        self._store = store
        self._clock = clock

    async def run(self) -> None:
        """Look for places in trouble without end."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_EVERY)

    async def look(self) -> None:
        """Tell what has not been told; what cannot be sent now is told at a later look.

        One platform that is switched off or down holds up no other.
        """
        for platform, teller in self._tellers.items():
            before = self._clock() - REFUSALS_STAND_AFTER
            async with self._store.look() as memory:
                untold = await memory.troubles.untold(platform, before)
            for (owner, trouble), places in _together(untold).items():
                if await self._told(teller, owner, trouble, places):
                    async with self._store.begin() as memory:
                        await memory.troubles.told(places)

    async def _told(
        self, teller: Teller, owner: Address, trouble: Trouble, places: Sequence[TroubledPlace]
    ) -> bool:
        """Whether it is out of the way: told, or never to be told there."""
        words = words_in(await self._language_of(owner, places[0]))
        titles = list(dict.fromkeys(one.title for one in places))
        try:
            await teller(owner.chat, Reply(message=trouble_message(words, trouble, titles)))
        except (TryLater, Misconfigured) as error:
            log.info("owner_not_told", reason=str(error), again=True)
            return False
        except (DrawbellError, ValueError) as error:
            log.warning("owner_not_told", reason=str(error), again=False)
        return True

    async def _language_of(self, owner: Address, place: TroubledPlace) -> Language:
        async with self._store.look() as memory:
            person = await memory.subscribers.find(owner)
        return person.language if person else place.place.language


def _together(
    untold: Iterable[TroubledPlace],
) -> dict[tuple[Address, Trouble], list[TroubledPlace]]:
    found: dict[tuple[Address, Trouble], list[TroubledPlace]] = {}
    for one in untold:
        found.setdefault((one.owner, one.trouble), []).append(one)
    return found
