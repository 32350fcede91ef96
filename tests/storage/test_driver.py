"""One journey for each statement: the same answers and errors as the driver it replaces."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from storage.driver import WholeConnection, WholeCursor, connect


class Counting(WholeConnection):
    """Counts journeys to the thread."""

    journeys = 0

    async def in_thread(self, job: Callable[[], Any]) -> Any:
        self.journeys += 1
        return await super().in_thread(job)


@asynccontextmanager
async def a_cursor() -> AsyncIterator[WholeCursor]:
    connection = connect(":memory:", isolation_level=None)
    await connection
    try:
        yield WholeCursor(connection)
    finally:
        await connection.close()


async def test_a_statement_gives_all_its_rows_once() -> None:
    async with a_cursor() as cursor:
        await cursor.execute("SELECT value AS one FROM json_each('[1, 2, 3]')")

        assert [column[0] for column in cursor.description or ()] == ["one"]
        assert await cursor.fetchall() == [(1,), (2,), (3,)]
        assert await cursor.fetchall() == ()


async def test_what_writes_is_counted_and_returns() -> None:
    async with a_cursor() as cursor:
        await cursor.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)")
        assert cursor.description is None
        await cursor.executemany("INSERT INTO t (name) VALUES (?)", [("a",), ("b",)])
        assert cursor.rowcount == 2
        await cursor.execute("UPDATE t SET name = 'c' RETURNING id")
        assert await cursor.fetchall() == [(1,), (2,)]
        await cursor.execute("INSERT INTO t (name) VALUES ('d')")
        assert (cursor.rowcount, cursor.lastrowid) == (1, 3)


async def test_no_open_cursor_keeps_a_transaction_from_ending() -> None:
    async with a_cursor() as cursor:
        await cursor.execute("CREATE TABLE t (name TEXT)")
        await cursor.execute("BEGIN")
        await cursor.executemany("INSERT INTO t VALUES (?)", [("a",), ("b",)])
        await cursor.execute("SELECT name FROM t")
        await cursor.execute("ROLLBACK")
        await cursor.execute("SELECT count(*) FROM t")
        assert await cursor.fetchall() == [(0,)]


async def test_a_wrong_statement_is_the_database_s_error_and_leaves_it_usable() -> None:
    async with a_cursor() as cursor:
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            await cursor.execute("SELECT * FROM nobody")
        await cursor.execute("SELECT 1")
        assert await cursor.fetchall() == [(1,)]


async def test_a_statement_is_one_journey() -> None:
    connection = Counting(lambda: sqlite3.connect(":memory:"), 1)
    await connection
    try:
        cursor = connection.cursor()
        await cursor.execute("SELECT 1")
        await cursor.fetchall()
        await cursor.close()
        assert connection.journeys == 1
    finally:
        await connection.close()
