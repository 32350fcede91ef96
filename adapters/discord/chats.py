"""Discord's chats as addresses: "dm:" and a person's id, or "ch:" and a channel's."""

import re
from dataclasses import dataclass

from adapters.chats import parts_of
from bot.core.subscribers import Address

PLATFORM = "discord"
_PERSON, _CHANNEL = "dm", "ch"
_FORM = re.compile(r"(?:(dm|ch):)?([1-9][0-9]{0,19})")


@dataclass(frozen=True, slots=True)
class Chat:
    """A person, or a channel, thread or forum of a server; `id` is theirs at Discord."""

    id: int
    is_group: bool = False

    @classmethod
    def of(cls, address: str) -> "Chat":
        """The chat that an address names; a bare number is a person's id as Discord shows it.

        Raises:
            ValueError: it can be none.
        """
        kind, number = parts_of(
            address,
            _FORM,
            "at Discord: a person is dm:NUMBER or NUMBER, a channel of a server is ch:NUMBER",
        )
        return cls(int(number), is_group=kind == _CHANNEL)

    def __str__(self) -> str:
        return f"{_CHANNEL if self.is_group else _PERSON}:{self.id}"

    @property
    def address(self) -> Address:
        """Where a subscriber is known in it."""
        return Address(platform=PLATFORM, chat=str(self))
