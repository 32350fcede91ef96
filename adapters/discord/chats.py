"""Discord's chats as addresses: "dm:" and a person's id, or "ch:" and a channel's."""

from dataclasses import dataclass

PLATFORM = "discord"
_PERSON, _CHANNEL = "dm", "ch"


@dataclass(frozen=True, slots=True)
class Chat:
    """A person, or a channel, thread or forum of a server; `id` is theirs at Discord."""

    id: int
    is_group: bool = False

    @classmethod
    def of(cls, address: str) -> "Chat":
        """The chat that an address names."""
        if address.isdecimal():
            return cls(int(address))  # a person's id as Discord shows it
        kind, colon, number = address.partition(":")
        if not colon or kind not in (_PERSON, _CHANNEL):
            raise ValueError(f"no address at Discord: {address}")
        return cls(int(number), is_group=kind == _CHANNEL)

    def __str__(self) -> str:
        return f"{_CHANNEL if self.is_group else _PERSON}:{self.id}"
