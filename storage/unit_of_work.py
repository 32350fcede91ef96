"""One transaction over all of memory: committed at the end of the block, or nothing of it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cached_property
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage import engine as engines
from storage.links import StoredLinkCodes, drawn
from storage.news import StoredNews
from storage.outbox import StoredOutbox
from storage.process import StoredProcess
from storage.recipients import StoredRecipients
from storage.rounds import StoredRounds
from storage.sources import StoredSource
from storage.subscribers import StoredSubscribers
from storage.troubles import StoredTroubles


class StoredUnitOfWork:
    """See `bot.ports.UnitOfWork`."""

    def __init__(self, connection: AsyncConnection, draw: Callable[[], str]) -> None:
        self._connection = connection
        self._draw = draw

    @cached_property
    def rounds(self) -> StoredRounds:
        """Memory of rounds."""
        return StoredRounds(self._connection)

    @cached_property
    def subscribers(self) -> StoredSubscribers:
        """Memory of people."""
        return StoredSubscribers(self._connection)

    @cached_property
    def link_codes(self) -> StoredLinkCodes:
        """Codes that join a second chat to a person."""
        return StoredLinkCodes(self._connection, self._draw)

    @cached_property
    def outbox(self) -> StoredOutbox:
        """Announcements and deliveries."""
        return StoredOutbox(self._connection)

    @cached_property
    def recipients(self) -> StoredRecipients:
        """What platforms say of people."""
        return StoredRecipients(self._connection)

    @cached_property
    def troubles(self) -> StoredTroubles:
        """Groups, channels and topics that stopped working."""
        return StoredTroubles(self._connection)

    @cached_property
    def process(self) -> StoredProcess:
        """Memory of the running program."""
        return StoredProcess(self._connection)

    @cached_property
    def source(self) -> StoredSource:
        """Memory of the source."""
        return StoredSource(self._connection)

    def feed(self, url: str) -> StoredSource:
        """Memory of a news feed."""
        return StoredSource(self._connection, url)

    @cached_property
    def news(self) -> StoredNews:
        """Memory of what news sites wrote."""
        return StoredNews(self._connection)


class Database:
    """See `bot.ports.Store`. `draw` gives codes to link chats with, one after the other."""

    def __init__(self, engine: AsyncEngine, draw: Callable[[], str] = drawn) -> None:
        self._engine = engine
        self._reading = engine.execution_options(**engines.READING)
        self._draw = draw

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[StoredUnitOfWork]:
        """A read-and-write transaction.

        Raises:
            StoreUnavailable: locked for too long, full, or broken.
        """
        try:
            async with self._engine.begin() as connection:
                yield StoredUnitOfWork(connection, self._draw)
        except DBAPIError as error:
            raise engines.unavailable(error) from error

    @asynccontextmanager
    async def look(self) -> AsyncIterator[StoredUnitOfWork]:
        """A transaction that only reads and does not wait for writers.

        Raises:
            StoreUnavailable: the file is broken or not ours.
        """
        try:
            async with self._reading.connect() as connection:
                yield StoredUnitOfWork(connection, self._draw)
        except DBAPIError as error:
            raise engines.unavailable(error) from error

    async def scrub(self) -> None:
        """Leave no bytes of what was deleted in the database's files.

        `secure_delete` has zeroed them in the file; the log of recent changes is emptied here.
        """
        try:
            async with self._engine.connect() as connection:
                raw: Any = (await connection.get_raw_connection()).driver_connection
                # Past SQLAlchemy, which would begin a transaction first: that refuses it.
                async with raw.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
                    await cursor.fetchall()
        except DBAPIError as error:
            raise engines.unavailable(error) from error


@asynccontextmanager
async def open_database(url: str, draw: Callable[[], str] = drawn) -> AsyncIterator[Database]:
    """The database at a URL, brought to the newest schema; closed at the end of the block.

    Raises:
        StoreUnavailable: it cannot be opened, or is not ours.
    """
    engine = engines.create_engine(url)
    try:
        await engines.migrate(engine)
        yield Database(engine, draw)
    finally:
        await engine.dispose()
