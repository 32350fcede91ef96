"""The database."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.ports.delivery import Outbox
from bot.ports.news import NewsMemory
from bot.ports.people import LinkCodes, Recipients, Subscribers, Troubles
from bot.ports.process import ProcessMemory
from bot.ports.rounds import Rounds
from bot.ports.sources import SourceMemory


class UnitOfWork(Protocol):
    """One transaction over all of memory."""

    @property
    def rounds(self) -> Rounds:
        """Memory of rounds."""

    @property
    def subscribers(self) -> Subscribers:
        """Memory of people."""

    @property
    def link_codes(self) -> LinkCodes:
        """Codes that join a second chat to a person."""

    @property
    def outbox(self) -> Outbox:
        """Announcements and deliveries."""

    @property
    def recipients(self) -> Recipients:
        """What platforms say of people."""

    @property
    def troubles(self) -> Troubles:
        """Groups, channels and topics that stopped working."""

    @property
    def process(self) -> ProcessMemory:
        """Memory of the running program."""

    @property
    def source(self) -> SourceMemory:
        """Memory of the source."""

    def feed(self, url: str) -> SourceMemory:
        """Memory of a news feed."""

    @property
    def news(self) -> NewsMemory:
        """Memory of what news sites wrote."""


class Store(Protocol):
    """The database."""

    def begin(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A read-and-write transaction: committed at the end of the block, or nothing of it.

        Raises:
            StoreUnavailable: locked for too long, full, or broken.
        """

    def look(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A transaction that only reads and does not wait for writers."""

    async def scrub(self) -> None:
        """Leave no bytes of what was deleted in the database's files."""
