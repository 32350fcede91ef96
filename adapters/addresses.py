"""How chats are named on each platform, for whoever takes such names from outside."""

from collections.abc import Callable, Mapping

from adapters.discord import chats as discord
from adapters.telegram import chats as telegram

_FORMS: Mapping[str, Callable[[str], object]] = {
    telegram.PLATFORM: telegram.Chat.of,
    discord.PLATFORM: discord.Chat.of,
}


def chat_of(platform: str, text: str) -> str:
    """A chat as its platform's addresses have it; where any text will do, that text.

    Raises:
        ValueError: it can be no chat there; says what can.
    """
    form = _FORMS.get(platform)
    return text if form is None else str(form(text))
