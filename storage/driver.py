"""aiosqlite with one journey to its thread for each statement.

SQLAlchemy asks an async driver for a cursor, to execute, to fetch and to close: with aiosqlite
that is four times to another thread and back, and most of what a short command costs. Here one
journey does all of it. Every result is fetched whole, so nothing may ask for a server-side cursor.
A transaction begins with its first statement, in the same journey.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Self

import aiosqlite

_CHUNK = 64


class WholeCursor:
    """A cursor whose rows are all here once a statement has run."""

    description: tuple[Any, ...] | None = None
    rowcount = -1
    lastrowid: int | None = None
    arraysize = 1

    def __init__(self, connection: "WholeConnection") -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> "WholeCursor":
        """Run one statement and fetch what it finds."""
        return await self._run(sqlite3.Cursor.execute, sql, parameters or ())

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> "WholeCursor":
        """Run one statement with many sets of parameters."""
        return await self._run(sqlite3.Cursor.executemany, sql, parameters)

    async def _run(
        self, call: Callable[..., sqlite3.Cursor], sql: str, parameters: Iterable[Any]
    ) -> "WholeCursor":
        cursor, self._rows = await self._connection.in_thread(
            partial(self._whole, call, sql, parameters)
        )
        self.description = cursor.description
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        return self

    def _whole(
        self, call: Callable[..., sqlite3.Cursor], sql: str, parameters: Iterable[Any]
    ) -> tuple[sqlite3.Cursor, Sequence[Any]]:
        # Closed here, not by the collector: an open one would keep the transaction from ending.
        cursor = self._connection.sync_cursor()
        try:
            self._connection.begin_now(cursor)
            call(cursor, sql, parameters)
            rows = cursor.fetchall() if cursor.description else ()
        finally:
            cursor.close()
        return cursor, rows

    async def fetchall(self) -> Sequence[Any]:
        """The rows, once."""
        rows, self._rows = self._rows, ()
        return rows

    async def close(self) -> None:
        """Nothing is left open."""


class WholeConnection(aiosqlite.Connection):
    """See the module."""

    _left_behind = False
    _beginning: str | None = None

    def begin_with(self, statement: str) -> None:
        """Begin a transaction so, right before the next statement."""
        self._beginning = statement

    def begin_now(self, cursor: sqlite3.Cursor) -> None:
        """Begin what is to begin; for the connection's own thread."""
        if self._beginning is not None:
            cursor.execute(self._beginning)
            self._beginning = None  # not before: what is refused is tried with the next statement

    def cursor(self) -> WholeCursor:  # type: ignore[override] # SQLAlchemy only enters it
        """A cursor that is not made before it is used."""
        return WholeCursor(self)

    def sync_cursor(self) -> sqlite3.Cursor:
        """A real cursor; for the connection's own thread."""
        return self._conn.cursor()

    async def in_thread(self, job: Callable[[], Any]) -> Any:
        """What a job gives, done in the connection's own thread."""
        try:
            return await self._execute(job)  # type: ignore[no-untyped-call] # aiosqlite's
        except asyncio.CancelledError:
            self._left_behind = True
            raise

    async def commit(self) -> None:
        """Keep what the transaction did, if it has begun."""
        if self._beginning is None:
            await super().commit()
        self._beginning = None

    async def rollback(self) -> None:
        """Undo the transaction, if there may be one.

        SQLAlchemy asks for it whenever it is done with a connection, after each commit too: only
        what nobody waited for can have begun a transaction that does not show yet.
        """
        if self._left_behind or self._conn.in_transaction:
            await super().rollback()
            self._left_behind = False
        self._beginning = None


def connect(database: str, **options: Any) -> WholeConnection:
    """A connection to be awaited; takes what `sqlite3.connect` takes."""
    connection = WholeConnection(partial(sqlite3.connect, database, **options), _CHUNK)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does for its own
    return connection
