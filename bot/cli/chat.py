"""`drawbell chat`: a chat with the bot in this terminal, or through a pipe."""

from adapters.console.chat import chat
from bot.app import now
from bot.cli.output import DONE, answer
from bot.core.subscribers import Language
from bot.settings import Settings
from storage.unit_of_work import open_database


async def run_chat(settings: Settings, name: str, language: str) -> int:
    """Chat as `name` on the real database until the input ends."""
    async with open_database(settings.database_url) as store:
        await chat(name, store=store, clock=now, language=Language(language), write=answer)
    return DONE
