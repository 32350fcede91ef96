"""Private messages to new subscribers: opened, tried, remembered, or told of when closed."""

import structlog

from adapters.discord.answers import bodies, reply_of
from adapters.discord.chats import PLATFORM, Chat
from adapters.discord.doors import Doors
from adapters.discord.errors import DmsClosed
from adapters.discord.notifier import DM
from adapters.discord.sending import Wire
from bot.core.errors import DeliveryError
from bot.core.subscribers import Subscriber
from bot.pipeline.limiter import Lane, Limiter
from bot.ports import Store
from bot.wording.spans import Reply
from bot.wording.words import words_in

log = structlog.get_logger()


class Subscribing:
    """What an answer leads to: a private channel that is known to work, or a warning."""

    def __init__(self, wire: Wire, doors: Doors, limiter: Limiter, store: Store) -> None:
        self._wire = wire
        self._doors = doors
        self._limiter = limiter
        self._store = store
        self._tried: set[int] = set()

    async def check(self, person: int) -> Reply | None:
        """See to it that alerts can come; what the person has to be told, if there is anything.

        Raises:
            StoreUnavailable: the database cannot be used.
        """
        saved = await self._saved(person)
        if saved is None or saved.address.platform != PLATFORM:
            self._tried.discard(person)
            self._doors.closed.discard(person)
            return None
        if saved.fact(DM) is None and person not in self._tried:
            await self._try(saved, person)
        if person not in self._doors.closed:
            return None
        self._doors.closed.discard(person)  # told once, until it fails again
        return _warning(saved)

    async def is_at(self, person: int, channel: int) -> None:
        """The person wrote to us in private, so that way is open.

        Raises:
            StoreUnavailable: the database cannot be used.
        """
        saved = await self._saved(person)
        if saved is not None and saved.fact(DM) != str(channel):
            await self._doors.works(person, channel)
        self._doors.closed.discard(person)

    async def _try(self, saved: Subscriber, person: int) -> None:
        words = words_in(saved.language)
        hello = reply_of(words.say("This is where your alerts will come. Nothing to do here."))
        [body, *_] = bodies(hello, saved.language)
        try:
            channel = await self._doors.channel(person)
            await self._limiter.turn(Lane.REPLY)
            await self._wire.send(channel, body, f"hello-{person:x}"[-25:])
        except DmsClosed:
            self._tried.add(person)
            self._doors.closed.add(person)
        except DeliveryError as error:
            log.info("dm_not_tried", person=person, reason=str(error))
        else:
            await self._doors.works(person, channel)

    async def _saved(self, person: int) -> Subscriber | None:
        async with self._store.look() as memory:
            return await memory.subscribers.find(Chat(person).address)


def _warning(saved: Subscriber) -> Reply:
    words = words_in(saved.language)
    return reply_of(
        words.say("I cannot write to you in private, so no alert reaches you here."),
        words.say(
            "Allow direct messages in the privacy settings of a server that we share, or add me "
            "to your account; then /test shows whether it works."
        ),
    )
