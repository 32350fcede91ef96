"""Memory of people, and what platforms say of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.profiles import Profile
from bot.core.subscribers import Address, Subscriber
from bot.core.troubles import Trouble, TroubledPlace


class Subscribers(Protocol):
    """Memory of people. All methods keep earlier profile versions that alerts rest on.

    A person is known at the address where alerts go and at their other places alike.
    """

    async def find(self, address: Address) -> Subscriber | None:
        """The subscriber who is known at an address, if there is one."""

    async def save(self, subscriber: Subscriber) -> None:
        """Add a subscriber or replace what is saved at the address where their alerts go.

        Whoever else was known in one of their other places is forgotten there.
        """

    async def save_all(self, many: Sequence[Subscriber]) -> None:
        """Save many at once; much faster than one by one when most are new."""

    async def forget(self, address: Address) -> bool:
        """Delete everything about a subscriber; False when there was none."""

    async def earlier(self, address: Address) -> list[Profile]:
        """Profile versions that were replaced and are kept because alerts rest on them."""

    async def in_chat(self, platform: str, chat: str) -> list[tuple[int, Subscriber]]:
        """Whoever is known at a chat or at one of its topics ("chat/topic"), with their ids."""

    async def lead(self, address: Address) -> bool:
        """Let alerts go to this place of its person from now on, those that wait already too.

        False when they go there already, or nobody is known there.
        """

    async def move(self, address: Address, chat: str) -> bool:
        """Follow a chat to a new address; False when somebody is there, who then stays.

        A group that follows nothing there is nobody.
        """

    async def with_ended_pauses(self, now: datetime, limit: int) -> list[Subscriber]:
        """Subscribers whose pause was to end before a moment."""

    async def page(self, after: int, limit: int) -> list[tuple[int, Subscriber]]:
        """Subscribers with ids above `after`, in order of id."""


class Recipients(Protocol):
    """What platforms say of the people we write to, by the number that deliveries carry."""

    async def move(self, subscriber: int, place: Address, chat: str) -> bool:
        """Follow a chat to its new address; False when somebody else is there already.

        A group that follows nothing there is nobody.
        """

    async def fall_back(self, subscriber: int, place: Address, reason: str, now: datetime) -> bool:
        """Let alerts that were refused at a place go to another one of the same person.

        False when there is none, or none is wanted. True as well when they go elsewhere by now.
        """

    async def gone(self, subscriber: int, now: datetime) -> None:
        """Stop writing to somebody; what they saved is kept for a while."""

    async def strike(self, subscriber: int, now: datetime) -> tuple[int, timedelta]:
        """Count a refusal; returns how many there were in a row, and over which time."""

    async def reached(self, keys: Sequence[int]) -> None:
        """Messages got through: earlier refusals no longer count."""

    async def restore(self, platform: str, since: datetime, reason: str, again: datetime) -> int:
        """Take back what was concluded from one reason since a moment; returns for how many.

        Their deliveries are due again at `again`, where they were to go before.
        """

    async def forget_gone(self, before: datetime) -> int:
        """Delete those who have been gone everywhere since before a moment; returns how many."""


class Troubles(Protocol):
    """Groups, channels and topics that stopped working, until their owners have been told."""

    async def note(self, subscriber: int, trouble: Trouble, reason: str, now: datetime) -> None:
        """A place has a trouble; nothing new where it has that one, or a graver one, already."""

    async def over(self, subscribers: Sequence[int]) -> None:
        """Posts get through to these places."""

    async def untold(self, platform: str, refused_before: datetime) -> list[TroubledPlace]:
        """Some places of a platform whose owners have not been told, the longest in trouble first.

        What a platform refused counts only from before a moment: it may take that back.
        """

    async def told(self, places: Sequence[TroubledPlace]) -> None:
        """The owner of these has been told, or cannot be."""

    async def withdraw(self, platform: str, since: datetime, reason: str) -> None:
        """Forget what came of one reason since a moment and nobody was told of."""


class LinkCodes(Protocol):
    """Codes that join a second chat to a person, and the wrong ones that were tried."""

    async def open(self, address: Address, now: datetime) -> str:
        """A new code for the person who is known at an address; it ends their last one."""

    async def owner(self, code: str, now: datetime) -> Address | None:
        """Where the alerts of the person go whose code it is; None if it is nobody's any more."""

    async def close(self, code: str) -> None:
        """The code was used."""

    async def may_try(self, address: Address, now: datetime) -> bool:
        """Whether few enough wrong codes came from a chat of late."""

    async def wrong(self, address: Address, now: datetime) -> None:
        """A wrong code came from a chat."""

    async def sweep(self, now: datetime) -> None:
        """Delete codes that are no longer good, and tries that no longer count."""
