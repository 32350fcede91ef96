"""Discord as a whole: a bot that receives, answers and notifies."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import aiohttp
import discord
import structlog

from adapters.discord.answers import bodies
from adapters.discord.chats import Chat
from adapters.discord.client import Listener, ManyShards, OneShard
from adapters.discord.definitions import definitions
from adapters.discord.doors import Doors
from adapters.discord.errors import translated
from adapters.discord.notifier import DM, DiscordNotifier
from adapters.discord.permissions import missing_in
from adapters.discord.remembered import InMemory, Remembered, are_synced, sync_later
from adapters.discord.sending import Wire
from adapters.discord.subscribing import Subscribing
from adapters.discord.talk import Talk
from adapters.discord.transport import Rest
from bot.core.errors import DrawbellError, TryLater
from bot.core.subscribers import Language
from bot.pipeline.limiter import Lane, Limiter
from bot.ports import Store
from bot.wording.spans import Reply

log = structlog.get_logger()

_BEAT_EVERY = 3.0
_PATIENCE_AT_STOP = 4.0
_MakesListener = Callable[[discord.Client], Awaitable[Listener]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordSettings:
    """What the operator set. `shards` is None for as many as Discord asks for."""

    token: str = field(repr=False)
    api_url: str
    per_second: float
    shards: int | None = None
    proxy: str | None = None


class Discord:
    """One bot. `notifier` sends alerts; `run` receives and answers until it is cancelled.

    The two share a pool of connections and nothing else: without a gateway alerts still go out.
    """

    name = "discord"

    def __init__(self, rest: Rest, settings: DiscordSettings, remembered: Remembered) -> None:
        self._rest = rest
        self._settings = settings
        self._remembered = remembered
        self._wire = Wire(rest)
        self._doors = Doors(self._wire, self._keep_channel)
        self._client: discord.Client | None = None
        self._talk: Talk | None = None
        self._syncing: asyncio.Task[None] | None = None
        self.notifier = DiscordNotifier(
            self._wire,
            self._doors,
            per_second=settings.per_second,
            missing=lambda channel: missing_in(self._client, channel),
        )

    async def _keep_channel(self, person: int, channel: int) -> None:
        await self._remembered.know(Chat(person).address, DM, str(channel))

    async def run(
        self,
        store: Store,
        limiter: Limiter,
        clock: Callable[[], datetime],
        beat: Callable[[], None],
    ) -> None:
        """Receive and answer without end.

        Raises:
            DrawbellError: Discord cannot be reached, or does not accept the token.
        """
        beating = asyncio.create_task(_beat(beat))
        try:
            await self._connected(partial(self._listener, store, limiter, clock))
        finally:
            beating.cancel()
            if self._syncing is not None:
                self._syncing.cancel()
            talk, self._talk = self._talk, None
            if talk is not None:
                await talk.finish(_PATIENCE_AT_STOP)
            client, self._client = self._client, None
            if client is not None:
                with suppress(Exception):  # its socket may be half closed; we leave it anyway
                    await client.close()

    async def _connected(self, listener: _MakesListener) -> None:
        failure: DrawbellError
        try:
            self._client = await self._new_client(listener)
            await self._client.login(self._settings.token)
            log.info("discord_connected", bot=str(self._client.user))
            # One shard comes back by our own loop, which waits less long between its tries.
            await self._client.connect(reconnect=isinstance(self._client, ManyShards))
        except _FAILURES as error:
            failure = translated(error)
        else:
            failure = TryLater("Discord's gateway said goodbye")
        raise failure  # outside, so that nothing of the library's is chained to it

    async def _new_client(self, listener: _MakesListener) -> discord.Client:
        shards = self._settings.shards
        if shards is None:
            shards, _address, _limits = await self._rest.get_bot_gateway()
        if shards > 1:
            return ManyShards(listener, self._rest, shard_count=shards)
        return OneShard(listener, self._rest)

    async def _listener(
        self,
        store: Store,
        limiter: Limiter,
        clock: Callable[[], datetime],
        client: discord.Client,
    ) -> Listener:
        ours = self._wire, client.application_id or 0, definitions(), self._remembered
        if not await are_synced(*ours):
            self._syncing = asyncio.create_task(sync_later(*ours))
        subscribing = Subscribing(self._wire, self._doors, limiter, store)
        self._talk = Talk(client, self._wire, subscribing, limiter, store, clock)
        return self._talk

    async def tell(self, chat: str, reply: Reply, limiter: Limiter) -> None:
        """Send something to one chat: the operator's, say.

        Raises:
            DrawbellError: it could not be sent.
        """
        there = Chat.of(chat)
        channel = there.id if there.is_group else await self._doors.channel(there.id)
        for body in bodies(reply, Language.ENGLISH):
            await limiter.turn(Lane.REPLY)
            await self._wire.send(channel, body)


_FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, asyncio.TimeoutError)


async def _beat(beat: Callable[[], None]) -> None:
    while True:
        beat()
        await asyncio.sleep(_BEAT_EVERY)


@asynccontextmanager
async def discord_bot(
    settings: DiscordSettings, remembered: Remembered | None = None
) -> AsyncIterator[Discord]:
    """A bot that is not connected yet; its connections are closed at the end."""
    rest = Rest(
        settings.token, settings.api_url, per_second=settings.per_second, proxy=settings.proxy
    )
    await rest.open()
    try:
        yield Discord(rest, settings, remembered or InMemory())
    finally:
        await rest.shut()
