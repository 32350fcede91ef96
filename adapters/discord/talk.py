"""Conversations on Discord: commands, controls, forms, and what is written to us in private."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord
import structlog

from adapters.discord.answers import Answers, bodies, reply_of
from adapters.discord.chats import Chat
from adapters.discord.completing import completions
from adapters.discord.components import WRITE, said
from adapters.discord.errors import InteractionOver
from adapters.discord.events import Asked, Event, Pressed, Submitted, Typing, Used, event_of
from adapters.discord.forms import answer_form, profile_form, said_by
from adapters.discord.roles import Roles
from adapters.discord.sending import Wire
from adapters.discord.servers import Servers, about_channel
from adapters.discord.slash import EDIT, SERVER_COMMANDS, typed
from adapters.discord.subscribing import Subscribing
from adapters.discord.turns import TooMany, Turns
from bot.chat.conversation import converse
from bot.core.errors import DrawbellError
from bot.core.subscribers import Language, Subscriber
from bot.pipeline.ending import let_end
from bot.pipeline.limiter import Lane, Limiter
from bot.ports import Store
from bot.wording.spans import BLANK, Line, Message, Reply
from bot.wording.words import Words, words_in

log = structlog.get_logger()

_ROLE = "r:"


class Talk:
    """See `adapters.discord.client.Listener`."""

    def __init__(
        self,
        client: discord.Client,
        wire: Wire,
        subscribing: Subscribing,
        limiter: Limiter,
        store: Store,
        clock: Callable[[], datetime],
    ) -> None:
        self._wire = wire
        self._answers = Answers(wire)
        self._roles = Roles(client, wire, self._answers)
        self._servers = Servers(client, self._answers, self._roles, store, clock)
        self._subscribing = subscribing
        self._limiter = limiter
        self._store = store
        self._clock = clock
        self._turns = Turns()
        self._busy: set[asyncio.Task[Any]] = set()

    async def finish(self, seconds: float) -> None:
        """Let what is being answered come to an end, for a while."""
        await let_end(self._busy, seconds)

    @contextmanager
    def _at_work(self, what: str) -> Iterator[None]:
        """What goes wrong with one event stops no other."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - this is run by one
        self._busy.add(task)
        try:
            yield
        except InteractionOver as over:
            log.info("interaction_over", reason=str(over))
        except TooMany:
            log.info("too_many_at_once", during=what)
        except DrawbellError as error:
            log.error("answer_failed", during=what, reason=str(error))
        except Exception:
            log.exception("answer_failed", during=what)
        finally:
            self._busy.discard(task)

    async def interaction(self, happened: discord.Interaction) -> None:
        """Answer a command, a control or a form."""
        with self._at_work(happened.type.name):
            event = event_of(happened)
            if event is not None:
                await self._take(event)

    async def removed(self, guild: discord.Guild) -> None:
        """We are no longer in a server."""
        with self._at_work("removed"):
            await self._servers.removed(guild)

    async def _take(self, event: Event) -> None:
        match event:
            case Typing():
                await self._complete(event)
            case Used():
                await self._used(event)
            case Pressed():
                await self._pressed(event)
            case Submitted():
                commands = said_by(event.form, event.fields)
                await self._answer(event.asked, commands or ["/profile"], own=event.own)

    async def _used(self, event: Used) -> None:
        if event.path[0] in SERVER_COMMANDS:
            await self._servers.used(event)
        elif event.path[1:] == (EDIT,):
            saved = await self._saved(event.asked.person)
            words = words_in(saved.language if saved else event.asked.language)
            form = profile_form(words, saved.profiles[0] if saved else None)
            await self._answers.open_form(event.asked, form)
        else:
            await self._answer(event.asked, [typed(event.path, event.given)])

    async def _pressed(self, event: Pressed) -> None:
        if event.control == WRITE:
            words = await self._words(event.asked)
            await self._answers.open_form(event.asked, answer_form(words))
            return
        if event.control.startswith(_ROLE):
            await self._roles.toggle(event.asked, int(event.control.removeprefix(_ROLE)))
            return
        # A control of a version that knew other ones still leads somewhere.
        text = said(event.control) or "/help"
        if about_channel(text):
            await self._servers.pressed(event, text)
        else:
            await self._answer(event.asked, [text], own=event.own)

    async def _answer(self, asked: Asked, commands: list[str], *, own: bool = False) -> None:
        """Acknowledge, then do: an interaction that came twice is acknowledged once."""
        await self._answers.acknowledge(asked, own=own)
        try:
            async with self._turns.of(asked.person):
                await self._answer_now(asked, commands)
        except TooMany:
            words = words_in(asked.language)
            text = words.say("That was quicker than I can answer, so I left some of it out.")
            await self._answers.show(asked, reply_of(text), asked.language)

    async def _answer_now(self, asked: Asked, commands: list[str]) -> None:
        try:
            replies = [await self._converse(asked, text) for text in commands]
        except DrawbellError:
            words = words_in(asked.language)
            sorry = words.say("Something went wrong on my side, and nothing was saved. Sorry.")
            await self._answers.show(asked, reply_of(sorry), asked.language)
            raise
        language = (await self._words(asked)).language
        await self._answers.show(asked, _together(replies), language)
        warning = await self._subscribing.check(asked.person)
        if warning is not None:
            await self._answers.add(asked, warning, language)

    async def _converse(self, asked: Asked, text: str) -> Reply:
        return await converse(
            text,
            address=Chat(asked.person).address,
            store=self._store,
            clock=self._clock,
            language=asked.language,
        )

    async def _complete(self, event: Typing) -> None:
        words = await self._words(event.asked)
        async with self._store.look() as memory:
            found = await completions(event, words, memory)
        await self._answers.complete(event.asked, found)

    async def written(self, message: discord.Message) -> None:
        """Somebody wrote to us in private: the same conversation, and alerts can come there."""
        if message.author.bot or not message.content.strip():
            return
        person = message.author.id
        with self._at_work("message"):
            async with self._turns.of(person):
                reply = await converse(
                    message.content,
                    address=Chat(person).address,
                    store=self._store,
                    clock=self._clock,
                )
                await self._subscribing.is_at(person, message.channel.id)
                await self._send(message.channel.id, reply, await self._language(person))

    async def _send(self, channel: int, reply: Reply, language: Language) -> None:
        for body in bodies(reply, language):
            await self._limiter.turn(Lane.REPLY)
            await self._wire.send(channel, body)

    async def _words(self, asked: Asked) -> Words:
        saved = await self._saved(asked.person)
        return words_in(saved.language if saved else asked.language)

    async def _language(self, person: int) -> Language:
        saved = await self._saved(person)
        return saved.language if saved else Language.ENGLISH

    async def _saved(self, person: int) -> Subscriber | None:
        async with self._store.look() as memory:
            return await memory.subscribers.find(Chat(person).address)


def _together(replies: list[Reply]) -> Reply:
    """Several replies as one; what can be picked is what the last one offers."""
    lines: list[Line] = []
    for reply in replies:
        lines += [*([BLANK] if lines else []), *reply.message.lines]
    return replace(replies[-1], message=Message(lines=tuple(lines)))
