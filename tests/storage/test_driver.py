"""One journey for each statement: the same answers and errors as the driver it replaces."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from storage.driver import WholeConnection, WholeCursor, connect


class Counting(WholeConnection):
    """Counts journeys to the thread."""

    journeys = 0
    all_journeys = 0

    async def in_thread(self, job: Callable[[], Any]) -> Any:
        self.journeys += 1
        return await super().in_thread(job)

    async def _execute(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        self.all_journeys += 1
        return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]


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


@asynccontextmanager
async def two_writers(path: Path) -> AsyncIterator[tuple[WholeConnection, WholeConnection]]:
    one, other = (connect(str(path), isolation_level=None, timeout=20) for _ in range(2))
    await one
    await other
    try:
        await one.cursor().execute("CREATE TABLE t (name TEXT)")
        yield one, other
    finally:
        await one.close()
        await other.close()


async def test_undoing_costs_no_journey_unless_there_is_a_transaction() -> None:
    connection = Counting(lambda: sqlite3.connect(":memory:", isolation_level=None), 1)
    await connection
    try:
        await connection.cursor().execute("CREATE TABLE t (name TEXT)")
        before = connection.all_journeys
        await connection.rollback()
        assert connection.all_journeys == before
        await connection.cursor().execute("BEGIN")
        await connection.cursor().execute("INSERT INTO t VALUES ('a')")
        await connection.rollback()
        found = await connection.cursor().execute("SELECT count(*) FROM t")
        assert await found.fetchall() == [(0,)]
    finally:
        await connection.close()


async def test_a_transaction_begins_in_the_journey_of_its_first_statement() -> None:
    connection = Counting(lambda: sqlite3.connect(":memory:", isolation_level=None), 1)
    await connection
    try:
        before = connection.all_journeys
        connection.begin_with("BEGIN")
        assert not connection.in_transaction
        await connection.cursor().execute("CREATE TABLE t (name TEXT)")
        assert connection.in_transaction
        await connection.cursor().execute("INSERT INTO t VALUES ('a')")
        assert connection.all_journeys == before + 2
        await connection.rollback()
        found = await connection.cursor().execute("SELECT count(*) FROM sqlite_master")
        assert await found.fetchall() == [(0,)]
        assert not connection.in_transaction
    finally:
        await connection.close()


@pytest.mark.parametrize("end", ["commit", "rollback"])
async def test_a_transaction_without_a_statement_never_begins(end: str) -> None:
    connection = Counting(lambda: sqlite3.connect(":memory:", isolation_level=None), 1)
    await connection
    try:
        before = connection.all_journeys
        connection.begin_with("BEGIN")
        await getattr(connection, end)()
        assert connection.all_journeys == before
        await connection.cursor().execute("CREATE TABLE t (name TEXT)")
        assert not connection.in_transaction
    finally:
        await connection.close()


async def test_a_transaction_that_could_not_begin_begins_with_the_next_statement(
    tmp_path: Path,
) -> None:
    async with two_writers(tmp_path / "t.db") as (one, other):
        await other.cursor().execute("PRAGMA busy_timeout = 10")
        await one.cursor().execute("BEGIN IMMEDIATE")
        other.begin_with("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            await other.cursor().execute("SELECT 1")
        await one.commit()

        await other.cursor().execute("INSERT INTO t VALUES ('a')")  # never outside of it
        assert other.in_transaction
        await other.rollback()
        found = await one.cursor().execute("SELECT count(*) FROM t")
        assert await found.fetchall() == [(0,)]


async def test_a_transaction_that_began_when_nobody_waited_for_it_any_more_is_undone(
    tmp_path: Path,
) -> None:
    async with two_writers(tmp_path / "t.db") as (one, other):
        await one.cursor().execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(other.cursor().execute("BEGIN IMMEDIATE"))
        await asyncio.sleep(0.05)  # it is in its thread now, and waits for the lock
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

        undoing = asyncio.create_task(other.rollback())
        await one.commit()  # only now the other one gets the lock
        await undoing
        await other.in_thread(lambda: None)

        async with asyncio.timeout(5):
            await one.cursor().execute("BEGIN IMMEDIATE")
            await one.rollback()
