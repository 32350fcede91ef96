"""Opening a database: schema, rights, two at once, and files that are not ours."""

import asyncio
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.core.delivery import State
from bot.core.errors import Misconfigured, StoreUnavailable
from storage.engine import HEAD, create_engine, migrate, sqlite_url
from storage.tables import metadata
from storage.types import from_millis
from storage.unit_of_work import Database, open_database
from tests.fakes.databases import integrity, rows_of, url_of
from tests.fakes.people import a_subscriber, an_address

ROOT = Path(__file__).parents[2]
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"


async def opened(path: Path) -> None:
    async with open_database(url_of(path)):
        pass


async def test_the_migrations_end_at_exactly_the_tables_that_the_code_names(
    tmp_path: Path,
) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    engine = create_engine(url_of(tmp_path / "new.db"))
    try:
        await migrate(engine)
        async with engine.connect() as connection:
            found = await connection.run_sync(differences)
    finally:
        await engine.dispose()

    assert found == []


async def test_the_migrations_keep_what_alembics_comparison_does_not_see(
    tmp_path: Path, database: Path
) -> None:
    engine = create_engine(url_of(tmp_path / "created.db"))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
    finally:
        await engine.dispose()

    assert blind_spots(database) == blind_spots(tmp_path / "created.db")


def blind_spots(path: Path) -> dict[object, list[bool]]:
    features = ("WITHOUT ROWID", "AUTOINCREMENT", "WHERE state = ", "ON DELETE CASCADE", "DEFAULT")
    schema = rows_of(path, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {
        name: [feature in str(sql) for feature in features]
        for name, sql in schema
        if name != "alembic_version"
    }


def test_the_head_that_skips_alembic_is_alembics_head() -> None:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")

    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


async def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "drawbell.db"
    async with open_database(url_of(path)) as store, store.begin() as memory:
        await memory.subscribers.save(a_subscriber())

    async with open_database(url_of(path)) as store, store.look() as memory:
        assert await memory.subscribers.find(an_address()) == a_subscriber()
    assert rows_of(path, "SELECT version_num FROM alembic_version") == [(HEAD,)]


async def test_several_engines_may_migrate_one_file_at_once(tmp_path: Path) -> None:
    for attempt in range(10):  # the first to arrive once were told "database is locked"
        path = tmp_path / f"{attempt}.db"

        await asyncio.gather(*(opened(path) for _ in range(4)))

        assert rows_of(path, "SELECT version_num FROM alembic_version") == [(HEAD,)]
        assert integrity(path) == "ok"


def test_two_processes_may_migrate_one_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "drawbell.db"
    script = (
        "import asyncio, sys\n"
        "from storage.unit_of_work import Database, open_database\n"
        "async def main():\n"
        "    sys.stdin.readline()\n"
        "    async with open_database(sys.argv[1]):\n"
        "        pass\n"
        "asyncio.run(main())\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, url_of(path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    errors = [process.communicate(timeout=60)[1] for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0], errors
    assert rows_of(path, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    assert integrity(path) == "ok"


def test_a_database_of_a_newer_version_is_left_alone(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = database.read_bytes()

    with pytest.raises(StoreUnavailable, match=r"another version of drawbell \(9999\); use"):
        asyncio.run(opened(database))
    assert rows_of(database, "SELECT version_num FROM alembic_version") == [("9999",)]
    assert len(database.read_bytes()) == len(before)


@pytest.mark.parametrize("content", [b"hello\n" * 400, b"\x00" * 4096, b"SQLite format 3\x00xx"])
def test_a_file_that_is_no_database_is_named_as_such(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)

    with pytest.raises(StoreUnavailable, match=r"the database cannot be used: .+") as caught:
        asyncio.run(opened(path))
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == content


def test_a_file_of_something_else_is_named_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("my notes, and far more of them than a header holds\n" * 50)

    with pytest.raises(StoreUnavailable, match="points to a file of something else"):
        asyncio.run(opened(path))


@pytest.mark.parametrize("place", ["", "missing/drawbell.db"])
def test_a_place_that_holds_no_file_is_named_with_what_to_do(tmp_path: Path, place: str) -> None:
    with pytest.raises(StoreUnavailable, match=r"cannot be opened: .+ set DRAWBELL_DATABASE_URL"):
        asyncio.run(opened(tmp_path / place))


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("drawbell.db", "is no database URL; an example: sqlite"),
        ("", "is no database URL; an example: sqlite"),
        ("postgresql+psycopg://localhost/drawbell", "names postgresql.psycopg; this version"),
        ("sqlite+pysqlite:///drawbell.db", "names sqlite.pysqlite; this version"),
    ],
)
def test_a_url_that_we_do_not_work_with_gets_a_sentence(url: str, sentence: str) -> None:
    with pytest.raises(Misconfigured, match=sentence):
        sqlite_url(url)


def test_a_plain_sqlite_url_is_ours_too() -> None:
    assert sqlite_url("sqlite:///drawbell.db").drivername == "sqlite+aiosqlite"


def modes(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


async def test_only_the_owner_may_read_the_database_and_its_side_files(tmp_path: Path) -> None:
    path = tmp_path / "drawbell.db"
    async with open_database(url_of(path)) as store, store.begin() as memory:
        await memory.subscribers.save(a_subscriber())
        found = modes(tmp_path)

    assert found == {f"drawbell.db{suffix}": 0o600 for suffix in ("", "-shm", "-wal")}


def test_a_database_that_others_could_read_is_closed_to_them(database: Path) -> None:
    database.chmod(0o644)

    asyncio.run(opened(database))

    assert modes(database.parent) == {database.name: 0o600}


async def save_and_fail(store: Database) -> None:
    async with store.begin() as memory:
        await memory.subscribers.save(a_subscriber())
        raise KeyError("in the middle")


async def test_a_failed_transaction_leaves_nothing(database: Path) -> None:
    async with open_database(url_of(database)) as store:
        with pytest.raises(KeyError):
            await save_and_fail(store)

    assert rows_of(database, "SELECT * FROM subscribers") == []


async def test_who_only_looks_does_not_wait_for_a_writer(database: Path) -> None:
    async with open_database(url_of(database)) as store:
        async with store.begin() as writing:
            await writing.subscribers.save(a_subscriber())
            async with asyncio.timeout(5), store.look() as reading:
                assert await reading.subscribers.find(an_address()) is None
        async with store.look() as reading:
            assert await reading.subscribers.find(an_address()) is not None


async def test_a_database_held_by_somebody_else_is_said_to_be_so(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engine.BUSY_SECONDS", 0.05)
    async with open_database(url_of(database)) as store:
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable, match="locked; another process holds it"):
                async with store.begin() as memory:
                    await memory.subscribers.find(an_address())
            other.execute("ROLLBACK")
        async with store.begin() as memory:
            await memory.subscribers.save(a_subscriber())


async def test_the_tables_of_the_first_schema_can_be_taken_back(database: Path) -> None:
    from alembic import command  # noqa: PLC0415 - only here

    def downgrade(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", "storage:migrations")
        config.attributes["connection"] = connection
        command.downgrade(config, "base")

    engine = create_engine(url_of(database))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(downgrade)
    finally:
        await engine.dispose()

    assert {name for (name,) in rows_of(database, TABLES)} <= {"alembic_version", "sqlite_sequence"}


async def at_the_first_schema(path: Path) -> None:
    await at_schema("0001", path)


async def at_schema(version: str, path: Path) -> None:
    from alembic import command  # noqa: PLC0415 - only here

    def upgrade(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", "storage:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, version)

    engine = create_engine(url_of(path))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
    finally:
        await engine.dispose()


OLD_SUBSCRIBERS = [
    (1, "telegram", "100", "fr", "America/Toronto", "22:00", "07:30", 0, None, None),
    (2, "console", "nurse", "en", None, None, None, 1, 1_765_000_000_000, '{"step": "score"}'),
    (3, "telegram", "-5", "en", None, None, None, 0, None, None),
]
OLD_DELIVERIES = [
    # announcement, subscriber, platform, priority, state, attempts, at, error, receipt
    (1, 1, "telegram", 1, int(State.SENT), 1, 1_764_000_000_000, None, "77"),
    (1, 2, "console", 2, int(State.GIVEN_UP), 2, 1_764_000_000_001, "blocked", None),
    (1, 3, "telegram", 3, int(State.UNCERTAIN), 1, 1_764_000_000_002, "timeout", None),
    (2, 1, "telegram", 1, int(State.DUE), 0, 0, None, None),
    (2, 2, "console", 1, int(State.DUE), 3, 1_765_000_000_000, "busy", None),
    (2, 3, "telegram", 4, int(State.LEASED), 1, 1_765_000_000_001, None, None),
]


async def test_a_database_of_the_first_schema_keeps_everything_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "drawbell.db"
    await at_the_first_schema(path)
    old = (
        "id, platform, chat, language, time_zone, quiet_from, quiet_until, paused, paused_until, "
        "conversation"
    )
    delivered = (
        "announcement_id, subscriber_id, platform, priority, state, attempts, at, error, receipt"
    )
    marks = ", ".join("?" * 10)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            f"INSERT INTO subscribers ({old}) VALUES ({marks})",  # noqa: S608 - our own names
            OLD_SUBSCRIBERS,
        )
        connection.executemany(
            f"INSERT INTO deliveries ({delivered}) VALUES ({marks[3:]})",  # noqa: S608
            OLD_DELIVERIES,
        )

    await opened(path)

    assert rows_of(path, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    assert rows_of(path, f"SELECT {old} FROM subscribers ORDER BY id") == OLD_SUBSCRIBERS  # noqa: S608
    assert (
        rows_of(path, f"SELECT {delivered} FROM deliveries ORDER BY 1, 2")  # noqa: S608
        == OLD_DELIVERIES
    )
    assert rows_of(path, "SELECT DISTINCT doubt_at, repeated, held FROM deliveries") == [
        (None, 0, 0)
    ]
    assert rows_of(path, "SELECT DISTINCT gone_at, paused_since FROM subscribers") == [(None, None)]
    assert integrity(path) == "ok"
    async with open_database(url_of(path)) as store, store.begin() as memory:
        late = from_millis(1_765_000_000_001)
        assert len(await memory.outbox.waiting()) == 3
        assert await memory.outbox.due("console", late)
        assert not await memory.outbox.due("console", late - timedelta(milliseconds=2))
        assert await memory.outbox.take_back("telegram") == 1


async def test_a_database_of_the_second_schema_keeps_everything_and_goes_on(
    tmp_path: Path,
) -> None:
    path = tmp_path / "drawbell.db"
    await at_schema("0002", path)
    people = (
        "id, platform, chat, language, time_zone, quiet_from, quiet_until, paused, paused_until, "
        "conversation, gone_at, paused_since, facts"
    )
    rows = [
        (*OLD_SUBSCRIBERS[0], None, None, '{"dm": "7"}'),
        (*OLD_SUBSCRIBERS[1], 1_764_000_000_000, 1_763_000_000_000, None),
        (*OLD_SUBSCRIBERS[2], None, None, '{"owner": "100"}'),
    ]
    delivered = (
        "announcement_id, subscriber_id, platform, priority, state, attempts, at, error, receipt, "
        "doubt_at, repeated, held"
    )
    open_ones = [(*row, 1_764_000_000_003, 1, 0) for row in OLD_DELIVERIES]
    strikes = [(2, 2, 1_764_000_000_000)]
    with closing(sqlite3.connect(path)) as connection, connection:
        for table, columns, values in (
            ("subscribers", people, rows),
            ("deliveries", delivered, open_ones),
            ("strikes", "subscriber_id, count, first_at", strikes),
        ):
            marks = ", ".join("?" * len(values[0]))
            connection.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608 - our own names
                values,
            )

    await opened(path)

    assert rows_of(path, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    assert rows_of(path, f"SELECT {people} FROM subscribers ORDER BY id") == rows  # noqa: S608
    assert rows_of(path, f"SELECT {delivered} FROM deliveries ORDER BY 1, 2") == open_ones  # noqa: S608
    assert rows_of(path, "SELECT * FROM strikes") == strikes
    assert rows_of(path, "SELECT DISTINCT backup FROM subscribers") == [(1,)]
    for table in ("links", "link_codes", "link_tries"):
        assert rows_of(path, f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608
    assert integrity(path) == "ok"


async def test_an_upgraded_database_is_the_same_as_a_new_one(
    tmp_path: Path, database: Path
) -> None:
    path = tmp_path / "old.db"
    await at_the_first_schema(path)

    await opened(path)

    schema = "SELECT type, name, tbl_name FROM sqlite_master ORDER BY 1, 2"
    assert rows_of(path, schema) == rows_of(database, schema)
    for name in blind_spots(database):
        columns = f"SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('{name}')"  # noqa: S608
        assert sorted(rows_of(path, columns)) == sorted(rows_of(database, columns))
