"""Topic `match`: one round against everybody, into the outbox; then the queue drained."""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TypeVar

from adapters.ircc.parse import parse
from adapters.ircc.recorded import recorded_feeds
from benchmarks import crowd
from benchmarks.child import Facts, peak_megabytes, progress, run_step
from benchmarks.people import subscribers
from benchmarks.report import Measure, Reference, Result
from bot.core.delivery import Settled, State
from bot.core.detect import Status
from bot.core.rounds import Round
from bot.loop import run
from bot.pipeline.deliver import BATCH, LEASE
from bot.pipeline.poll import announce
from bot.ports import Store
from storage.unit_of_work import open_database

AIM_SECONDS = 1.0
AIM_MEGABYTES = 200
REPEATS = 3
ROUND = "385"
NOW = datetime(2025, 12, 11, 20, tzinfo=UTC)

_SAVED_AT_ONCE = 5000
_DRAINED = 10_000
_PLATFORM = "telegram"
_One = TypeVar("_One")


def measure(people: int) -> Result:
    """Measure the topic."""
    saved, built = crowd.saved(people)
    with TemporaryDirectory() as folder:
        matched = Path(folder) / "matched.db"
        size = saved.stat().st_size / 1_000_000
        runs = []
        for at in range(REPEATS):
            progress(f"match: round #{ROUND}, {at + 1} of {REPEATS}")
            shutil.copyfile(saved, matched)
            matched.with_name("matched.db-wal").unlink(missing_ok=True)
            runs.append((run_step("match:match", matched), run_step("match:bare", matched)))
        progress("match: draining the queue")
        drained = run_step("match:drain", matched)
    matches = [ours for ours, _ in runs]
    bare = median(plain["seconds"] for _, plain in runs)
    return Result(
        title=f"Match round #{ROUND} against {people:,} subscribers into the outbox",
        measures=[*_match_rows(matches, bare), *_other_rows(built, drained)],
        notes=_notes(built, matches[0], drained, size),
    )


def _match_rows(matches: list[Facts], bare: float) -> list[Measure]:
    return [
        Measure(
            what="match, decide, queue, commit",
            value=median(one["seconds"] for one in matches),
            unit="s",
            aim=AIM_SECONDS,
            reference=Reference(name="bare INSERT..SELECT of the same rows", value=bare),
        ),
        Measure(
            what="peak memory of the process",
            value=max(one["peak_megabytes"] for one in matches),
            unit="MB",
            aim=AIM_MEGABYTES,
            reference=Reference(
                name="before the round came", value=median(one["before"] for one in matches)
            ),
        ),
    ]


def _other_rows(built: Facts, drained: Facts) -> list[Measure]:
    early, late = drained["first"], drained["last"]
    rows = f"{drained['rows']:,.0f}"
    first = Reference(name=f"first {rows}", value=early)
    return [
        Measure(what=f"claim and settle, first {rows}", value=early, unit="/s"),
        Measure(what=f"claim and settle, last {rows}", value=late, unit="/s", reference=first),
        Measure(what="subscribers saved", value=built["rate"], unit="/s"),
    ]


def _notes(built: Facts, matched: Facts, drained: Facts, size: float) -> list[str]:
    return [
        f"profiles {built['profiles']:,.0f}, audiences {built['audiences']:,.0f}, "
        f"decisions {matched['decisions']:,.0f}, deliveries {matched['deliveries']:,.0f}; "
        f"file {size:,.0f} MB, saved in {built['seconds']:,.0f} s",
        f"time: median of {REPEATS} fresh processes, each on a fresh copy; memory: the worst",
        f"claimed and settled {BATCH} at a time, one transaction each; between first and last "
        f"{drained['skipped']:,.0f} were marked as sent in one go",
    ]


def build(path: str, people: str) -> Facts:
    """Step: save so many subscribers into a new file, the product's own way."""
    return run(_build(path, int(people)))


async def _build(path: str, people: int) -> Facts:
    started, spent, done = time.perf_counter(), 0.0, 0
    async with open_database(f"sqlite+aiosqlite:///{path}") as store:
        for batch in _batches(subscribers(people), _SAVED_AT_ONCE):
            begun = time.perf_counter()
            async with store.begin() as memory:
                await memory.subscribers.save_all(batch)
            spent += time.perf_counter() - begun
            done += len(batch)
            if done % (people // 10 or 1) < _SAVED_AT_ONCE:
                progress(f"{done:,} of {people:,} ({time.perf_counter() - started:.0f} s)")
    counted = {name: _count(path, name) for name in ("profiles", "audiences")}
    return {"rate": people / spent, "seconds": spent, **counted}


def _batches(many: Iterable[_One], size: int) -> Iterator[list[_One]]:
    rest = iter(many)
    while batch := list(islice(rest, size)):
        yield batch


def _count(path: str, table: str) -> float:
    connection = sqlite3.connect(path)
    try:
        return float(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608
    finally:
        connection.close()


def match(path: str) -> Facts:
    """Step: a new round is there; from loading the audiences to the end of the commit."""
    return run(_match(path))


async def _match(path: str) -> Facts:
    round_ = _round()
    async with open_database(f"sqlite+aiosqlite:///{path}") as store:
        async with store.begin() as memory:
            await memory.rounds.add([round_], Status.ANNOUNCED, NOW)
        before = peak_megabytes()
        started = time.perf_counter()
        async with store.begin() as memory:
            deliveries = await announce(memory, [round_], NOW)
        seconds = time.perf_counter() - started
    decisions = _count(path, "openings") + _count(path, "tellings")
    return {
        "seconds": seconds,
        "before": before,
        "deliveries": deliveries,
        "decisions": decisions,
    }


def _round() -> Round:
    newest = parse(recorded_feeds(ROUND)[1]).rounds[0]
    assert newest.number == ROUND
    return newest


def bare(path: str) -> Facts:
    """Step: the same delivery rows once more, into a table like it, with nothing around."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")
    for (statement,) in connection.execute(
        "SELECT sql FROM sqlite_master WHERE tbl_name = 'deliveries' AND sql IS NOT NULL"
    ).fetchall():
        connection.execute(statement.replace("deliveries", "bare_deliveries"))
    started = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    # The condition keeps SQLite from copying whole pages, which no real query could do.
    connection.execute("INSERT INTO bare_deliveries SELECT * FROM deliveries WHERE attempts = 0")
    connection.execute("COMMIT")
    seconds = time.perf_counter() - started
    connection.execute("DROP TABLE bare_deliveries")
    connection.close()
    return {"seconds": seconds}


def drain(path: str) -> Facts:
    """Step: claim and settle the first rows of the queue, and the last ones."""
    return run(_drain(path))


async def _drain(path: str) -> Facts:
    async with open_database(f"sqlite+aiosqlite:///{path}") as store:
        rows = min(_DRAINED, int(await asyncio.to_thread(_count, path, "deliveries")) // 3)
        first = await _claim_and_settle(store, rows)
        skipped = await asyncio.to_thread(skip, path, rows)
        last = await _claim_and_settle(store, rows)
    return {"first": first, "last": last, "skipped": skipped, "rows": rows}


async def _claim_and_settle(store: Store, rows: int) -> float:
    done = 0
    started = time.perf_counter()
    while done < rows:
        async with store.begin() as memory:
            alerts = await memory.outbox.claim(_PLATFORM, now=NOW, lease=LEASE, limit=BATCH)
        if not alerts:
            break
        async with store.begin() as memory:
            settled = [Settled(key=alert.key, state=State.SENT) for alert in alerts]
            await memory.outbox.settle(settled, NOW)
        done += len(alerts)
    return done / (time.perf_counter() - started)


def skip(path: str, last: int) -> float:
    """Mark all but the last rows of the queue as sent; draining them all would take minutes."""
    connection = sqlite3.connect(path)
    due = (_PLATFORM, int(State.DUE))
    waiting = "FROM deliveries WHERE platform = ? AND state = ?"
    found = connection.execute(f"SELECT count(*) {waiting}", due).fetchone()[0]
    skipped = max(0, found - last)
    connection.execute(
        "UPDATE deliveries SET state = ?, attempts = 1 WHERE (announcement_id, subscriber_id) IN "  # noqa: S608
        f"(SELECT announcement_id, subscriber_id {waiting} "
        "ORDER BY priority, announcement_id, subscriber_id LIMIT ?)",
        (int(State.SENT), *due, skipped),
    )
    connection.commit()
    connection.close()
    return float(skipped)
