"""What all platforms' chats have in common: they are written as addresses, and alerts go there."""

import re
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from bot.core.delivery import Alert
from bot.core.errors import RecipientGone


class SomeChat(Protocol):
    """A chat of any platform."""

    @property
    def is_group(self) -> bool:
        """Whether many people read along."""


_Chat = TypeVar("_Chat", bound=SomeChat)


def parts_of(address: str, form: re.Pattern[str], what_fits: str) -> tuple[str | Any, ...]:
    """The parts of an address that a platform's form finds in it.

    Raises:
        ValueError: it does not fit; says what does.
    """
    found = form.fullmatch(address)
    if found is None:
        raise ValueError(f"{address!r} is no address {what_fits}")
    return found.groups()


def is_group(chat: str, chat_of: Callable[[str], SomeChat]) -> bool:
    """Whether many people read along at an address; at what is none, nobody does."""
    try:
        return chat_of(chat).is_group
    except ValueError:
        return False  # nor is it anything else; sending to it says so


def chat_told(alert: Alert, chat_of: Callable[[str], _Chat]) -> _Chat:
    """Where an alert goes.

    Raises:
        RecipientGone: it is no address, and nobody can be there.
    """
    try:
        return chat_of(alert.to.address.chat)
    except ValueError as error:
        raise RecipientGone(str(error)) from None
