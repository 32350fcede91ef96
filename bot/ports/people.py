"""Memory of people, and what platforms say of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.profiles import Profile
from bot.core.subscribers import Address, Subscriber


class Subscribers(Protocol):
    """Memory of people. All methods keep earlier profile versions that alerts rest on."""

    async def find(self, address: Address) -> Subscriber | None:
        """The subscriber at an address, if there is one."""

    async def save(self, subscriber: Subscriber) -> None:
        """Add a subscriber or replace what is saved at that address."""

    async def save_all(self, many: Sequence[Subscriber]) -> None:
        """Save many at once; much faster than one by one when most are new."""

    async def forget(self, address: Address) -> bool:
        """Delete everything about a subscriber; False when there was none."""

    async def earlier(self, address: Address) -> list[Profile]:
        """Profile versions that were replaced and are kept because alerts rest on them."""

    async def in_chat(self, platform: str, chat: str) -> list[Subscriber]:
        """Whoever is at a chat or at one of its topics ("chat/topic")."""

    async def move(self, address: Address, chat: str) -> bool:
        """Follow a chat to a new address; False when somebody is there, who then stays."""

    async def with_ended_pauses(self, now: datetime, limit: int) -> list[Subscriber]:
        """Subscribers whose pause was to end before a moment."""

    async def page(self, after: int, limit: int) -> list[tuple[int, Subscriber]]:
        """Subscribers with ids above `after`, in order of id."""


class Recipients(Protocol):
    """What platforms say of the people we write to, by the number that deliveries carry."""

    async def move(self, subscriber: int, chat: str) -> bool:
        """Follow a chat to its new address; False when somebody is there already."""

    async def gone(self, subscriber: int, now: datetime) -> None:
        """Stop writing to somebody; what they saved is kept for a while."""

    async def strike(self, subscriber: int, now: datetime) -> tuple[int, timedelta]:
        """Count a refusal; returns how many there were in a row, and over which time."""

    async def reached(self, keys: Sequence[int]) -> None:
        """Messages got through: earlier refusals no longer count."""

    async def restore(self, platform: str, since: datetime, reason: str, again: datetime) -> int:
        """Take back what was concluded from one reason since a moment; returns for how many.

        Their deliveries are due again at `again`.
        """

    async def forget_gone(self, before: datetime) -> int:
        """Delete those who have been gone since before a moment; returns how many."""
