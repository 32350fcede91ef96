"""Telegram as a whole: a bot that receives, answers and notifies."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog
from telegram import Bot, Update
from telegram.error import TelegramError

from adapters.telegram.answering import Answering
from adapters.telegram.chats import Chat
from adapters.telegram.errors import SecondInstance, translated
from adapters.telegram.groups import Groups
from adapters.telegram.notifier import TelegramNotifier
from adapters.telegram.sending import Wire
from adapters.telegram.talk import Talk
from adapters.telegram.transport import AiohttpRequest, stand_in
from adapters.telegram.updates import WANTED, event_of
from adapters.telegram.webhook import Webhook, listening
from bot.chat.menu import group_menu, private_menu
from bot.core.errors import DrawbellError
from bot.core.subscribers import Language
from bot.pipeline.limiter import Limiter
from bot.ports import Store
from bot.wording.spans import Reply
from bot.wording.words import words_in

log = structlog.get_logger()

_LONG_POLL = 25
_PAUSE, _PAUSE_OF_SECOND = 3.0, 15.0
_PATIENCE_AT_STOP = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSettings:
    """What the operator set. `webhook` is None for long polling, which needs no open port."""

    token: str
    api_url: str
    per_second: float
    per_group_minute: float
    proxy: str | None = None
    paid: bool = False
    webhook: Webhook | None = None


class Telegram:
    """One bot. `notifier` sends alerts; `run` receives and answers until it is cancelled."""

    name = "telegram"

    def __init__(self, bot: Bot, settings: TelegramSettings) -> None:
        self._bot = bot
        self._settings = settings
        self._wire = Wire(bot, paid=settings.paid)
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
        answering = Answering(self._wire, limiter)
        groups = Groups(self._wire, answering, store, clock)
        talk = Talk(answering, groups, store, clock)
        try:
            if self._settings.webhook is None:
                await self._poll(talk, beat)
            else:
                await self._listen(self._settings.webhook, talk, beat)
        finally:
            await talk.finish(_PATIENCE_AT_STOP)

    async def connect(self) -> None:
        """Ask Telegram who we are, and say which commands there are."""
        try:
            await self._bot.initialize()
        except TelegramError as error:
            ours: DrawbellError | None = translated(error)
        else:
            ours = None
        if ours is not None:
            raise ours
        await self._offer_commands()
        log.info("telegram_connected", bot=self._bot.username)

    async def tell(self, chat: str, reply: Reply, limiter: Limiter) -> None:
        """Send something to one chat: the operator's, say.

        Raises:
            DrawbellError: it could not be sent.
        """
        await Answering(self._wire, limiter).answer(Chat.of(chat), reply)

    async def _offer_commands(self) -> None:
        for language in Language:
            words = words_in(language)
            # No language means everybody whose own we do not speak.
            spoken = {} if language is Language.ENGLISH else {"language_code": str(language)}
            for scope, menu in (
                ("all_private_chats", private_menu(words)),
                ("all_chat_administrators", group_menu(words)),
            ):
                await self._wire.call(
                    "SetMyCommands",
                    commands=[{"command": name, "description": what} for name, what in menu],
                    scope={"type": scope},
                    **spoken,
                )

    async def _poll(self, talk: Talk, beat: Callable[[], None]) -> None:
        await self._wire.call("DeleteWebhook")
        offset, second = 0, False
        while True:
            beat()
            try:
                updates = await self._updates(offset)
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
                offset = update.update_id + 1
                take(update, talk)

    async def _updates(self, offset: int) -> tuple[Update, ...]:
        try:
            return await self._bot.get_updates(
                offset=offset, timeout=_LONG_POLL, allowed_updates=WANTED
            )
        except TelegramError as error:
            ours = translated(error)
        raise ours

    async def _listen(self, webhook: Webhook, talk: Talk, beat: Callable[[], None]) -> None:
        async def taken(update: Update) -> None:
            take(update, talk)

        async with listening(webhook, self._bot, taken):
            await self._wire.call(
                "SetWebhook",
                url=webhook.url,
                secret_token=webhook.secret,
                allowed_updates=WANTED,
            )
            while True:
                beat()
                await asyncio.sleep(_PAUSE)


def take(update: Update, talk: Talk) -> None:
    """Hand an update on; one that we cannot read must not stop those behind it."""
    try:
        event = event_of(update)
    except Exception:
        log.exception("update_unreadable")
        return
    if event is not None:
        talk.take(event)


@asynccontextmanager
async def telegram(settings: TelegramSettings) -> AsyncIterator[Telegram]:
    """A bot that is not connected yet; its connections are closed at the end."""
    async with AsyncExitStack() as stack:
        requests = []
        for connections in (256, 4):
            request = AiohttpRequest(settings.token, connections=connections, proxy=settings.proxy)
            await request.initialize()
            stack.push_async_callback(request.shutdown)
            requests.append(request)
        bot = Bot(
            stand_in(settings.token),
            base_url=f"{settings.api_url}/bot",
            base_file_url=f"{settings.api_url}/file/bot",
            request=requests[0],
            get_updates_request=requests[1],
        )
        yield Telegram(bot, settings)
