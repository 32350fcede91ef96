"""discord.py's client, one shard or many, which hands on the few events that matter to us."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import discord
from discord.http import HTTPClient

# We do not speak, so nobody needs to hear that the libraries for it are missing.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False


class Listener(Protocol):
    """Who hears of what happens."""

    async def interaction(self, happened: discord.Interaction) -> None:
        """Somebody used a command, a control or a form."""

    async def written(self, message: discord.Message) -> None:
        """Somebody wrote to us in private."""

    async def removed(self, guild: discord.Guild) -> None:
        """We were thrown out of a server, or it is no more."""


def intents() -> discord.Intents:
    """What we hear of: servers with their channels and roles, and messages to us in private.

    None of it is privileged. What people say to a bot in private it may always read.
    """
    return discord.Intents(guilds=True, dm_messages=True)


class _Hearing(discord.Client):
    """What both kinds of clients do with events. `ready` is called once, before the gateway."""

    def __init__(
        self,
        listener: Callable[[discord.Client], Awaitable[Listener]],
        http: HTTPClient | None = None,
        **options: Any,
    ) -> None:
        self._given = http
        self._listener = listener
        self._hears: Listener | None = None
        super().__init__(
            intents=intents(),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            **options,
        )

    def _get_state(self, **options: Any) -> Any:
        if self._given is not None:
            self.http = self._given  # before discord.py builds the rest on its own
        return super()._get_state(**options)

    async def setup_hook(self) -> None:
        """Once, however often the gateway says that it is ready."""
        self._hears = await self._listener(self)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if self._hears is not None:
            await self._hears.interaction(interaction)

    async def on_message(self, message: discord.Message) -> None:
        ours = self.user is not None and message.author.id == self.user.id
        if self._hears is not None and message.guild is None and not ours:
            await self._hears.written(message)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        if self._hears is not None:
            await self._hears.removed(guild)


class OneShard(_Hearing):
    """A client with one connection."""


class ManyShards(_Hearing, discord.AutoShardedClient):
    """A client with several connections, each for a part of the servers."""
