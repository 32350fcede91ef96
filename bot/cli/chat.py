"""`drawbell chat`: a chat with the bot in this terminal, or through a pipe."""

from adapters.console.chat import chat
from adapters.console.faces import face
from bot.app import now
from bot.chat.help import examples
from bot.cli.output import DONE
from bot.core.subscribers import Language
from bot.settings import Settings
from storage.unit_of_work import open_database


async def run_chat(settings: Settings, name: str, language: str) -> int:
    """Chat as `name` on the real database until the input ends."""
    chosen = Language(language)
    async with open_database(settings.database_url) as store, face(examples(chosen)) as shown:
        await chat(name, face=shown, store=store, clock=now, language=chosen)
    return DONE
