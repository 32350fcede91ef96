"""Servers: which rounds are posted in which channel, with which roles, and when we leave."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import discord
import structlog

from adapters.discord.answers import Answers, reply_of
from adapters.discord.chats import PLATFORM, Chat
from adapters.discord.events import Asked, Pressed, Used
from adapters.discord.notifier import FORUM, KIND
from adapters.discord.permissions import can_hold_posts, missing_in
from adapters.discord.roles import Roles
from adapters.discord.slash import typed
from bot.chat.groups import Place, converse_in_group
from bot.core.subscribers import OWNER
from bot.core.troubles import Trouble
from bot.ports import Store
from bot.wording.spans import Reply
from bot.wording.words import Words, words_in

log = structlog.get_logger()

REMOVED = "Discord: we were removed from the server"
"""Why nothing is posted in its channels any more, as Discord told us by itself."""

_AT = "@"
"""Before the id of the channel that a button is about."""


class Servers:
    """What members with Manage Server decide, and what becomes of it."""

    def __init__(
        self,
        client: discord.Client,
        answers: Answers,
        roles: Roles,
        store: Store,
        clock: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._answers = answers
        self._roles = roles
        self._store = store
        self._clock = clock

    async def used(self, event: Used) -> None:
        """/follow or /unfollow."""
        await self._answers.acknowledge(event.asked)
        channel = int(event.given.get("channel") or event.asked.channel or 0)
        words = await self._words(event.asked, channel)
        refusal = self._refusal(event, words, channel)
        if refusal is not None:
            await self._answers.show(event.asked, refusal, words.language)
            return
        reply = await self._converse(event.asked, channel, typed(event.path, event.given))
        if event.path[0] == "follow" and event.asked.manages:
            reply = await self._with_facts(event, channel, reply, words)
        await self._answers.show(event.asked, reply, words.language)

    async def pressed(self, event: Pressed, text: str) -> None:
        """A switch under the answer to /follow."""
        await self._answers.acknowledge(event.asked, own=event.own)
        at, _blank, command = text.removeprefix(_AT).partition(" ")
        channel = int(at)
        words = await self._words(event.asked, channel)
        reply = await self._converse(event.asked, channel, command)
        await self._answers.show(event.asked, reply, words.language)

    def _refusal(self, event: Used, words: Words, channel: int) -> Reply | None:
        """What keeps us from posting there, asked before anything is saved."""
        if event.path[0] != "follow" or not event.asked.manages:
            return None
        if not can_hold_posts(self._kind(channel)):
            return reply_of(words.say("I cannot post there: it is no channel that I can see."))
        missing = missing_in(self._client, channel)
        if not missing:
            return None
        names = words.listed([_permission(words, one) for one in missing])
        return reply_of(
            words.say("I cannot post there yet. I lack: {permissions}.", permissions=names),
            words.say("Give them to my role in that channel, then use the command again."),
        )

    async def _converse(self, asked: Asked, channel: int, text: str) -> Reply:
        place = Place(
            address=_chat(channel).address,
            title=self._title(channel),
            language=asked.language,
            admin=asked.manages,
            who=str(Chat(asked.person)),
            private=f"https://discord.com/users/{asked.app}",
        )
        reply = await converse_in_group(text, place, store=self._store, clock=self._clock)
        return _about(channel, reply or reply_of("?"))

    async def _with_facts(self, event: Used, channel: int, reply: Reply, words: Words) -> Reply:
        """Keep what else we need to know there: a forum is one, and roles."""
        if self._kind(channel) is discord.ChannelType.forum:
            await self._keep(channel, {KIND: FORUM})
        chosen = event.given.get("role")
        if chosen is None:
            return reply
        facts, said = self._roles.chosen(event, words)
        await self._keep(channel, facts)
        lines = (*reply.message.lines, *reply_of(said).message.lines)
        return replace(reply, message=replace(reply.message, lines=lines))

    def _kind(self, channel: int) -> discord.ChannelType:
        """What a channel of a server is; a private one if we cannot see it."""
        known = self._client.get_channel(channel)
        if isinstance(known, discord.abc.GuildChannel | discord.Thread):
            return known.type
        return discord.ChannelType.private

    def _title(self, channel: int) -> str:
        known = self._client.get_channel(channel)
        if isinstance(known, discord.abc.GuildChannel | discord.Thread):
            return f"#{known.name} ({known.guild.name})"
        return ""

    async def _keep(self, channel: int, facts: dict[str, str]) -> None:
        async with self._store.begin() as memory:
            saved = await memory.subscribers.find(_chat(channel).address)
            if saved is not None and facts:
                await memory.subscribers.save(saved.with_facts(**facts))

    async def _words(self, asked: Asked, channel: int) -> Words:
        async with self._store.look() as memory:
            saved = await memory.subscribers.find(_chat(channel).address)
        return words_in(saved.language if saved else asked.language)

    async def removed(self, guild: discord.Guild) -> None:
        """We are no longer in a server: nothing is posted in its channels."""
        channels, now = [one.id for one in (*guild.channels, *guild.threads)], self._clock()
        async with self._store.begin() as memory:
            for channel in channels:
                for key, one in await memory.subscribers.in_chat(PLATFORM, str(_chat(channel))):
                    await memory.subscribers.save(replace(one, gone_at=now))
                    if one.fact(OWNER) and not one.paused:
                        await memory.troubles.note(key, Trouble.REMOVED, REMOVED, now)
        log.info("removed_from_server", server=guild.id)


def about_channel(text: str) -> bool:
    """Whether a button is about a channel's posts."""
    return text.startswith(_AT)


def _about(channel: int, reply: Reply) -> Reply:
    """The switches under a reply, with the channel that they are about."""
    choices = tuple(replace(one, says=f"{_AT}{channel} {one.says}") for one in reply.choices)
    return replace(reply, choices=choices)


def _chat(channel: int) -> Chat:
    return Chat(channel, is_group=True)


def _permission(words: Words, name: str) -> str:
    return {
        "view_channel": words.say("View Channel"),
        "embed_links": words.say("Embed Links"),
        "send_messages": words.say("Send Messages"),
        "send_messages_in_threads": words.say("Send Messages in Threads"),
    }[name]
