"""Alerts to Discord: personal ones by direct message, posts for everybody in servers' channels."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import discord
import structlog

from adapters.chats import chat_told, is_group
from adapters.discord.chats import PLATFORM, Chat
from adapters.discord.components import button, row_of, rows
from adapters.discord.doors import Doors
from adapters.discord.errors import ChannelGone, DmsClosed, MayNot
from adapters.discord.render import POST_COLOUR, colour_of, embeds, unmarked
from adapters.discord.sending import Body, Wire
from bot.core.categories import classify
from bot.core.delivery import Alert
from bot.ports import Traits
from bot.wording.alerts import alert_reply, group_post
from bot.wording.groups import group_name
from bot.wording.rounds import round_title
from bot.wording.spans import Message
from bot.wording.words import words_in

log = structlog.get_logger()

DM, KIND, ROLE = "dm", "kind", "role:"
"""Facts of a subscriber: the private channel, the kind of a server's channel, a group's role."""

FORUM = "forum"
GENERAL = "general"
REMEMBERED = timedelta(minutes=3)
"""How long Discord knows a nonce again; it says "a few minutes"."""

MOST_IN_FLIGHT = 64
"""Enough for 500 a second, each of them under way and then written down for an eighth of one."""

REFUSALS_PER_MINUTE = 300.0
"""With a minute's worth at once, 3,300 in ten minutes: a third of what gets an address banned."""

_PER_CHANNEL_MINUTE = 60.0
_THREAD_NAME = 100


class DiscordNotifier:
    """See `bot.ports.Notifier`. `missing` names what we may not do in a channel."""

    def __init__(
        self,
        wire: Wire,
        doors: Doors,
        *,
        per_second: float,
        refusals_per_minute: float = REFUSALS_PER_MINUTE,
        missing: Callable[[int], tuple[str, ...]] = lambda _channel: (),
    ) -> None:
        self._wire = wire
        self._doors = doors
        self._missing = missing
        self.traits = Traits(
            platform=PLATFORM,
            per_second=per_second,
            per_group_minute=_PER_CHANNEL_MINUTE,
            refusals_per_minute=refusals_per_minute,
            in_flight=int(min(max(per_second, 16), MOST_IN_FLIGHT)),
            idempotent_for=REMEMBERED,
        )

    def is_group(self, chat: str) -> bool:
        """Whether it is a server's channel."""
        return is_group(chat, Chat.of)

    async def send(self, alert: Alert, *, plain: bool = False) -> str | None:
        """Send one alert; a repetition within minutes is known again by its nonce."""
        chat = chat_told(alert, Chat.of)
        if chat.is_group:
            return await self._post(chat.id, alert, plain=plain)
        return await self._tell(chat.id, alert, plain=plain)

    async def _tell(self, person: int, alert: Alert, *, plain: bool) -> str | None:
        reply = alert_reply(alert)
        bodies = _bodies(reply.message, colour_of(alert), plain=plain)
        if bodies and reply.choices and not plain:
            bodies[-1]["components"] = rows(reply.choices)
        try:
            receipt = await self._told(person, alert, bodies)
        except DmsClosed:
            self._doors.closed.add(person)
            raise
        self._doors.closed.discard(person)
        return receipt

    async def _told(self, person: int, alert: Alert, bodies: list[Body]) -> str | None:
        known = alert.to.fact(DM)
        if known is not None and known.isdecimal():  # an import may have brought anything
            try:
                return await self._sent(int(known), alert, bodies)
            except ChannelGone:
                log.warning("dm_channel_gone", person=person)
        channel = await self._doors.channel(person)
        try:
            receipt = await self._sent(channel, alert, bodies)
        except ChannelGone:
            self._doors.forget(person)
            raise
        await self._doors.works(person, channel)
        return receipt

    async def _sent(self, channel: int, alert: Alert, bodies: list[Body]) -> str | None:
        """Send all parts; returns the id of the first."""
        receipts = [
            await self._wire.send(channel, body, nonce_of(alert, part))
            for part, body in enumerate(bodies)
        ]
        return receipts[0] if receipts else None

    async def _post(self, channel: int, alert: Alert, *, plain: bool) -> str | None:
        missing = self._missing(channel)
        if missing:
            raise MayNot(f"missing in the channel: {', '.join(missing)}", certain=False)
        bodies = _bodies(group_post(alert), POST_COLOUR, plain=plain)
        if not plain:
            bodies[-1]["components"] = _controls(alert)
        bodies[0] |= _mentioning(_roles(alert))
        if alert.to.fact(KIND) == FORUM:
            return await self._begin_thread(channel, alert, bodies)
        return await self._sent(channel, alert, bodies)

    async def _begin_thread(self, forum: int, alert: Alert, bodies: list[Body]) -> str | None:
        """Posts in a forum have no nonce: before a repetition, look whether it is there."""
        if alert.attempts > 1 and (there := await self._begun(forum, alert)):
            return there
        title = round_title(words_in(alert.to.language), alert.rounds[-1].round)
        first, *more = bodies
        thread = await self._wire.start_thread(forum, title[:_THREAD_NAME], first)
        await self._sent(int(thread), alert, more)
        return thread

    async def _begun(self, forum: int, alert: Alert) -> str | None:
        known = await self._wire.call("GET", "/channels/{channel_id}", channel_id=forum)
        last = known.get("last_message_id")
        if last is None or _made_at(last) < alert.announced_at:
            return None
        thread = await self._wire.call("GET", "/channels/{channel_id}", channel_id=int(last))
        title = round_title(words_in(alert.to.language), alert.rounds[-1].round)
        return str(last) if thread.get("name") == title[:_THREAD_NAME] else None


def nonce_of(alert: Alert, part: int = 0) -> str:
    """What Discord knows a repetition by: the delivery, in at most 25 characters."""
    key = f"{alert.key.announcement:x}-{alert.key.subscriber:x}"
    return (key if part == 0 else f"{key}-{part:x}")[-25:]


def _bodies(message: Message, colour: int, *, plain: bool) -> list[Body]:
    if plain:
        return [{"content": text} for text in unmarked(message)]
    return [{"embeds": [embed]} for embed in embeds(message, colour)]


def _groups(alert: Alert) -> list[str]:
    """What the rounds of a post were for, each once."""
    return list(dict.fromkeys(classify(told.round).group or GENERAL for told in alert.rounds))


def _roles(alert: Alert) -> list[str]:
    found = (alert.to.fact(f"{ROLE}{group}") for group in _groups(alert))
    return list(dict.fromkeys(role for role in found if role))


def _mentioning(roles: list[str]) -> dict[str, Any]:
    if not roles:
        return {}
    return {
        "content": " ".join(f"<@&{role}>" for role in roles),
        "allowed_mentions": {"parse": [], "roles": roles},
    }


def _controls(alert: Alert) -> list[dict[str, Any]]:
    words = words_in(alert.to.language)
    asked = f"s:/round {alert.rounds[-1].round.number}"
    controls = [button(words.say("Would I have qualified?"), asked)]
    for group in _groups(alert):
        role = alert.to.fact(f"{ROLE}{group}")
        if role:
            name = words.say("General") if group == GENERAL else group_name(words, group)
            controls.append(button(words.say("Mention me: {group}", group=name), f"r:{role}"))
    unique = list({one["custom_id"]: one for one in controls}.values())
    return [row_of(*unique[:5])]


def _made_at(snowflake: str) -> datetime:
    return discord.utils.snowflake_time(int(snowflake))
