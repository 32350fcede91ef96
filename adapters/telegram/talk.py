"""Conversations on Telegram: each person's in order, everybody's at once, floods slowed down."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any

import structlog

from adapters.telegram.answering import Answering
from adapters.telegram.chats import Chat
from adapters.telegram.groups import Groups
from adapters.telegram.links import said_by_link
from adapters.telegram.render import edits, said
from adapters.telegram.updates import WITHOUT_WORDS, Event, Membership, Migrated, Pressed, Said
from bot.chat.conversation import converse
from bot.core.errors import DrawbellError, StoreUnavailable
from bot.core.subscribers import Language, Subscriber
from bot.pipeline.ending import let_end
from bot.ports import Store
from bot.wording.spans import Message, Reply, line
from bot.wording.words import words_in

log = structlog.get_logger()

MOST_WAITING = 5
"""So many things one person may have said that are not answered yet."""

Key = tuple[int, int | None]


class Talk:
    """Takes events as they come; answers each in its own time."""

    def __init__(
        self,
        answering: Answering,
        groups: Groups,
        store: Store,
        clock: Callable[[], datetime],
    ) -> None:
        self._answering = answering
        self._groups = groups
        self._store = store
        self._clock = clock
        self._waiting: dict[Key, deque[Event]] = {}
        self._flooding: set[Key] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, event: Event) -> None:
        """Answer an event after whatever the same person did before."""
        key = _key(event)
        queue = self._waiting.get(key)
        if queue is None:
            self._waiting[key] = deque([event])
            self._begin(self._go_on(key))
        elif event == queue[-1] and isinstance(event, Said) and event.text == WITHOUT_WORDS:
            return  # the other pictures of an album: one answer is help enough
        elif len(queue) <= MOST_WAITING or isinstance(event, Membership | Migrated):
            queue.append(event)
        else:
            self._flooding.add(key)
            if isinstance(event, Pressed):
                self._begin(self._answering.acknowledge(event.query))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, seconds: float) -> None:
        """Let what is being answered come to an end, for a while."""
        await let_end(self._tasks, seconds)

    async def _go_on(self, key: Key) -> None:
        queue = self._waiting[key]
        try:
            while queue:
                event = queue[0]
                await self._safely(event, self._answer)
                queue.popleft()
                if not queue and key in self._flooding:
                    self._flooding.discard(key)
                    await self._safely(event, self._slow_down)
        finally:
            self._flooding.discard(key)
            del self._waiting[key]

    async def _safely(self, event: Event, do: Callable[[Event], Awaitable[None]]) -> None:
        try:
            await do(event)
        except StoreUnavailable as error:
            _log_failure(event, error)
            await self._apologise(event)
        except DrawbellError as error:
            _log_failure(event, error)
        except Exception:
            log.exception("answer_failed", event_kind=type(event).__name__)

    async def _apologise(self, event: Event) -> None:
        if not isinstance(event, Said | Pressed) or event.chat.is_group:
            return
        words = words_in(event.who.language)
        text = words.say("Something went wrong on my side, and nothing was saved. Sorry.")
        try:
            await self._answering.answer(event.chat, _one_line(text))
        except DrawbellError as error:
            _log_failure(event, error)

    async def _answer(self, event: Event) -> None:
        match event:
            case Said() if not event.chat.is_group:
                text = said_by_link(event.text)
                await self._converse(event.chat, text or event.text, event.who.language)
                if text is not None:
                    await self._greet(event)
            case Said():
                await self._groups.said(event)
            case Pressed():
                await self._pressed(event)
            case Migrated():
                await self._groups.migrated(event)
            case Membership():
                await self._groups.membership(event)

    async def _greet(self, event: Said) -> None:
        """Somebody new came by a link: after what it was about, the set-up."""
        if await self._person(event.chat) is None:
            await self._converse(event.chat, "/start", event.who.language)

    async def _pressed(self, event: Pressed) -> None:
        if event.chat.is_group:
            await self._groups.pressed(event, said(event.data) or "/help")
            return
        await self._answering.acknowledge(event.query)
        person = await self._person(event.chat)
        # A button of a version that knew other ones still leads somewhere.
        text = said(event.data, person.conversation.offered if person else ()) or "/help"
        replaced = event.message if edits(event.data) else None
        await self._converse(event.chat, text, event.who.language, replaced)

    async def _person(self, chat: Chat) -> Subscriber | None:
        async with self._store.look() as memory:
            return await memory.subscribers.find(chat.address)

    async def _converse(
        self, chat: Chat, text: str, language: Language, replaced: int | None = None
    ) -> None:
        reply = await converse(
            text,
            address=chat.address,
            store=self._store,
            clock=self._clock,
            language=language,
        )
        await self._answering.answer(chat, reply, replaced)

    async def _slow_down(self, event: Event) -> None:
        if event.chat.is_group or not isinstance(event, Said | Pressed):
            return
        person = await self._person(event.chat)
        words = words_in(person.language if person else event.who.language)
        text = words.say("That was quicker than I can answer, so I left some of it out.")
        await self._answering.answer(event.chat, _one_line(text))


def _one_line(text: str) -> Reply:
    return Reply(message=Message(lines=(line(text),)))


def _log_failure(event: Event, error: DrawbellError) -> None:
    log.error("answer_failed", event_kind=type(event).__name__, reason=str(error))


def _key(event: Event) -> Key:
    who = event.who.id if isinstance(event, Said | Pressed) else None
    return event.chat.id, who
