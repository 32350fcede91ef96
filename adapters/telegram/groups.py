"""Groups, channels and topics: who may decide there, and what changes about them."""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from weakref import WeakValueDictionary

import structlog

from adapters.telegram.answering import Answering
from adapters.telegram.chats import PLATFORM, Chat
from adapters.telegram.links import private_link
from adapters.telegram.render import edits
from adapters.telegram.sending import Wire
from adapters.telegram.updates import Membership, Migrated, Person, Pressed, Said
from bot.chat.groups import Place, arrive, converse_in_group, is_for_admins, refusal
from bot.core.errors import DeliveryError
from bot.core.subscribers import OWNER, TITLE, Subscriber
from bot.core.troubles import Trouble
from bot.ports import Store, UnitOfWork
from bot.wording.words import words_in

log = structlog.get_logger()

_COMMAND = re.compile(r"(/\w+)(?:@(\w+))?(.*)", re.DOTALL)
BLOCKED = "Telegram: we were blocked or removed"
"""Why nobody is reached in a chat any more, as Telegram told us by itself."""

_ADMIN_FOR = 60.0
"""Seconds for which somebody is taken for an administrator without asking again."""


class Groups:
    """What happens where many read along."""

    def __init__(
        self, wire: Wire, answering: Answering, store: Store, clock: Callable[[], datetime]
    ) -> None:
        self._wire = wire
        self._answering = answering
        self._store = store
        self._clock = clock
        self._admins: dict[tuple[int, int], float] = {}
        self._pressing: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def said(self, event: Said) -> None:
        """Somebody typed in a group; what is meant for another bot or for people is left alone."""
        text = self._for_us(event.text)
        if text is not None:
            await self._converse(event, text)

    def _for_us(self, text: str) -> str | None:
        found = _COMMAND.fullmatch(text)
        if found is None:
            return None
        word, name, rest = found.groups()
        if name is not None and name.casefold() != self._wire.bot.username.casefold():
            return None
        return word + rest

    async def pressed(self, event: Pressed, text: str) -> None:
        """An administrator pressed a button under one of our messages in a group.

        All our buttons there are theirs, and Telegram passes on whatever others make up. Who may
        not decide is told so alone: an answer would take the place of a post, or stand in a channel
        where they cannot write.
        """
        if not await self._is_admin(event.chat, event.who):
            only_admins = refusal(words_in(event.who.language))
            await self._answering.acknowledge(event.query, only_admins)
            return
        await self._answering.acknowledge(event.query)
        replaced = event.message if edits(event.data) else None
        # Of two who press at once, the later is to show what both have changed.
        async with self._pressing.setdefault(event.chat.id, asyncio.Lock()):
            place = await self._place_of(event, text)
            await self._reply(text, place, event.chat, replaced)

    async def _converse(self, event: Said | Membership, text: str) -> None:
        await self._reply(text, await self._place_of(event, text), event.chat)

    async def _reply(
        self, text: str, place: Place, chat: Chat, replaced: int | None = None
    ) -> None:
        reply = await converse_in_group(text, place, store=self._store, clock=self._clock)
        if reply is not None:
            await self._answering.answer(chat, reply, replaced)

    async def _place_of(self, event: Said | Pressed | Membership, text: str) -> Place:
        """The place, with what has to be known of who speaks there for what they say."""
        place = self._place(event)
        if not is_for_admins(text):
            return place
        admin = await self._is_admin(event.chat, event.who)
        return replace(place, admin=admin, who=place.who or await self._owner(event.chat))

    def _place(self, event: Said | Pressed | Membership) -> Place:
        return Place(
            address=event.chat.address,
            title=event.title,
            language=event.who.language,
            admin=False,
            who="" if event.who.id is None else str(event.who.id),
            private=private_link(self._wire.bot.username),
        )

    async def _owner(self, chat: Chat) -> str:
        """Who brought us here: the one to tell where it is the channel itself that speaks."""
        async with self._store.look() as memory:
            group = await memory.subscribers.find(Chat(chat.id).address)
        return (group and group.fact(OWNER)) or ""

    async def _is_admin(self, chat: Chat, who: Person) -> bool:
        if who.id is None:
            return who.anonymous_admin
        key = (chat.id, who.id)
        if self._admins.get(key, 0.0) > time.monotonic():
            return True
        try:
            member = await self._wire.call("GetChatMember", chat_id=chat.id, user_id=who.id)
        except DeliveryError as error:
            log.warning("member_unknown", chat=chat.id, reason=str(error))
            return False
        admin = member.get("status") in ("creator", "administrator")
        if admin:
            self._admins[key] = time.monotonic() + _ADMIN_FOR
        return admin

    async def migrated(self, event: Migrated) -> None:
        """A group has become a supergroup: the same people under another id, and we with them."""
        async with self._store.begin() as memory:
            for key, one in await memory.subscribers.in_chat(PLATFORM, str(event.chat.id)):
                topic = Chat.of(one.address.chat).topic
                await memory.subscribers.save(replace(one, gone_at=None))
                await memory.troubles.over([key])
                await memory.subscribers.move(one.address, str(Chat(event.to, topic)))
        log.info("chat_migrated", chat=event.chat.id, to=event.to)

    async def membership(self, event: Membership) -> None:
        """We were added, removed, blocked, or may do more or less than before."""
        known = await (self._back(event) if event.may_write else self._went(event))
        if event.there and not event.was_there and not known and event.chat.is_group:
            await self._came(event)

    async def _came(self, event: Membership) -> None:
        await arrive(self._place(event), self._store)
        if event.may_write:
            await self._converse(event, "/help")

    async def _back(self, event: Membership) -> bool:
        """Whoever was known here is reached again; False when nobody was."""
        async with self._store.begin() as memory:
            known = await memory.subscribers.in_chat(PLATFORM, str(event.chat.id))
            for _key, one in known:
                if one.address.platform == PLATFORM:
                    await memory.subscribers.save(replace(one, gone_at=None))
            await memory.troubles.over([key for key, _one in known])
        return bool(known)

    async def _went(self, event: Membership) -> bool:
        """Whoever was known here is not reached any more; False when nobody was."""
        async with self._store.begin() as memory:
            known = await memory.subscribers.in_chat(PLATFORM, str(event.chat.id))
            for key, one in known:
                if one.fact(OWNER) and not one.paused:
                    await memory.subscribers.save(one.with_facts(**{TITLE: event.title}))
                    await memory.troubles.note(key, _trouble_of(event), BLOCKED, self._clock())
                await self._lost(memory, key, one)
        return bool(known)

    async def _lost(self, memory: UnitOfWork, key: int, one: Subscriber) -> None:
        """Nobody is reached here any more; a person perhaps in another place."""
        now, place = self._clock(), one.on(PLATFORM) or one.address
        if not await memory.recipients.fall_back(key, place, BLOCKED, now):
            await memory.recipients.gone(key, now)


def _trouble_of(event: Membership) -> Trouble:
    return Trouble.SILENCED if event.there else Trouble.REMOVED
