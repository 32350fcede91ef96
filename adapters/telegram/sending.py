"""One message to Telegram: HTML first, plain text when that is refused, no preview of links."""

import asyncio
from collections.abc import Sequence
from typing import Any

from telegram import Bot
from telegram.error import TelegramError

from adapters.telegram.chats import Chat
from adapters.telegram.errors import translated
from adapters.telegram.render import Keyboard, Piece

_NO_PREVIEW = {"is_disabled": True}
_BEYOND_LONG_POLL = 15


class Wire:
    """Calls of the Bot API, with our errors. `paid` allows broadcasts that cost Stars."""

    def __init__(self, bot: Bot, *, paid: bool = False) -> None:
        self.bot = bot
        self._paid = {"allow_paid_broadcast": True} if paid else {}
        self._asking = asyncio.Lock()

    async def name(self) -> str:
        """Our username, as Telegram has it; asked for once.

        Raises:
            DrawbellError: as the table in `errors` says.
        """
        try:
            async with self._asking:
                await self.bot.initialize()
        except TelegramError as error:
            ours = translated(error)
        else:
            return self.bot.username
        raise ours

    async def call(self, method: str, **arguments: Any) -> Any:
        """One call; `method` in PTB's capitals ("SendMessage").

        Raises:
            DrawbellError: as the table in `errors` says.
        """
        try:
            return await self.bot.do_api_request(method, api_kwargs=arguments)
        except TelegramError as error:
            ours = translated(error)
        raise ours  # outside, so that nothing of the library's is chained to it

    async def updates(self, offset: int, seconds: int, kinds: Sequence[str]) -> list[Any]:
        """Updates from `offset` on as they came; waits so many seconds for the first.

        PTB's own way gives up all of them if it cannot read one.

        Raises:
            DrawbellError: see `call`.
        """
        try:
            found = await self.bot.do_api_request(
                "GetUpdates",
                api_kwargs={"offset": offset, "timeout": seconds, "allowed_updates": kinds},
                read_timeout=seconds + _BEYOND_LONG_POLL,
            )
        except TelegramError as error:
            ours = translated(error)
        else:
            return list(found)
        raise ours

    async def document(
        self, chat: Chat, name: str, content: bytes, caption: Piece | None = None
    ) -> None:
        """Send a file.

        Raises:
            DrawbellError: see `call`.
        """
        try:
            await self.bot.send_document(
                document=content,
                filename=name,
                caption=None if caption is None else caption.html,
                parse_mode="HTML",
                **chat.as_arguments(),
            )
        except TelegramError as error:
            ours = translated(error)
        else:
            return
        raise ours

    async def send(
        self,
        chat: Chat,
        pieces: Sequence[Piece],
        keyboard: Keyboard | None = None,
        *,
        plain: bool = False,
        bulk: bool = False,
    ) -> str | None:
        """Send a message, in as many pieces as it has; returns the id of the first.

        Raises:
            DrawbellError: see `call`. What was sent before stays sent.
        """
        first: str | None = None
        for number, piece in enumerate(pieces, start=1):
            text = {"text": piece.plain} if plain else {"text": piece.html, "parse_mode": "HTML"}
            last = {"reply_markup": keyboard} if keyboard and number == len(pieces) else {}
            sent = await self.call(
                "SendMessage",
                **chat.as_arguments(),
                **text,
                **last,
                **(self._paid if bulk else {}),
                link_preview_options=_NO_PREVIEW,
            )
            first = first or _id_of(sent)
        return first


def _id_of(sent: object) -> str | None:
    """Telegram has taken it, whatever else it says."""
    return str(sent["message_id"]) if isinstance(sent, dict) and "message_id" in sent else None
