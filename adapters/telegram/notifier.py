"""Alerts to Telegram: personal ones in private chats, posts for everybody elsewhere."""

from datetime import UTC, datetime
from functools import lru_cache

import structlog

from adapters.chats import chat_told, is_group
from adapters.telegram.chats import PLATFORM, Chat
from adapters.telegram.errors import MarkupRejected, TopicGone
from adapters.telegram.links import private_link
from adapters.telegram.render import Keyboard, Piece, keyboard, pieces
from adapters.telegram.sending import Wire
from bot.core.delivery import Alert, DeliveryKey, Kind, RoundVerdicts
from bot.core.errors import (
    OutcomeUnknown,
    RecipientGone,
    RecipientMoved,
    SentElsewhere,
    TryLater,
)
from bot.core.subscribers import Address, Language, Subscriber
from bot.ports import Traits
from bot.wording.alerts import alert_reply, group_post
from bot.wording.words import words_in

log = structlog.get_logger()

MOST_IN_FLIGHT = 256
"""A thousand a second, each of them under way and then written down for a quarter of one."""


_REMEMBERED = 1000  # posts that went to a chat instead of its topics


class TelegramNotifier:
    """See `bot.ports.Notifier`."""

    def __init__(self, wire: Wire, *, per_second: float, per_group_minute: float) -> None:
        self._wire = wire
        self._instead: dict[tuple[object, ...], None] = {}
        self.traits = Traits(
            platform=PLATFORM,
            per_second=per_second,
            per_group_minute=per_group_minute,
            in_flight=int(min(max(per_second, 16), MOST_IN_FLIGHT)),
        )

    def is_group(self, chat: str) -> bool:
        """Whether many people read along."""
        return is_group(chat, Chat.of)

    async def send(self, alert: Alert, *, plain: bool = False) -> str | None:
        """Send one alert; without its topic when that is gone, and plain when refused as HTML."""
        chat = chat_told(alert, Chat.of)
        try:
            return await self._send(chat, alert, plain=plain)
        except TopicGone as gone:
            if chat.topic is None:
                raise RecipientGone(str(gone), certain=False) from None
            log.warning("topic_gone", chat=chat.id, topic=chat.topic)
            receipt = await self._without_topic(chat, alert, plain=plain)
            raise SentElsewhere(str(gone), receipt=receipt) from None
        except RecipientMoved as moved:
            # Topics move with their chat.
            there = Chat(int(moved.new_address), chat.topic)
            raise RecipientMoved(str(moved), new_address=str(there)) from None

    async def _without_topic(self, chat: Chat, alert: Alert, *, plain: bool) -> str | None:
        """Post in the chat itself; once, if several of its topics are gone."""
        post = (chat.id, alert.key.announcement, *(one.round.number for one in alert.rounds))
        if post in self._instead:
            return None
        self._remember(post)
        try:
            return await self._send(Chat(chat.id), alert, plain=plain)
        except BaseException as error:
            self._instead.pop(post, None)
            if isinstance(error, TopicGone):
                raise RecipientGone(str(error), certain=False) from None
            raise

    def _remember(self, post: tuple[object, ...]) -> None:
        if len(self._instead) >= _REMEMBERED:
            self._instead.pop(next(iter(self._instead)))
        self._instead[post] = None

    async def _send(self, chat: Chat, alert: Alert, *, plain: bool) -> str | None:
        bot = await self._our_name() if chat.is_group else None
        to = alert.to
        shown, below = _rendered(alert.kind, to.language, to.time_zone, alert.rounds, bot)
        try:
            return await self._wire.send(chat, shown, below, plain=plain, bulk=True)
        except MarkupRejected:
            if plain:
                raise
            log.error("markup_rejected", announcement=alert.key.announcement)
            return await self._wire.send(chat, shown, below, plain=True, bulk=True)

    async def _our_name(self) -> str:
        """For the button of a post; at a start it may be due before we know our name."""
        try:
            return await self._wire.name()
        except OutcomeUnknown as error:  # that we asked is no post that may have arrived
            raise TryLater(str(error)) from None


Rendered = tuple[tuple[Piece, ...], Keyboard | None]


@lru_cache(maxsize=1024)
def _rendered(
    kind: Kind,
    language: Language,
    zone: str | None,
    rounds: tuple[RoundVerdicts, ...],
    bot: str | None,
) -> Rendered:
    """What a message says, and its buttons; many readers of a broadcast are told the same.

    It is made of the arguments alone, so that nothing of one reader can get to another. `bot` is
    our username for a post that everybody reads, None for a personal alert.
    """
    nobody = Subscriber(
        address=Address(platform=PLATFORM, chat=""), language=language, time_zone=zone
    )
    alert = Alert(key=_NO_KEY, to=nobody, rounds=rounds, announced_at=_NO_MOMENT, kind=kind)
    if bot is None:
        reply = alert_reply(alert)
        return pieces(reply.message), keyboard(reply.choices)
    button = {
        "text": words_in(language).say("Would I have qualified?"),
        "url": private_link(bot, rounds[-1].round.number),
    }
    return pieces(group_post(alert)), {"inline_keyboard": [[button]]}


_NO_KEY = DeliveryKey(announcement=0, subscriber=0)
_NO_MOMENT = datetime.min.replace(tzinfo=UTC)
