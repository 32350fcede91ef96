"""Database files for tests, and what they hold."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.unit_of_work import open_database

Rows = list[tuple[object, ...]]


def url_of(path: Path) -> str:
    """The URL under which drawbell opens a database file."""
    return f"sqlite+aiosqlite:///{path}"


def migrate(path: Path) -> None:
    """Make a database at the newest schema; copies of it are much cheaper than more of them."""

    async def create() -> None:
        async with open_database(url_of(path)):
            pass

    asyncio.run(create())


@contextmanager
def a_copy_of(migrated: Path) -> Iterator[Path]:
    """A fresh database file, for tests that need many."""
    with TemporaryDirectory() as folder:
        yield Path(shutil.copy(migrated, Path(folder) / "drawbell.db"))


def rows_of(path: Path, query: str) -> Rows:
    """What a query finds, read past the product."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.execute(query))


KEPT_TABLES = ("rounds", "round_revisions", "subscribers", "profiles", "profile_history")
TOLD_TABLES = ("announcements", "announcement_rounds", "openings", "tellings", "deliveries")


def dump(path: Path, tables: tuple[str, ...] = (*KEPT_TABLES, *TOLD_TABLES)) -> dict[str, Rows]:
    """Every row of some tables, in a fixed order."""
    return {
        table: sorted(rows_of(path, f"SELECT * FROM {table}"), key=repr)  # noqa: S608 - our names
        for table in tables
    }


def integrity(path: Path) -> str:
    """What SQLite says about the file: "ok", with no foreign key broken."""
    broken = rows_of(path, "PRAGMA foreign_key_check")
    return f"{rows_of(path, 'PRAGMA integrity_check')[0][0]}" if not broken else repr(broken)
