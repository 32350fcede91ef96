"""The menu of commands that Telegram shows, which nobody has to wait for."""

import asyncio

import structlog

from adapters.telegram.sending import Wire
from bot.chat.menu import group_menu, private_menu
from bot.core.errors import DrawbellError, OutcomeUnknown, TryLater
from bot.core.subscribers import Language
from bot.wording.words import words_in

log = structlog.get_logger()

_PAUSE = 60.0


async def offer_until_taken(wire: Wire) -> None:
    """Say which commands there are; until that is taken, the menu of an earlier start is there.

    Telegram bears it only so often: a program that is started again and again waits for an hour.
    """
    while True:
        try:
            await _offer(wire)
        except (TryLater, OutcomeUnknown) as error:
            log.warning("menu_not_offered", reason=str(error), again=True)
            asked = error.retry_after if isinstance(error, TryLater) else None
            await asyncio.sleep(max(asked or 0.0, _PAUSE))
        except DrawbellError as error:
            log.warning("menu_not_offered", reason=str(error), again=False)
            return
        else:
            return


async def _offer(wire: Wire) -> None:
    for language in Language:
        words = words_in(language)
        # No language means everybody whose own we do not speak.
        spoken = {} if language is Language.ENGLISH else {"language_code": str(language)}
        for scope, menu in (
            ("all_private_chats", private_menu(words)),
            ("all_chat_administrators", group_menu(words)),
        ):
            await wire.call(
                "SetMyCommands",
                commands=[{"command": name, "description": what} for name, what in menu],
                scope={"type": scope},
                **spoken,
            )
