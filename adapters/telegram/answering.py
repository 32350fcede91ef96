"""Answers to people: sent before any alert, in place of the message whose button was pressed."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from adapters.telegram.chats import Chat
from adapters.telegram.errors import MarkupRejected
from adapters.telegram.render import Keyboard, Piece, caption, keyboard, pieces
from adapters.telegram.sending import Wire
from bot.core.errors import AlertRejected, DeliveryError, DrawbellError, Scope, TryLater
from bot.pipeline.limiter import Lane, Limiter
from bot.wording.spans import Attachment, Reply

log = structlog.get_logger()

_TRIES = 3
_LONGEST_WAIT = 60.0


class Answering:
    """Sends replies in the lane that overtakes alerts."""

    def __init__(self, wire: Wire, limiter: Limiter) -> None:
        self._wire = wire
        self._limiter = limiter

    async def acknowledge(self, query: str, text: str = "") -> None:
        """Say at once that a button was noticed; a late one no longer can be, which is no harm.

        `text` is shown for a moment to whoever pressed it, and to nobody else.
        """
        said = {"text": text} if text else {}
        try:
            await self._wire.call("AnswerCallbackQuery", callback_query_id=query, **said)
        except DrawbellError as error:
            log.debug("late_button", reason=str(error))

    async def answer(self, chat: Chat, reply: Reply, replaced: int | None = None) -> None:
        """Send a reply, or put it in place of a message.

        Raises:
            DrawbellError: it could not be sent.
        """
        below = keyboard(reply.choices, edits=True)
        if reply.attachment is not None:
            await self._document(chat, reply, reply.attachment)
            return
        shown = pieces(reply.message)
        editable = replaced is not None and len(shown) == 1
        if editable and await self._edited(chat, replaced or 0, shown[0], below):
            return
        await self._sent(chat, shown, below)

    async def _sent(self, chat: Chat, shown: tuple[Piece, ...], below: Keyboard | None) -> None:
        async def send() -> None:
            try:
                await self._wire.send(chat, shown, below)
            except MarkupRejected:
                log.error("markup_rejected")
                await self._wire.send(chat, shown, below, plain=True)

        await self._until_taken(chat, send)

    async def _until_taken(self, chat: Chat, send: Callable[[], Awaitable[object]]) -> None:
        for _ in range(_TRIES - 1):
            await self._turn(chat)
            try:
                await send()
            except TryLater as error:
                await self._wait(chat, error)
            else:
                self._limiter.passed()
                return
        await self._turn(chat)
        await send()
        self._limiter.passed()

    async def _turn(self, chat: Chat) -> None:
        while wait := self._limiter.wait_of(str(chat), Lane.REPLY):
            if wait > _LONGEST_WAIT:
                raise TryLater("Telegram wants this chat left alone", retry_after=wait)
            await asyncio.sleep(wait)
        # Noted before the turn: of several who wait for one chat, one may go on.
        self._limiter.used(str(chat), group=chat.is_group)
        await self._limiter.turn(Lane.REPLY)

    async def _wait(self, chat: Chat, error: TryLater) -> None:
        if error.retry_after is not None:
            self._limiter.told_to_wait(str(chat), error.retry_after, Scope.PERHAPS_CHAT)
        else:
            await asyncio.sleep(1)

    async def _edited(self, chat: Chat, message: int, piece: Piece, below: Keyboard | None) -> bool:
        """Put a reply in place of a message; False when that cannot be done."""

        async def edit() -> None:
            await self._wire.call(
                "EditMessageText",
                chat_id=chat.id,
                message_id=message,
                text=piece.html,
                parse_mode="HTML",
                link_preview_options={"is_disabled": True},
                **({"reply_markup": below} if below else {}),
            )

        try:
            await self._until_edited(chat, edit)
        except AlertRejected as error:
            # Pressed twice: it says so already. All else (too old, deleted) is answered anew.
            return "not modified" in str(error)
        except DeliveryError:
            return False
        return True

    async def _until_edited(self, chat: Chat, edit: Callable[[], Awaitable[None]]) -> None:
        """An edit is no message: a few go at once, more and refused ones at a chat's pace."""
        await asyncio.sleep(self._limiter.edited(str(chat)))
        await self._limiter.turn(Lane.REPLY)
        try:
            await edit()
        except TryLater as error:
            await self._wait(chat, error)
            await self._until_taken(chat, edit)

    async def _document(self, chat: Chat, reply: Reply, file: Attachment) -> None:
        text, content = caption(reply.message), file.text.encode()
        await self._until_taken(
            chat, lambda: self._wire.document(chat, file.name, content, caption=text)
        )
