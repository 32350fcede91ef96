"""Alerts to Telegram: personal ones in private chats, posts for everybody elsewhere."""

import structlog

from adapters.telegram.chats import PLATFORM, Chat
from adapters.telegram.errors import MarkupRejected, TopicGone
from adapters.telegram.links import private_link
from adapters.telegram.render import Keyboard, keyboard, pieces
from adapters.telegram.sending import Wire
from bot.core.delivery import Alert
from bot.core.errors import RecipientGone, RecipientMoved
from bot.ports import Traits
from bot.wording.alerts import alert_reply, group_post
from bot.wording.spans import Message
from bot.wording.words import words_in

log = structlog.get_logger()


class TelegramNotifier:
    """See `bot.ports.Notifier`."""

    def __init__(self, wire: Wire, *, per_second: float, per_group_minute: float) -> None:
        self._wire = wire
        self.traits = Traits(
            platform=PLATFORM,
            per_second=per_second,
            per_group_minute=per_group_minute,
            in_flight=int(min(max(per_second, 16), 192)),
        )

    def is_group(self, chat: str) -> bool:
        """Whether many people read along."""
        return Chat.of(chat).is_group

    async def send(self, alert: Alert, *, plain: bool = False) -> str | None:
        """Send one alert; without its topic when that is gone, and plain when refused as HTML."""
        chat = Chat.of(alert.to.address.chat)
        try:
            return await self._send(chat, alert, plain=plain)
        except TopicGone as gone:
            if chat.topic is None:
                raise RecipientGone(str(gone), certain=False) from None
            log.warning("topic_gone", chat=chat.id, topic=chat.topic)
            return await self._without_topic(chat, alert, plain=plain)
        except RecipientMoved as moved:
            # Topics move with their chat.
            there = Chat(int(moved.new_address), chat.topic)
            raise RecipientMoved(str(moved), new_address=str(there)) from None

    async def _without_topic(self, chat: Chat, alert: Alert, *, plain: bool) -> str | None:
        try:
            return await self._send(Chat(chat.id), alert, plain=plain)
        except TopicGone as gone:
            raise RecipientGone(str(gone), certain=False) from None

    async def _send(self, chat: Chat, alert: Alert, *, plain: bool) -> str | None:
        message, below = self._rendered(chat, alert)
        try:
            return await self._wire.send(chat, pieces(message), below, plain=plain, bulk=True)
        except MarkupRejected:
            if plain:
                raise
            log.error("markup_rejected", announcement=alert.key.announcement)
            return await self._wire.send(chat, pieces(message), below, plain=True, bulk=True)

    def _rendered(self, chat: Chat, alert: Alert) -> tuple[Message, Keyboard | None]:
        if not chat.is_group:
            reply = alert_reply(alert)
            return reply.message, keyboard(reply.choices)
        words = words_in(alert.to.language)
        button = {
            "text": words.say("Would I have qualified?"),
            "url": private_link(self._wire.bot.username, alert.rounds[-1].round.number),
        }
        return group_post(alert), {"inline_keyboard": [[button]]}
