"""Opens the database: the file and its rights, SQLite's settings, transactions, migrations."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.core.errors import Misconfigured, StoreUnavailable
from storage.driver import connect

HEAD = "0004"
"""The newest migration; a database that is there already skips Alembic's slow import."""

BUSY_SECONDS = 30
_WAL_PAUSE = 0.02
_WRITES = "drawbell_writes"


def sqlite_url(url: str) -> URL:
    """The URL of our database, checked.

    Raises:
        Misconfigured: it is no URL, or not of a database we work with.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise Misconfigured(
            "DRAWBELL_DATABASE_URL is no database URL; an example: sqlite+aiosqlite:///drawbell.db"
        ) from error
    if parsed.drivername not in ("sqlite", "sqlite+aiosqlite"):
        raise Misconfigured(
            f"DRAWBELL_DATABASE_URL names {parsed.drivername}; this version works with "
            "sqlite+aiosqlite:///FILE"
        )
    return parsed.set(drivername="sqlite+aiosqlite")


def create_engine(url: str) -> AsyncEngine:
    """An engine for the database file, which is created for its owner's eyes only.

    Raises:
        Misconfigured: the URL is none of ours.
        StoreUnavailable: the file cannot be created or opened.
    """
    parsed = sqlite_url(url)
    if parsed.database and parsed.database != ":memory:":
        _private_file(Path(parsed.database))
    engine = create_async_engine(
        parsed, connect_args={"timeout": BUSY_SECONDS, "async_creator_fn": connect}
    )
    event.listen(engine.sync_engine, "connect", _configure)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _private_file(path: Path) -> None:
    """Create the file for its owner alone, and close one of ours to others."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            ours = os.pread(descriptor, len(_MAGIC), 0) in (b"", _MAGIC)
            if ours and os.fstat(descriptor).st_mode & 0o077:
                os.fchmod(descriptor, 0o600)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StoreUnavailable(
            f"the database {path} cannot be opened: {error.strerror}; check that its folder "
            "exists and may be written to, or set DRAWBELL_DATABASE_URL"
        ) from error


_MAGIC = b"SQLite format 3\x00"


def _configure(connection: Any, _record: object) -> None:
    # We begin transactions ourselves (`_begin`): the driver would start writers too late.
    connection.isolation_level = None
    cursor = connection.cursor()
    _use_wal(connection, cursor)
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is forgotten leaves no bytes behind
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _use_wal(connection: Any, cursor: Any) -> None:
    # Where several open a new file at once, SQLite calls it locked without waiting; so we wait.
    for _ in range(int(BUSY_SECONDS / _WAL_PAUSE)):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            connection.run_async(lambda _driver: asyncio.sleep(_WAL_PAUSE))
        else:
            return
    cursor.execute("PRAGMA journal_mode=WAL")


def _begin(connection: Connection) -> None:
    # A reader that turns writer half-way can meet "database is locked" without any waiting;
    # writers therefore take the lock with their first statement, whatever that is.
    writes = connection.get_execution_options().get(_WRITES, True)
    driver: Any = connection.connection.driver_connection
    driver.begin_with("BEGIN IMMEDIATE" if writes else "BEGIN")


READING = {_WRITES: False}
"""Execution options of a connection that only reads."""


async def migrate(engine: AsyncEngine) -> None:
    """Bring the database to the newest schema; safe when several processes start at once.

    Raises:
        StoreUnavailable: the file is no database, or one of a newer version.
    """
    try:
        async with engine.begin() as connection:
            version = await connection.run_sync(_version)
            if version != HEAD:
                await connection.run_sync(_upgrader(version))
    except DBAPIError as error:
        raise unavailable(error) from error


def _version(connection: Connection) -> str | None:
    known = connection.execute(
        text("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'")
    ).scalar()
    if known is None:
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrader(version: str | None) -> Callable[[Connection], None]:
    from alembic import command  # noqa: PLC0415 - a quarter of a second, wanted once in a life
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    def upgrade(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", "storage:migrations")
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StoreUnavailable(
                f"the database is of another version of drawbell ({version}); "
                "use the version that wrote it, or a newer one"
            ) from error

    return upgrade


def unavailable(error: DBAPIError) -> StoreUnavailable:
    """Our error for what SQLite says, with what to do about it."""
    reason = str(error.orig)
    advice = ""
    if isinstance(error, OperationalError) and "locked" in reason:
        advice = "; another process holds it"
    elif "full" in reason:
        advice = "; make room on the disk"
    elif isinstance(error.orig, sqlite3.DatabaseError) and "not a database" in reason:
        advice = "; DRAWBELL_DATABASE_URL points to a file of something else"
    return StoreUnavailable(f"the database cannot be used: {reason}{advice}")
