"""Telegram's chats as addresses: the chat's id, and a topic's after a slash."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from adapters.chats import parts_of
from bot.core.subscribers import Address

PLATFORM = "telegram"
_FORM = re.compile(r"(-?[1-9][0-9]{0,18})(?:/([1-9][0-9]{0,18}))?")


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat, or one topic of a forum."""

    id: int
    topic: int | None = None

    @classmethod
    @lru_cache(maxsize=512)  # sending one alert asks twice
    def of(cls, address: str) -> "Chat":
        """The chat that an address names.

        Raises:
            ValueError: it can be none.
        """
        chat, topic = parts_of(
            address,
            _FORM,
            "on Telegram: a chat is its number, like 123456789 or -1001234567890, and a topic "
            "follows after a slash",
        )
        return cls(int(chat), int(topic) if topic else None)

    def __str__(self) -> str:
        return f"{self.id}" if self.topic is None else f"{self.id}/{self.topic}"

    @property
    def address(self) -> Address:
        """Where a subscriber is known in it."""
        return Address(platform=PLATFORM, chat=str(self))

    @property
    def is_group(self) -> bool:
        """Whether many people read along: Telegram gives groups and channels negative ids."""
        return self.id < 0

    def as_arguments(self) -> dict[str, Any]:
        """How a call to the Bot API names it. The general topic must not be named (its id is 1)."""
        if self.topic in (None, 1):
            return {"chat_id": self.id}
        return {"chat_id": self.id, "message_thread_id": self.topic}
