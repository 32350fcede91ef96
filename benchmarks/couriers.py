"""The steps of the topic `deliver`: the product's own courier at work, in a process of its own."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from random import Random

from adapters.ircc.parse import parse
from adapters.ircc.recorded import recorded_feeds
from benchmarks.chat import chats_of, something_said, spread
from benchmarks.child import Facts
from benchmarks.match import ROUND, skip
from benchmarks.platforms import PLATFORM, Bucket, Platform, most_in_a_second, rate_of
from bot.chat.conversation import converse
from bot.core.delivery import State
from bot.core.detect import Status
from bot.core.subscribers import Address
from bot.logs import configure_logs
from bot.loop import run
from bot.pipeline.courier import Courier
from bot.pipeline.deliver import Sender, a_sender
from bot.pipeline.limiter import Lane
from bot.pipeline.poll import announce
from bot.ports import Store
from storage.unit_of_work import open_database

_UNLIMITED = 1e9
_BARE_BATCH = 500
_WARM_UP, _PATIENCE = 1.0, 120.0


def queue(path: str, wanted: str) -> Facts:
    """Step: announce a round again and again, until so many deliveries are due."""
    return run(_queue(path, int(wanted)))


async def _queue(path: str, wanted: int) -> Facts:
    newest, *others = parse(recorded_feeds(ROUND)[1]).rounds
    due = 0.0
    async with _store(path) as store:
        async with store.begin() as memory:
            await memory.rounds.add(others, Status.BASELINE, _now())
            await memory.rounds.add([newest], Status.ANNOUNCED, _now())
        while due < wanted:
            async with store.begin() as memory:
                await announce(memory, [newest], _now())
            due = await asyncio.to_thread(_count, path, State.DUE)
    return {"due": due}


def postpone(path: str, most: str) -> Facts:
    """Step: the first so many of the queue wait for their readers' quiet hours to end."""
    connection = sqlite3.connect(path)
    later = int((_now() + timedelta(hours=8)).timestamp() * 1000)
    waiting = connection.execute(
        "UPDATE deliveries SET held = 1, at = ? WHERE (announcement_id, subscriber_id) IN "
        "(SELECT announcement_id, subscriber_id FROM deliveries WHERE platform = ? AND state = 0 "
        "ORDER BY priority, announcement_id, subscriber_id LIMIT ?)",
        (later, PLATFORM, int(most)),
    ).rowcount
    connection.commit()
    connection.close()
    return {"waiting": waiting}


def deliver(path: str, ceiling: str, delay: str, most: str) -> Facts:
    """Step: deliver so many at a ceiling (messages a second), each answered after `delay` seconds.

    A ceiling of 0 is none.
    """
    return run(_deliver(path, float(ceiling) or _UNLIMITED, float(delay), int(most)))


async def _deliver(path: str, ceiling: float, delay: float, most: int) -> Facts:
    async with _store(path) as store:
        platform = Platform(ceiling, delay=delay, most=most)
        courier, _sender = _courier(store, platform)
        platform.enough = courier.stop
        asyncio.get_running_loop().call_later(_PATIENCE, courier.stop)
        cpu, started = time.process_time(), time.perf_counter()
        await courier.run()
        cpu, spent = time.process_time() - cpu, time.perf_counter() - started
    taken = len(platform.times)
    return _found(platform) | {"cpu": cpu / taken * 1000, "drained": taken / spent}


def deliver_to_strict(path: str, ceiling: str, seconds: str, allowed: str, burst: str) -> Facts:
    """Step: deliver for so many seconds to a server that allows less than the ceiling."""
    limit = Bucket(float(allowed), int(burst))
    return run(_deliver_to_strict(path, float(ceiling), float(seconds), limit))


async def _deliver_to_strict(path: str, ceiling: float, seconds: float, limit: Bucket) -> Facts:
    async with _store(path) as store:
        platform = Platform(ceiling, limit=limit)
        courier, _sender = _courier(store, platform)
        asyncio.get_running_loop().call_later(seconds, courier.stop)
        await courier.run()
    sent = _count(path, State.SENT)
    stray = sum(_count(path, one) for one in (State.LEASED, State.GIVEN_UP, State.UNCERTAIN))
    return _found(platform) | {"lost": abs(len(platform.times) - sent) + stray}


def talk(path: str, ceiling: str, delay: str, commands: str, per_second: str) -> Facts:
    """Step: people say things, so many a second, while the bulk goes out at its ceiling."""
    platform = float(ceiling), float(delay)
    return run(_talk(path, platform, int(commands), float(per_second)))


async def _talk(
    path: str, ceiling_and_delay: tuple[float, float], commands: int, per_second: float
) -> Facts:
    dice, chats = Random(385), chats_of(path)  # noqa: S311 - the same mix each time
    ceiling, delay = ceiling_and_delay
    async with _store(path) as store:
        platform = Platform(ceiling, delay=delay)
        courier, sender = _courier(store, platform)
        delivering = asyncio.create_task(courier.run())
        begun = asyncio.get_running_loop().time() + _WARM_UP
        async with asyncio.TaskGroup() as people:
            asked = [
                people.create_task(
                    _ask(something_said(dice, one, chats), store, sender, begun + one / per_second)
                )
                for one in range(commands)
            ]
        courier.stop()
        await delivering
    return _found(platform) | spread([one.result() for one in asked])


async def _ask(said_by: tuple[str, Address], store: Store, sender: Sender, moment: float) -> float:
    """Say one thing at a moment of the loop; milliseconds until its answer may be sent."""
    said, address = said_by
    now = asyncio.get_running_loop().time
    await asyncio.sleep(moment - now())
    await converse(said, address=address, store=store, clock=_now)
    await sender.limiter.turn(Lane.REPLY)
    return (now() - moment) * 1000


def bare(path: str, count: str) -> Facts:
    """Step: claim and settle so many rows with the same statements and nothing around them."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")
    done, cpu = 0, time.process_time()
    while done < int(count):
        connection.execute("BEGIN IMMEDIATE")
        rows = connection.execute(_BARE_CLAIM, {"most": _BARE_BATCH, "on": PLATFORM}).fetchall()
        connection.execute("COMMIT")
        if not rows:
            break
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_BARE_SETTLE, rows)
        connection.execute("COMMIT")
        done += len(rows)
    connection.close()
    return {"cpu": (time.process_time() - cpu) / done * 1000}


_BARE_CLAIM = """UPDATE deliveries SET state = 1, at = 1, attempts = attempts + 1
    FROM (SELECT announcement_id AS one, subscriber_id AS two FROM deliveries
          WHERE state = 0 AND at = 0 AND platform = :on
          ORDER BY priority, announcement_id, subscriber_id LIMIT :most)
    WHERE announcement_id = one AND subscriber_id = two
    RETURNING announcement_id, subscriber_id"""
_BARE_SETTLE = """UPDATE deliveries SET state = 2, at = 2, receipt = '1'
    WHERE announcement_id = ? AND subscriber_id = ? AND state <= 1"""


def jump(path: str, last: str) -> Facts:
    """Step: mark all but the last so many as sent in one go."""
    return {"skipped": skip(path, int(last))}


@asynccontextmanager
async def _store(path: str) -> AsyncIterator[Store]:
    configure_logs("ERROR", "json")  # what the product writes only when somebody asks for it
    async with open_database(f"sqlite+aiosqlite:///{path}") as store:
        yield store


def _courier(store: Store, platform: Platform) -> tuple[Courier, Sender]:
    sender = a_sender(platform, _now)
    return Courier(store=store, sender=sender), sender


def _found(platform: Platform) -> dict[str, float]:
    return {
        "taken": len(platform.times),
        "refused": platform.refused,
        "rate": rate_of(platform.times),
        "peak": most_in_a_second(platform.times),
    }


def _count(path: str, state: State) -> float:
    """How many of the deliveries on the platform are in a state."""
    connection = sqlite3.connect(path)
    asked = "SELECT count(*) FROM deliveries WHERE platform = ? AND state = ?"
    found = connection.execute(asked, (PLATFORM, int(state))).fetchone()[0]
    connection.close()
    return float(found)


def _now() -> datetime:
    return datetime.now(UTC)
