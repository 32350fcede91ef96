"""The platforms as the settings ask for them, all with one face."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from adapters.http.notifier import HttpNotifier, http_notifier
from bot.core.subscribers import Address
from bot.pipeline.limiter import Lane, Limiter
from bot.ports import Notifier, Store
from bot.settings import Settings

if TYPE_CHECKING:
    from adapters.telegram.platform import Telegram
from bot.wording.spans import Reply


class Platform(Protocol):
    """A place where people are alerted, and perhaps talked to."""

    @property
    def name(self) -> str:
        """Its name, as in addresses."""

    @property
    def notifier(self) -> Notifier:
        """Sends alerts there."""

    async def run(
        self,
        store: Store,
        limiter: Limiter,
        clock: Callable[[], datetime],
        beat: Callable[[], None],
    ) -> None:
        """Receive and answer until cancelled.

        Raises:
            DrawbellError: it cannot be reached now.
        """

    async def tell(self, chat: str, reply: Reply, limiter: Limiter) -> None:
        """Send something to one chat: the operator's, say.

        Raises:
            DrawbellError: it could not be sent.
        """


class _OneWay:
    """A platform on which nobody talks to us."""

    def __init__(self, notifier: HttpNotifier) -> None:
        self.name = notifier.traits.platform
        self.notifier = notifier

    async def run(
        self,
        store: Store,  # noqa: ARG002 - as the protocol has it
        limiter: Limiter,  # noqa: ARG002
        clock: Callable[[], datetime],  # noqa: ARG002
        beat: Callable[[], None],  # noqa: ARG002
    ) -> None:
        """Nothing comes."""
        await asyncio.Event().wait()

    async def tell(self, chat: str, reply: Reply, limiter: Limiter) -> None:
        """Post a message."""
        await limiter.turn(Lane.REPLY)
        await self.notifier.post(chat, reply.message.plain(), key=uuid4().hex)


@asynccontextmanager
async def http_of(url: str, settings: Settings) -> AsyncIterator[Platform]:
    """The operator's own server."""
    async with http_notifier(
        url,
        per_second=settings.http_per_second,
        idempotent_seconds=settings.http_idempotent_seconds,
        timeout_seconds=settings.http_timeout_seconds,
    ) as notifier:
        yield _OneWay(notifier)


class Notes:
    """What an adapter keeps for itself between restarts, in the database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, key: str) -> str | None:
        """What was noted under a key."""
        async with self._store.look() as memory:
            return await memory.process.note(key)

    async def set(self, key: str, value: str) -> None:
        """Note something for the next start."""
        async with self._store.begin() as memory:
            await memory.process.keep_note(key, value)

    async def know(self, address: Address, name: str, value: str) -> None:
        """Keep a fact of whoever is at an address, if anybody is."""
        async with self._store.begin() as memory:
            saved = await memory.subscribers.find(address)
            if saved is not None:
                await memory.subscribers.save(saved.with_facts(**{name: value}))


def discord_of(settings: Settings, store: Store) -> AbstractAsyncContextManager[Platform]:
    """Discord."""
    from adapters.discord.platform import DiscordSettings, discord_bot  # noqa: PLC0415 - as below

    assert settings.discord_token is not None  # noqa: S101 - asked for by who has one
    return discord_bot(
        DiscordSettings(
            token=settings.discord_token.get_secret_value(),
            api_url=settings.discord_api_url.rstrip("/"),
            per_second=settings.discord_per_second,
            shards=settings.discord_shards,
            proxy=settings.discord_proxy,
        ),
        Notes(store),
    )


def telegram_of(settings: Settings) -> "AbstractAsyncContextManager[Telegram]":
    """Telegram."""
    # Half a second of imports, for those only who speak it.
    from adapters.telegram.platform import TelegramSettings, telegram  # noqa: PLC0415
    from adapters.telegram.webhook import Webhook  # noqa: PLC0415

    assert settings.telegram_token is not None  # noqa: S101 - asked for by who has one
    url = settings.telegram_webhook_url
    host, _, port = settings.telegram_webhook_listen.rpartition(":")
    host = host.strip("[]")  # an IPv6 address
    return telegram(
        TelegramSettings(
            token=settings.telegram_token.get_secret_value(),
            api_url=settings.telegram_api_url.rstrip("/"),
            per_second=settings.telegram_per_second,
            per_group_minute=settings.telegram_per_group_minute,
            proxy=settings.telegram_proxy,
            paid=settings.telegram_paid_broadcast,
            webhook=None if url is None else Webhook(url=url, host=host, port=int(port)),
        )
    )
