"""Telegram as a whole: a bot that receives, answers and notifies."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from telegram import Bot, Update

from adapters.telegram.answering import Answering
from adapters.telegram.chats import Chat
from adapters.telegram.errors import SecondInstance
from adapters.telegram.groups import Groups
from adapters.telegram.menu import offer_until_taken
from adapters.telegram.notifier import MOST_IN_FLIGHT, TelegramNotifier
from adapters.telegram.sending import Wire
from adapters.telegram.talk import Talk
from adapters.telegram.transport import AiohttpRequest, stand_in
from adapters.telegram.updates import WANTED, event_of
from adapters.telegram.webhook import Webhook, listening
from bot.core.errors import DrawbellError
from bot.pipeline.limiter import Limiter
from bot.ports import Store
from bot.wording.spans import Reply

log = structlog.get_logger()

_LONG_POLL = 25
_PAUSE, _PAUSE_OF_SECOND = 3.0, 15.0
_REMEMBERED = 1000  # updates, by their numbers
_FOR_ANSWERS = 64  # connections that alerts leave to everything else
_PATIENCE_AT_STOP, _PATIENCE_WITH_LAST_CALL = 4.0, 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSettings:
    """What the operator set. `webhook` is None for long polling, which needs no open port."""

    token: str = field(repr=False)
    api_url: str
    per_second: float
    per_group_minute: float
    proxy: str | None = field(default=None, repr=False)  # it may bear a password
    paid: bool = False
    webhook: Webhook | None = None


class Telegram:
    """One bot. `notifier` sends alerts; `run` receives and answers until it is cancelled."""

    name = "telegram"

    def __init__(self, bot: Bot, settings: TelegramSettings) -> None:
        self._bot = bot
        self._settings = settings
        self._wire = Wire(bot, paid=settings.paid)
        self._offset = 0
        self._taken: deque[object] = deque(maxlen=_REMEMBERED)
        self.notifier = TelegramNotifier(
            self._wire,
            per_second=settings.per_second,
            per_group_minute=settings.per_group_minute,
        )

    async def run(
        self,
        store: Store,
        limiter: Limiter,
        clock: Callable[[], datetime],
        beat: Callable[[], None],
    ) -> None:
        """Receive and answer without end.

        Raises:
            DrawbellError: Telegram cannot be reached, or does not accept the token.
        """
        await self.connect()
        offering = asyncio.create_task(offer_until_taken(self._wire))
        answering = Answering(self._wire, limiter)
        groups = Groups(self._wire, answering, store, clock)
        talk = Talk(answering, groups, store, clock)
        try:
            if self._settings.webhook is None:
                await self._poll(talk, beat)
            else:
                await self._listen(self._settings.webhook, talk, beat)
        finally:
            offering.cancel()
            await talk.finish(_PATIENCE_AT_STOP)
            await self._confirm()

    async def connect(self) -> None:
        """Ask Telegram who we are.

        Raises:
            DrawbellError: Telegram cannot be reached, or does not accept the token.
        """
        username = await self.ask_name()
        log.info("telegram_connected", bot=username)

    async def ask_name(self) -> str:
        """Our username, as Telegram has it.

        Raises:
            DrawbellError: see `connect`.
        """
        return await self._wire.name()

    async def tell(self, chat: str, reply: Reply, limiter: Limiter) -> None:
        """Send something to one chat: the operator's, say.

        Raises:
            DrawbellError: it could not be sent.
        """
        await Answering(self._wire, limiter).answer(Chat.of(chat), reply)

    async def _poll(self, talk: Talk, beat: Callable[[], None]) -> None:
        await self._wire.call("DeleteWebhook")
        second = False
        while True:
            beat()
            try:
                updates = await self._wire.updates(self._offset, _LONG_POLL, WANTED)
            except SecondInstance as error:
                if not second:
                    log.critical("second_instance", reason=str(error))
                second = True
                await asyncio.sleep(_PAUSE_OF_SECOND)
                continue
            except DrawbellError as error:
                log.warning("updates_unavailable", reason=str(error))
                await asyncio.sleep(_PAUSE)
                continue
            second = False
            for update in updates:
                self._offset = update["update_id"] + 1
                self._take(update, talk)

    async def _confirm(self) -> None:
        """Let nobody be answered a second time after a restart."""
        offset, self._offset = self._offset, 0
        if not offset:
            return
        try:
            async with asyncio.timeout(_PATIENCE_WITH_LAST_CALL):
                await self._wire.updates(offset, 0, WANTED)
        except (DrawbellError, TimeoutError) as error:
            log.info("updates_unconfirmed", reason=str(error) or type(error).__name__)

    async def _listen(self, webhook: Webhook, talk: Talk, beat: Callable[[], None]) -> None:
        async with listening(webhook, lambda update: self._take(update, talk)):
            await self._wire.call(
                "SetWebhook",
                url=webhook.url,
                secret_token=webhook.secret,
                allowed_updates=WANTED,
            )
            while True:
                beat()
                await asyncio.sleep(_PAUSE)

    def _take(self, raw: dict[str, Any], talk: Talk) -> None:
        """Hand an update on; one that we cannot read must not stop those behind it.

        What Telegram does not know to have reached us comes again.
        """
        number = raw.get("update_id")
        if number is not None and number in self._taken:
            return
        self._taken.append(number)
        try:
            event = event_of(Update.de_json(raw, self._bot))
        except Exception:
            log.exception("update_unreadable")
            return
        if event is not None:
            talk.take(event)


@asynccontextmanager
async def telegram(settings: TelegramSettings) -> AsyncIterator[Telegram]:
    """A bot that is not connected yet; its connections are closed at the end."""
    connections = MOST_IN_FLIGHT + _FOR_ANSWERS
    async with AiohttpRequest(
        settings.token, connections=connections, proxy=settings.proxy
    ) as request:
        bot = Bot(
            stand_in(settings.token),
            base_url=f"{settings.api_url}/bot",
            base_file_url=f"{settings.api_url}/file/bot",
            request=request,
            get_updates_request=request,
        )
        yield Telegram(bot, settings)
